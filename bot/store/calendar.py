"""The admin's corrections of single days, over the office's file and the national calendar."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from bot.domain.sop import DayCorrection
from bot.store.sql import Rows, columns, fields_of
from bot.store.tables import office_days

_CORRECTIONS = select(*columns(office_days, DayCorrection)).order_by(office_days.c.day)


class CalendarTable(Rows):
    def corrections(self) -> tuple[DayCorrection, ...]:
        """Every correction, by day."""
        return tuple(DayCorrection(*row) for row in self._connection.execute(_CORRECTIONS))

    def get(self, day: date) -> DayCorrection | None:
        """The correction of this day, or None."""
        row = self._connection.execute(_CORRECTIONS.where(office_days.c.day == day)).first()
        return DayCorrection(*row) if row else None

    def put(self, correction: DayCorrection, by: int, at: datetime) -> None:
        """Store a correction, in place of an earlier one of its day."""
        self._put(office_days, "day", **fields_of(correction), by=by, at=at)

    def remove(self, day: date) -> bool:
        """Delete the correction of this day; False if there was none."""
        return self._delete(office_days, office_days.c.day == day) == 1
