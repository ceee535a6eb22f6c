"""The journal, the reminders ahead and the deliveries in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from babel.dates import format_date
from babel.dates import format_datetime as _format

from bot.demo.inspector import Ahead, Sending
from bot.demo.workdays import DayOff
from bot.domain.reminders import ReminderKind
from bot.domain.worktime import WorkCalendar
from bot.features.feature import Features, JournalEntry
from bot.store.outbox import DeliveryState
from bot.ui.markup import one_stop

_REMINDER_KINDS: Final = {
    ReminderKind.SEBELUM: "sebelum tenggat",
    ReminderKind.TENGGAT: "saat tenggat",
    ReminderKind.HARIAN: "harian selama terlambat",
    ReminderKind.ESKALASI: "eskalasi",
    ReminderKind.TUNDA: "atas permintaan",
}

_STATES: Final = {
    DeliveryState.ANTRE: "antre",
    DeliveryState.TERKIRIM: "terkirim",
    DeliveryState.USANG: "tidak berlaku lagi",
    DeliveryState.GAGAL: "gagal",
    DeliveryState.TERTOLAK: "ditolak",
    DeliveryState.DITAHAN: "ditahan",
}


class Labels:
    """The words for one office's calendar."""

    def __init__(self, calendar: WorkCalendar, features: Features) -> None:
        self._zone = calendar.zone
        self._features = features
        self._notices = {kind.kind: drawn.label for kind, drawn in features.notices.items()}
        self._notices["reply"] = "jawaban"

    def short(self, at: datetime) -> str:
        """ "Sen 23/11 09.00"."""
        return _format(at, "EEE d/M HH.mm", tzinfo=self._zone, locale="id")

    def time(self, at: datetime) -> str:
        """ "09.00"."""
        return _format(at, "HH.mm", tzinfo=self._zone, locale="id")

    def day(self, at: datetime) -> str:
        """ "Senin, 23 November 2026"."""
        return _format(at, "EEEE, d MMMM y", tzinfo=self._zone, locale="id")

    def day_off(self, off: DayOff) -> str:
        """ "Sabtu, 28 November: akhir pekan"."""
        return f"{format_date(off.day, 'EEEE, d MMMM', locale='id')}: {off.name}"

    def happening(self, line: JournalEntry) -> str:
        """One line of the journal as a sentence, by the feature that it belongs to."""
        due = line.facts.get("due_at")
        line = replace(
            line,
            who=line.who or "Bot",
            run=line.run or "Kantor",
            due=self.short(datetime.fromisoformat(str(due))) if due else None,
        )
        sentence = self._features.journal.get(line.kind)
        if sentence is None:
            return f"{line.who}: {line.kind.replace('_', ' ')}."
        return one_stop(sentence(line))

    def ahead(self, reminder: Ahead) -> dict[str, Any]:
        """A reminder that waits: when, what for, and to whom."""
        what = _REMINDER_KINDS[reminder.kind]
        return {
            "at": self.short(reminder.due_at),
            "what": f"{reminder.run}, langkah {reminder.step}: {what}",
            "to": ", ".join(reminder.to) or "belum ada penerimanya",
        }

    def sending(self, delivery: Sending, to: str) -> dict[str, Any]:
        """A delivery: to whom, what, and where it stands."""
        waits = delivery.state is DeliveryState.ANTRE
        notes = {
            "memperbarui pesan": waits and delivery.edits,
            f"percobaan ke-{delivery.tries}": waits and delivery.tries,
            "mungkin terkirim dua kali": delivery.maybe_repeated,
            "tanpa bunyi": delivery.silent,
            delivery.error or "": delivery.state is not DeliveryState.TERKIRIM and delivery.error,
        }
        return {
            "id": delivery.id,
            "at": self.short(delivery.at),
            "to": delivery.to or to,
            "what": self._notices.get(delivery.notice, delivery.notice),
            "state": _STATES[delivery.state],
            "mark": delivery.state.value,
            "note": "; ".join(note for note, holds in notes.items() if holds),
        }
