"""What the bot is doing, in words: the journal, the reminders ahead, and the deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from babel.dates import format_date
from babel.dates import format_datetime as _format

from bot.demo.inspector import Ahead, Happening, Place, Sending
from bot.demo.office import DayOff
from bot.domain.reminders import ReminderKind
from bot.domain.worktime import WorkCalendar
from bot.store.outbox import DeliveryState

_NOTICES: Final = {
    "task_card": "kartu tugas",
    "task_reminder": "pengingat",
    "task_late": "laporan keterlambatan",
    "role_vacant": "peran kosong",
    "run_summary": "ringkasan pelaksanaan",
    "task_detail": "rincian tugas",
    "work_returned": "kabar pengembalian",
    "extension_requested": "permohonan perpanjangan",
    "extension_answered": "keputusan perpanjangan",
    "deadline_changed": "perubahan tenggat",
    "run_changed": "kabar pelaksanaan",
    "team_offered": "tawaran mencatat tim",
    "team_named": "susunan tim",
    "acting_changed": "kabar Plh. atau Plt.",
    "person_joined": "pegawai baru",
    "account_moved": "pegawai berganti ponsel",
    "leading_role_granted": "pemberian peran pimpinan",
    "role_changed": "perubahan peran",
    "person_unreachable": "pegawai tidak terjangkau",
    "bot_was_down": "bot sempat berhenti",
    "taps_missing": "ketukan mungkin hilang",
    "deliveries_failing": "kiriman gagal",
    "deliveries_held": "kiriman ditahan",
    "faults_repeated": "gangguan berulang",
    "day_digest": "ringkasan pagi",
    "start_proposed": "tawaran memulai",
    "legal_date_at_risk": "batas menurut peraturan terancam",
    "group_linked": "grup terhubung",
    "group_news": "kabar bagi grup",
    "group_lost": "grup terlepas",
    "command_menu": "menu perintah",
    "evidence_file": "berkas",
    "archive_full": "diska penuh",
    "reply": "jawaban",
}

_REMINDER_KINDS: Final = {
    ReminderKind.SEBELUM: "sebelum tenggat",
    ReminderKind.TENGGAT: "saat tenggat",
    ReminderKind.HARIAN: "harian selama terlambat",
    ReminderKind.ESKALASI: "eskalasi",
    ReminderKind.TUNDA: "diminta: ingatkan lagi",
}

_STATES: Final = {
    DeliveryState.ANTRE: "antre",
    DeliveryState.TERKIRIM: "terkirim",
    DeliveryState.USANG: "tidak berlaku lagi",
    DeliveryState.GAGAL: "gagal",
    DeliveryState.TERTOLAK: "ditolak",
    DeliveryState.DITAHAN: "ditahan",
}


class Words:
    """The words for one office's calendar."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._zone = calendar.zone

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

    def happening(self, line: Happening) -> str:
        """One line of the journal as a sentence."""
        who = line.who or "Bot"
        facts = line.facts
        where, step = _run(line.place), _step(line.place)
        match line.kind:
            case "run_started":
                return f"{who} memulai {where}."
            case "task_opened":
                due = datetime.fromisoformat(str(facts["due_at"]))
                return f"{where}: {step} dibuka, tenggat {self.short(due)}."
            case "task_confirmed" if line.whom:
                return f"{where}: {who} mencatat {step} untuk {line.whom}."
            case "task_confirmed":
                return f"{where}: {who} ({line.role}) mengonfirmasi {step}."
            case "task_closed":
                return f"{where}: {step} selesai."
            case "task_returned":
                return (
                    f"{where}: {who} mengembalikan {step} ke langkah {facts['to_step']}"
                    f" ({facts['reason']})."
                )
            case "task_noted":
                return f"{where}: {who} mencatat pada {step}: {facts['note']['text']}"
            case "evidence_attached":
                return f"{where}: {who} melampirkan {facts['evidence']['name']} pada {step}."
            case "run_finished":
                return f"{where} selesai."
            case "confirmation_undone":
                return f"{where}: {who} mengurungkan konfirmasi {step}."
            case "task_withdrawn":
                return f"{where}: {step} ditarik."
            case "extension_asked":
                wish = facts["extension"]
                amount = f"{wish['amount']['amount']} {wish['amount']['unit']}"
                return f"{where}: {who} memohon perpanjangan {step} {amount} ({wish['reason']})."
            case "extension_decided":
                word = "menyetujui" if facts["granted"] else "tidak menyetujui"
                return f"{where}: {who} {word} perpanjangan {step}."
            case "deadline_moved":
                due = datetime.fromisoformat(str(facts["due_at"]))
                return f"{where}: tenggat {step} menjadi {self.short(due)}."
            case "team_chosen":
                return f"{where}: {who} mencatat Tim Pelaksana."
            case "run_paused":
                return f"{where}: dijeda oleh {who} ({facts['reason']})."
            case "run_resumed":
                return f"{where}: dilanjutkan oleh {who}."
            case "run_cancelled":
                return f"{where}: dibatalkan oleh {who} ({facts['reason']})."
            case "run_reopened":
                return f"{where}: belum selesai, konfirmasi terakhir diurungkan."
        return _about_people(line, who, facts)

    def ahead(self, reminder: Ahead) -> dict[str, Any]:
        """A reminder that waits: when, what for, and to whom."""
        what = _REMINDER_KINDS[reminder.kind]
        return {
            "at": self.short(reminder.due_at),
            "what": f"{_run(reminder.place)}, {_step(reminder.place)}: {what}",
            "to": ", ".join(reminder.to) or "belum ada penerimanya",
        }

    def sending(self, delivery: Sending, to: str) -> dict[str, Any]:
        """A delivery: to whom, what, and where it stands."""
        what = _NOTICES.get(delivery.notice, delivery.notice)
        state = _STATES[delivery.state]
        waits = delivery.state is DeliveryState.ANTRE
        notes = []
        if waits and delivery.edits:
            notes.append("memperbarui pesan")
        if waits and delivery.tries:
            notes.append(f"percobaan ke-{delivery.tries}")
        if delivery.maybe_repeated:
            notes.append("mungkin terkirim dua kali")
        if delivery.silent:
            notes.append("tanpa bunyi")
        if delivery.error and delivery.state is not DeliveryState.TERKIRIM:
            notes.append(delivery.error)
        return {
            "id": delivery.id,
            "at": self.short(delivery.sent_at or delivery.created_at),
            "to": delivery.to or to,
            "what": what,
            "state": state,
            "mark": delivery.state.value,
            "note": "; ".join(notes),
        }


def _about_people(line: Happening, who: str, facts: Any) -> str:
    role = f"peran {line.role}" if line.role else "admin"
    match line.kind:
        case "joined":
            return f"{who} bergabung."
        case "invited_to_move":
            return f"{who} membuat undangan pindah ponsel untuk {line.whom}."
        case "account_moved":
            return f"{line.whom} berganti ponsel."
        case "invited":
            return f"{who} membuat undangan untuk {role}."
        case "invitation_used" if line.role is None:
            return "Tautan admin dibuka."
        case "invitation_used":
            return f"Undangan untuk {role} dibuka."
        case "renamed":
            return f"Nama {facts.get('was')} diubah menjadi {facts.get('name')}."
        case "role_given":
            return f"{who} memberikan {role} kepada {line.whom}."
        case "role_taken":
            return f"{who} mencabut {role} dari {line.whom}."
        case "handed_over":
            return f"{who} menyerahkan {role} dari {line.whom} kepada rekannya."
        case "acting_appointed":
            return f"{who} menunjuk {line.whom} menjalankan {role}."
        case "acting_ended":
            return f"Penunjukan {line.whom} menjalankan {role} berakhir."
        case "day_set" | "day_revoked":
            return f"{who} mengubah hari libur: {facts.get('name')}."
        case "group_linked":
            return f"{who} menghubungkan sebuah grup."
        case "group_unlinked":
            return f"{who} melepas sebuah grup."
        case "group_lost":
            return "Sebuah grup terlepas."
        case "removed":
            return f"{who} mengeluarkan {line.whom}."
        case "unreachable":
            return f"{who} tidak dapat dijangkau: bot diblokir."
        case "held_released":
            return f"{who} memutuskan kiriman yang ditahan."
    return f"{who}: {line.kind.replace('_', ' ')}."


def _run(place: Place | None) -> str:
    if place is None:
        return "Kantor"
    return f"{place.procedure.replace('_', ' ').upper()} {place.year}"


def _step(place: Place | None) -> str:
    return f"langkah {place.step}" if place is not None and place.step is not None else "langkah"
