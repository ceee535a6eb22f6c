"""The admin's corrections of single days, over the office's file and the national calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.domain.sop import DayCorrection
from bot.store.sql import insert
from bot.store.tables import office_days


class CalendarTable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def corrections(self) -> tuple[DayCorrection, ...]:
        """Every correction, by day."""
        query = select(office_days).order_by(office_days.c.day)
        return tuple(_correction(row) for row in self._connection.execute(query))

    def get(self, day: date) -> DayCorrection | None:
        """The correction of this day, or None."""
        query = select(office_days).where(office_days.c.day == day)
        row = self._connection.execute(query).first()
        return _correction(row) if row else None

    def put(self, correction: DayCorrection, by: int, at: datetime) -> None:
        """Store a correction, in place of an earlier one of its day."""
        statement = insert(self._connection.dialect.name, office_days)
        row = {
            "day": correction.day,
            "name": correction.name,
            "working": correction.working,
            "basis": correction.basis,
            "by": by,
            "at": at,
        }
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["day"],
                set_={name: statement.excluded[name] for name in row if name != "day"},
            ),
            row,
        )

    def remove(self, day: date) -> bool:
        """Delete the correction of this day; False if there was none."""
        result = self._connection.execute(office_days.delete().where(office_days.c.day == day))
        return result.rowcount == 1


def _correction(row: Any) -> DayCorrection:
    return DayCorrection(row.day, row.name, row.working, row.basis)
