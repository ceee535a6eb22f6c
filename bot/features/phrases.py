"""What all texts share: how people, roles, runs and deadlines are spoken of. All of it is HTML,
with words from people or data escaped and bounded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot import indonesian
from bot.domain.metrics import Lateness, Remaining
from bot.domain.outlook import Outlook
from bot.domain.run import Run, RunStatus
from bot.domain.sop import Duration, Office, Procedure, Sop, Step, StepKind
from bot.domain.yearly import LegalDate
from bot.features.naming import Greeting, Performer, RoleName, SignedBy, printed
from bot.features.runview import (
    CurrentStep,
    Deviations,
    ExtensionLine,
    Halt,
    PauseView,
    SentBack,
    StepRow,
)
from bot.indonesian import Dates
from bot.ui.buttons import LABEL_LIMIT, told_apart
from bot.ui.markup import ROW, bold, escaped, gathered, plain, safe
from bot.ui.message import Block

NAME = 140
TITLE = 250
ACTIVITY = 700
DETAIL = 400

ROUTINE = (
    "ℹ️ Plh. dan Plt. hanya melaksanakan tugas rutin, tanpa keputusan strategis yang mengubah "
    "status hukum organisasi, kepegawaian, dan alokasi anggaran (UU 30/2014, Pasal 14)."
)
"""What whoever acts may not decide: UU 30/2014, article 14, paragraphs 2 and 7."""

AWAITED = {
    StepKind.KERJA: "menunggu penyelesaian oleh",
    StepKind.PARAF: "menunggu paraf",
    StepKind.TANDA_TANGAN: "menunggu tanda tangan",
}

DEED = {
    StepKind.KERJA: "menyelesaikannya",
    StepKind.PARAF: "memeriksa dan memarafnya",
    StepKind.TANDA_TANGAN: "menandatanganinya",
}

UNIT, LISTED = 26, 80
"""What is shown of a unit's name, and of an activity, where a line has to be short."""

REASON = 600
"""What is shown of a reason; it is asked to be short."""

_BAR_LENGTH = 10

RUN_LABEL = LABEL_LIMIT - 6
"""Units of a run's name on a button, which may add a number or a sign."""


class Room(NamedTuple):
    """How much a message shows: units of an activity, a reason, a note, a name, and of people or
    things in a row. The details tell all of it."""

    activity: int
    reason: int
    note: int
    name: int
    row: int


FULL = Room(ACTIVITY, REASON, 1200, NAME, ROW)
SHORT = Room(activity=250, reason=90, note=120, name=60, row=100)
"""A card or reminder with little to tell."""
BRIEF = Room(activity=48, reason=60, note=60, name=28, row=50)
"""One with so much to tell that it would not fit."""

CARD_LINES, REMINDER_LINES, ROW_LINES = 27, 15, 2
"""Lines of a telephone's screen that a card and a reminder take with their buttons, a good half of
it and a third; and those of a row of buttons."""


class Phrases:
    """The office's way of saying things: its time, and who stands outside it."""

    def __init__(self, office: Office, bot_username: str = "") -> None:
        """`bot_username` goes into links; Telegram says it once the bot has greeted it."""
        self.office = office
        self.bot_username = bot_username
        self.zone = ZoneInfo(office.timezone)
        self._dates = Dates(office.timezone, office.timezone_label)
        self._outside = {role.code: role.name for role in office.roles if role.external}

    def moment(self, at: datetime) -> str:
        """ "Selasa, 23 Januari 2024 pukul 10.00 WIB"."""
        return self._dates.moment(at)

    def day(self, on: date) -> str:
        """ "23 Januari 2024"."""
        return self._dates.day(on)

    def weekday(self, on: date) -> str:
        """ "Selasa, 23 Januari 2024"."""
        return self._dates.weekday(on)

    def legal_date(self, until: LegalDate) -> str:
        """A legal date with what has to be said of it while the office has not confirmed it."""
        day, remark = bold(self._dates.legal_date(until)), indonesian.legal_remark(until)
        return f"{day} ({safe(remark, DETAIL)})" if remark else day

    def remaining(self, left: Remaining) -> str:
        """ "2 jam lagi", "1 hari kerja lagi (besok pukul 09.07)"."""
        return self._dates.remaining(left)

    def unit(self, run: Run) -> str | None:
        """The name of the unit that a run is for, None where it is for the whole office."""
        return None if run.unit is None else self.office.unit_name(run.unit)

    def run(self, run: Run) -> str:
        """A run by the name people know it by: the procedure, its year and its unit."""
        return title(run.procedure, run.year, self.unit(run))

    def runs(self, runs: Sequence[Run]) -> list[tuple[str, str]]:
        """Runs beside each other, each by its name and by what a button calls it, no two alike."""
        names = [self.run(run) for run in runs]
        known = [((short(r.procedure), str(r.year)), self.unit(r), f"No. {r.id}") for r in runs]
        options = [(" · ".join(filter(None, (*what, unit))), no) for what, unit, no in known]
        return [
            (f"{name}, No. {run.id}" if names.count(name) > 1 else name, label)
            for run, name, label in zip(
                runs, names, told_apart(options, room=RUN_LABEL), strict=True
            )
        ]

    def awaited(self, current: CurrentStep) -> str:
        """Whom an open step waits for: an office outside, people, or a role without anybody."""
        return self._nobody_here(current, safe) or performers(current.performers, _joiner(current))

    def awaited_names(
        self, current: CurrentStep, room: Room = SHORT, clean: Callable[[str, int], str] = safe
    ) -> str:
        """The same in short: people by their names alone; as plain text where `clean` is the
        function of that name."""
        names = [clean(p.name, room.name) for p in current.performers]
        return self._nobody_here(current, clean) or gathered(names, room.row, _joiner(current))

    def _nobody_here(self, current: CurrentStep, clean: Callable[[str, int], str]) -> str:
        """An office outside, or a role without anybody; empty where people are waited for."""
        outside = [clean(self._outside[c], NAME) for c in current.step.roles if c in self._outside]
        if outside:
            return indonesian.listed(outside)
        if current.performers:
            return ""
        vacant = gathered([clean(name, NAME) for name in current.roles], joiner="atau")
        return f"{vacant} (belum ada pemegangnya)"

    def outlook(self, ends: Outlook) -> list[str]:
        """When a run under way will probably end, and what that goes beyond, in lines."""
        if ends.end is None or ends.status.is_over:
            return []
        when = f" {indonesian.IF_RESUMED}" if ends.status is RunStatus.DIJEDA else ""
        lines = [f"Perkiraan selesai{when}: {self.moment(ends.end)}"]
        if ends.beyond:
            lines.append(f"⚠️ {indonesian.beyond_standard(ends.beyond).capitalize()}")
        if ends.legal and ends.past_legal is not None:
            remark = indonesian.legal_remark(ends.legal)
            past = indonesian.beyond_legal(bold(self.weekday(ends.legal.last)), ends.past_legal)
            known = f" ({safe(remark, DETAIL)})" if remark else ""
            lines.append(f"⚠️ {past[0].upper()}{past[1:]}{known}")
        return lines

    def brief(self, current: CurrentStep) -> str:
        """An open step in one line: what, whom it waits for, and until when."""
        step, late, whom = current.step, current.late, self.awaited_names(current)
        when = f"tenggat {self.moment(current.task.due_at)}"
        if late:
            when = f"⚠️ terlambat {bold(indonesian.distance(late))}"
        what = safe(step.activity.text, LISTED)
        return f"Langkah {step.number}, {what}: menunggu {whom}, {when}"

    def attempts(self, rows: Sequence[StepRow]) -> list[Block]:
        """Confirmed attempts at steps: which, how long they took, who confirmed them and when."""
        return [Block((_numbered(row), _measured(row), self._signature(row))) for row in rows]

    def _signature(self, row: StepRow) -> str:
        closed = row.figures.task.closed_at
        who = [signers(row.signed)] if row.signed else []
        return ", ".join([*who, *([self.moment(closed)] if closed else [])])

    def heading(self, sop: Sop, run: Run, number: int) -> str:
        """The lines above step `number` of a run: see the function of the same name."""
        return heading(sop, run.procedure, run.year, number, run.steps_done, self.unit(run))

    def current(self, current: CurrentStep, of: int) -> tuple[str, ...]:
        """An open step in lines, as those see it who only watch."""
        step = current.step
        lines = [
            f"Langkah {step.number} dari {of}: {safe(step.activity.text, ACTIVITY)}",
            f"Menunggu: {self.awaited(current)}",
        ]
        if step.all_must_confirm:
            lines.append(counted(current.confirmed, current.required))
        lines.append(f"Tenggat: {self.moment(current.task.due_at)}")
        if current.late:
            lines.append(f"⚠️ Terlambat {bold(indonesian.distance(current.late))}")
        return tuple(lines)


def _joiner(current: CurrentStep) -> str:
    return "dan" if current.step.all_must_confirm else "atau"


def salutation(greeting: Greeting) -> str:
    """ "Yth. Ibu Kasubbag Perencanaan,"."""
    return f"Yth. {greeting.address} {safe(greeting.called, NAME)},"


def short(procedure: Procedure) -> str:
    """A procedure on a button, as plain text: its code, for long titles begin alike."""
    return indonesian.spelled_code(procedure.code)


def short_run(procedure: Procedure, year: int, unit: str | None = None) -> str:
    """A run in one line: "LAKIP 2025", "TAPKIN Eselon III 2026 · Seksi Hubungan Industrial"."""
    whose = f" · {plain(unit, UNIT)}" if unit else ""
    return escaped(f"{short(procedure)} {year}{whose}")


def short_step(procedure: Procedure, year: int, number: int, unit: str | None = None) -> str:
    """Which step of which run, in one line: "LAKIP 2025 · Langkah 2 dari 10"."""
    steps = len(procedure.steps)
    return f"{short_run(procedure, year, unit)} · Langkah {number} dari {steps}"


def title(procedure: Procedure, year: int, unit: str | None = None) -> str:
    """A run by the name people know it by: the procedure, its year, and the unit's name."""
    whose = f" · {safe(unit, NAME)}" if unit else ""
    return f"{bold(safe(procedure.title, TITLE))} tahun {year}{whose}"


def heading(
    sop: Sop, procedure: Procedure, year: int, number: int, done: int, unit: str | None = None
) -> str:
    """The lines above an activity: SOP, unit, year, step n of m, and the bar."""
    lines = [bold(safe(procedure.title, TITLE))]
    if sop.name != procedure.title:
        lines.insert(0, f"SOP {safe(sop.name, TITLE)}")
    if unit:
        lines.append(safe(unit, NAME))
    steps = len(procedure.steps)
    lines += [f"Tahun {year} · Langkah {number} dari {steps}", bar(done, steps)]
    return "\n".join(lines)


def bar(done: int, steps: int) -> str:
    """▰▰▰▱▱▱: a segment a step, or tenths where there are more than ten."""
    length = min(steps, _BAR_LENGTH)
    full = done * length // steps
    return "▰" * full + "▱" * (length - full)


def counted(confirmed: int, required: int) -> str:
    """ "Sudah mengonfirmasi: 3 dari 5"."""
    return f"Sudah mengonfirmasi: {bold(f'{confirmed} dari {required}')}"


def performers(people: Sequence[Performer], joiner: str = "atau", room: Room = FULL) -> str:
    """People with their roles; any one of them unless `joiner` says otherwise."""
    return gathered([_person(p.name, p.role, room) for p in people], room.row, joiner)


def signers(people: Sequence[SignedBy], room: Room = FULL) -> str:
    """Those who confirmed, and for whom they recorded it."""
    return gathered([signer(person, room) for person in people], room.row)


def signer(person: SignedBy, room: Room = FULL) -> str:
    """ "Ibu Sari (Kasubbag Perencanaan)", or that she recorded it for an office outside."""
    name = _person(person.name, person.role, room)
    if person.recorded_for is None:
        return name
    return f"{safe(person.recorded_for, NAME)}, dicatat oleh {name}"


def role(name: RoleName) -> str:
    """A role with its capacity: "Plt. Kepala Dinas"."""
    return safe(printed(name), NAME)


def roles(names: Sequence[RoleName]) -> str:
    """Roles in a row, or that there are none."""
    return gathered([role(name) for name in names]) if names else "belum ada"


def punctual(late: Lateness | None, extended: Sequence[Duration] = ()) -> str:
    """ "tepat waktu", or by how much it was late; and that it had been given more time."""
    kept = f"terlambat {indonesian.distance(late)}" if late else "tepat waktu"
    return indonesian.after_extension(kept, extended)


def _measured(row: StepRow) -> str:
    """ "baku 3 hari · nyata 3,5 hari · terlambat 4 jam"."""
    figures = row.figures
    planned, took = figures.step.duration, indonesian.actual(figures.worked)
    kept = punctual(figures.late, figures.task.extended_by)
    return f"baku {planned} · nyata {took} · {kept}"


def _numbered(row: StepRow) -> str:
    step = row.figures.step
    again = f" (pengulangan ke-{row.repetitions})" if row.repetitions else ""
    return bold(f"{step.number}. {safe(step.activity.text, ACTIVITY)}") + again


def _person(name: str, held: RoleName, room: Room = FULL) -> str:
    return f"{safe(name, room.name)} ({role(held)})"


def halted(halt: Halt, say: Phrases, room: Room = FULL) -> str:
    """Why nothing is to be done about a run now, or ever."""
    who, at = signer(halt.by, room), say.moment(halt.by.at)
    reason = f"Alasan: {safe(halt.reason, room.reason)}"
    if halt.ended:
        return f"⛔ Pelaksanaan ini dibatalkan oleh {who} pada {at}.\n{reason}"
    return (
        f"⏸ Pelaksanaan ini dijeda oleh {who} sejak {at}.\n{reason}\n"
        "Selama jeda, waktunya tidak dihitung."
    )


def deviation_blocks(deviations: Deviations, say: Phrases) -> list[Block]:
    """Where a run left the straight way: what was sent back, longer, or at pause."""
    found = [_sent_back(sent, say) for sent in deviations.returns]
    found += [_more_time(wish, say) for wish in deviations.extensions]
    found += [_pause(pause, say) for pause in deviations.pauses]
    head = [(bold("Catatan pelaksanaan"),)] if found else []
    return [Block(lines) for lines in (*head, *found)]


def _sent_back(sent: SentBack, say: Phrases) -> tuple[str, ...]:
    return (
        f"↩️ Langkah {sent.step.number} dikembalikan ke langkah {sent.to_step.number}",
        f"{signer(sent.by)}, {say.moment(sent.by.at)}",
        f"Alasan: {safe(sent.reason, REASON)}",
    )


def _more_time(wish: ExtensionLine, say: Phrases) -> tuple[str, ...]:
    verdict = "belum ada"
    if wish.moot:
        verdict = "tidak diperlukan lagi, karena langkahnya sudah berakhir"
    elif wish.decided is not None:
        word = "disetujui" if wish.granted else "tidak disetujui"
        verdict = f"{word} oleh {signer(wish.decided)}, {say.moment(wish.decided.at)}"
        if wish.answer:
            verdict += f" (alasan: {safe(wish.answer, REASON)})"
    return (
        f"⏳ Langkah {wish.step.number}: perpanjangan {wish.amount} dimohon oleh "
        f"{signer(wish.asked)}, {say.moment(wish.asked.at)}",
        f"Alasan: {safe(wish.reason, REASON)}",
        f"Keputusan: {verdict}",
    )


def _pause(pause: PauseView, say: Phrases) -> tuple[str, ...]:
    until = "masih berlangsung"
    if pause.ended is not None:
        until = f"sampai {say.moment(pause.ended.at)}, dilanjutkan oleh {signer(pause.ended)}"
    return (
        f"⏸ Dijeda oleh {signer(pause.by)} sejak {say.moment(pause.by.at)}, {until}",
        f"Alasan: {safe(pause.reason, REASON)}",
    )


def please_explain(fault: bool, request: str) -> str:
    """Asks for a reason by `request`, or again after a text that was none (`fault`)."""
    if not fault:
        return request
    return (
        "Mohon maaf, jawaban itu belum dapat kami catat sebagai alasan. Mohon menuliskan 3 sampai "
        "500 huruf dalam satu pesan."
    )


def activity(step: Step) -> str:
    """ "Langkah 5: Menyusun laporan draft LAKIP"."""
    return f"Langkah {step.number}: {safe(step.activity.text, ACTIVITY)}"


def plain_name(run: Run, office: Office) -> str:
    """A run by the name people know it by, as plain text: "PENYUSUNAN LAKIP tahun 2026"."""
    whose = f" · {office.unit_name(run.unit)}" if run.unit else ""
    return f"{run.procedure.title} tahun {run.year}{whose}"
