"""Pictures 400 points wide, for the phone: the timeline of one run, and of all under way."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.domain.documents import OfficePicture, RunPicture
from bot.domain.metrics import Lateness
from bot.domain.outlook import Outlook
from bot.domain.run import Run, RunStatus
from bot.domain.sop import Office
from bot.domain.timeline import (
    Axis,
    AxisDay,
    Bar,
    Lane,
    OfficeTimeline,
    Row,
    RunRow,
    State,
    Timeline,
)
from bot.domain.yearly import LegalDate
from bot.indonesian import (
    IF_RESUMED,
    after_extension,
    beyond_legal,
    beyond_standard,
    brief_day,
    date_of,
    whole_days,
)
from bot.reports import words
from bot.reports.words import dates, slug

MOST_PIXELS: Final = 10_000
MOST_BYTES: Final = 10_000_000

_TITLE: Final = 180
_REASON: Final = 150
_WIDTH: Final = 376.0
_DATE_WIDTH: Final = 34.0
_YEAR_WIDTH: Final = 22.0
_WEEKDAY_WIDTH: Final = 54.0

_LEGEND: Final = {
    "standard": "waktu baku",
    "extension": "perpanjangan",
    "done": "selesai",
    "running": "berjalan",
    "late": "melewati tenggat",
    "void": "tidak berlaku: dikembalikan, diulang, atau terhenti",
    "paused": "dijeda",
    "forecast": "perkiraan",
    "beyond": "perkiraan yang melewati waktu baku",
    "legal": "batas penyelesaian",
    "cut": "berlanjut di luar gambar",
}
"""What each kind of bar or mark says; a picture explains those that it has."""

_TONES: Final = {
    State.DONE: "done",
    State.RUNNING: "running",
    State.AHEAD: "ahead",
    State.STOPPED: "stopped",
}


class _Days:
    """Moments where there is little room; a year is said where it is not this year."""

    def __init__(self, office: Office, now: datetime) -> None:
        self._dates, self._zone = dates(office), ZoneInfo(office.timezone)
        self._year = now.astimezone(self._zone).year
        self.now = self._dates.moment(now)

    def brief(self, at: datetime) -> str:
        """ "Sel 23 Jan", "Sel 23 Jan 2024"."""
        return self.day(at.astimezone(self._zone).date())

    def day(self, on: date) -> str:
        return brief_day(on) + (f" {on.year}" if on.year != self._year else "")


def fits_a_screen(png: bytes) -> bool:
    """Whether Telegram takes it as a photo: at most 10,000 pixels, width and height, and 10 MB."""
    width, height = struct.unpack(">II", png[16:24])
    return bool(width + height <= MOST_PIXELS) and len(png) <= MOST_BYTES


def run_name(picture: RunPicture) -> str:
    """A file's name without its ending, sorting by procedure, year and run."""
    run = picture.timeline.run
    return f"garis-waktu-{slug(run.procedure)}-{run.year}-{run.id:04d}"


def office_name(picture: OfficePicture) -> str:
    """A file's name without its ending, sorting by day."""
    return f"garis-waktu-{picture.made_at.astimezone(ZoneInfo(picture.office.timezone)):%Y-%m-%d}"


def run_data(picture: RunPicture) -> dict[str, Any]:
    """What the template draws of a page of one run. Shape: see the template."""
    office, timeline = picture.office, picture.timeline
    run, axis, say = timeline.run, timeline.axis, _Days(picture.office, timeline.now)
    unit = f" · {office.unit_name(run.unit)}" if run.unit else ""
    rows = [
        {
            "title": _cut(f"{row.step.number}. {row.step.activity.text}"),
            "status": _step_status(row, run, say),
            "tone": _tone(run, row.late, _TONES[row.state], running=row.state is State.RUNNING),
            "details": [],
            "lanes": [_lane(lane, axis) for lane in row.lanes],
        }
        for row in timeline.rows
    ]
    return {
        "title": f"{run.procedure.title} tahun {run.year}{unit}",
        "summary": list(_run_in_short(timeline, say)),
        "rows": rows,
        **_end_of_run(timeline, say),
        **_frame(axis, timeline.now, say, rows, over=run.status.is_over),
        "notes": list(_rests(run, say)),
    }


def office_data(picture: OfficePicture) -> dict[str, Any]:
    """What the template draws of a page of the runs under way. Shape: see the template."""
    office, timeline = picture.office, picture.timeline
    axis, say = timeline.axis, _Days(picture.office, timeline.now)
    which = f"yang berjalan · {office.short_name}" if picture.whole else "terkait"
    rows = [
        {
            "title": _cut(f"{number}. {words.run_name(row.run, office)} {row.run.year}"),
            "status": _run_status(row, say),
            "tone": _tone(row.run, row.late, "running"),
            "details": list(_run_details(row, picture.awaited.get(row.run.id), say)),
            "lanes": [_lane(row.lane, axis, row.outlook.legal)],
        }
        for number, row in enumerate(timeline.rows, start=timeline.page.first)
    ]
    return {
        "title": f"Pelaksanaan {which}",
        "summary": list(_office_in_short(timeline)),
        "rows": rows,
        "beyond": None,
        "marks": [],
        **_frame(axis, timeline.now, say, rows, over=not timeline.rows),
        "notes": [],
    }


def _step_status(row: Row, run: Run, say: _Days) -> str:
    """Where a step stands: when it was closed, is due or is expected, and how late."""
    when = say.brief(row.until) if row.until else ""
    late = f"terlambat {whole_days(row.late)}" if row.late else ""
    match row.state:
        case State.DONE:
            return f"✓ {when}, {after_extension(late or 'tepat waktu', row.extended)}"
        case State.RUNNING if run.pause is not None:
            return f"dijeda sejak {say.brief(run.pause.since)}"
        case State.RUNNING:
            kept = f"⚠ {late.upper()}" if late else f"tenggat {when}"
            return after_extension(kept, row.extended)
        case State.AHEAD:
            return f"perkiraan {when}"
        case State.STOPPED:
            return "tidak dilanjutkan" if row.lanes else "tidak dilaksanakan"


def _run_status(row: RunRow, say: _Days) -> str:
    """Where a run stands: its open step, and how late that is or until when it has time."""
    if row.run.pause is not None:
        how = f"dijeda sejak {say.brief(row.run.pause.since)}"
    elif row.late:
        how = f"⚠ TERLAMBAT {whole_days(row.late).upper()}"
    else:
        how = f"tenggat {say.brief(max(task.due_at for task in row.run.current))}"
    steps = len(row.run.procedure.steps)
    return f"langkah {row.current.number}/{steps} · {how}"


def _run_details(row: RunRow, awaited: str | None, say: _Days) -> Iterator[tuple[str, str]]:
    """Whom a run waits for and why it rests, when it will end, and what that goes beyond."""
    if awaited:
        yield f"menunggu {awaited}", "ahead"
    if row.run.pause is not None:
        yield _cut(f"alasan jeda: {row.run.pause.reason}", _REASON), "ahead"
    ends = row.outlook
    if ends.end is not None:
        when = f" {IF_RESUMED}" if row.run.pause is not None else ""
        beyond = list(_goes_beyond(ends, say))
        end = f"selesai ±{say.brief(ends.end)}{when}"
        yield ", ".join([end, *beyond]), "late" if beyond else "ahead"


def _goes_beyond(ends: Outlook, say: _Days) -> Iterator[str]:
    """That the end of a run lies beyond its standard time, or the day of the law."""
    if ends.beyond:
        yield beyond_standard(ends.beyond)
    if ends.legal and ends.past_legal is not None:
        yield beyond_legal(_law(ends.legal, say), ends.past_legal)


def _law(until: LegalDate, say: _Days) -> str:
    """The day of the law, and that the office has not confirmed it."""
    return f"{say.day(until.day)} (perkiraan)" if until.assumed else say.day(until.day)


def _run_in_short(timeline: Timeline, say: _Days) -> Iterator[tuple[str, str]]:
    run, ends = timeline.run, timeline.outlook
    end = say.brief(ends.end) if ends.end else ""
    steps = f"{run.steps_done} dari {len(run.procedure.steps)} langkah selesai"
    if run.cancelled is not None:
        yield f"Dibatalkan pada {say.brief(run.cancelled.at)} · {steps}", "late"
        yield _cut(f"Alasan: {run.cancelled.reason}", _REASON), "stopped"
    elif run.pause is not None:
        yield f"{steps} · dijeda sejak {say.brief(run.pause.since)}", "ahead"
        yield _cut(f"Alasan jeda: {run.pause.reason}", _REASON), "stopped"
        yield f"Perkiraan selesai {IF_RESUMED}: {end}", "running"
    elif run.status is RunStatus.SELESAI:
        yield f"{steps} · selesai {end}", "late" if ends.beyond else "done"
    else:
        yield f"{steps} · perkiraan selesai {end}", "running"
    for number, late in timeline.behind:
        yield f"Langkah {number} terlambat {whole_days(late)}", "late"
    yield from _against_plan(timeline, say)
    if timeline.page.of > 1:
        first, page = timeline.page.first, timeline.page
        shown = f"Langkah {first}–{first + len(timeline.rows) - 1}"
        yield f"{shown} · halaman {page.number} dari {page.of}", "ahead"


def _against_plan(timeline: Timeline, say: _Days) -> Iterator[tuple[str, str]]:
    """What the end of a run goes beyond, how often it was sent back, and the day of the law."""
    run, ends = timeline.run, timeline.outlook
    returns = sum(task.returned is not None for task in run.tasks)
    said = "" if ends.status.is_over else "diperkirakan "
    lines = [f"{said}{line}" for line in _goes_beyond(ends, say)]
    if returns:
        lines = [*lines[:1], f"dikembalikan {returns} kali", *lines[1:]]
    for line in lines:
        yield line[0].upper() + line[1:], "late"
    if ends.legal and ends.past_legal is None and run.cancelled is None:
        yield f"Batas {_law(ends.legal, say)}", "ahead"


def _end_of_run(timeline: Timeline, say: _Days) -> dict[str, Any]:
    """The time beyond the planned end, shaded, and the lines of the plan and of the law."""
    axis, ends = timeline.axis, timeline.outlook
    beyond, marks = None, []
    if ends.beyond and ends.end and axis.first <= ends.end and ends.planned < axis.last:
        x = axis.at(ends.planned)
        beyond = {"left": x, "right": axis.at(ends.end)}
        if ends.planned >= axis.first:
            text = f"waktu baku sampai {say.brief(ends.planned)}"
            marks.append({"x": x, "text": text, "tone": "ahead"})
    if ends.legal and (x_legal := axis.close(ends.legal.day)) is not None:
        marks.append({"x": x_legal, "text": f"batas {_law(ends.legal, say)}", "tone": "late"})
    return {"beyond": beyond, "marks": marks}


def _rests(run: Run, say: _Days) -> Iterator[str]:
    """The pauses that have ended, each with its reason."""
    for rest in run.pauses:
        if rest.until is not None:
            since, until = say.brief(rest.since), say.brief(rest.until)
            yield _cut(f"Jeda {since} sampai {until}: {rest.reason}", _REASON)


def _office_in_short(timeline: OfficeTimeline) -> Iterator[tuple[str, str]]:
    if not timeline.rows:
        yield "Tidak ada pelaksanaan yang berjalan.", "ahead"
        return
    page = timeline.page
    which = f" · halaman {page.number} dari {page.of}" if page.of > 1 else ""
    yield f"{timeline.total} pelaksanaan{which}", "running"
    if timeline.late:
        yield f"{timeline.late} di antaranya terlambat, yang paling terlambat di atas", "late"


def _tone(run: Run, late: Lateness | None, otherwise: str, *, running: bool = True) -> str:
    if running and run.pause is not None:
        return "stopped"
    return "late" if late else otherwise


def _cut(text: str, most: int = _TITLE) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _lane(lane: Lane, axis: Axis, legal: LegalDate | None = None) -> dict[str, Any]:
    """A lane's bars, the sides on which the axis cuts them, and the line of the law."""
    signs = []
    if lane.round > 1:
        signs.append(f"ulang ke-{lane.round - 1}")
    if lane.returned:
        signs.append("↩ dikembalikan")
    elif lane.void:
        signs.append("diulang")
    bars = list(_bars(lane.bars, axis))
    return {
        "plan": list(_bars(lane.plan, axis)),
        "bars": bars,
        "note": " · ".join(signs) if bars else "",
        "legal": axis.close(legal.day) if legal else None,
        "cut_left": any(bar.start < axis.first for bar in lane.bars),
        "cut_right": any(bar.end > axis.last for bar in lane.bars),
    }


def _bars(bars: Iterable[Bar], axis: Axis) -> Iterator[dict[str, Any]]:
    """Bars as shares of the width; what lies wholly beyond the axis is not drawn."""
    for bar in bars:
        if bar.end >= axis.first and bar.start <= axis.last:
            left, right = axis.at(bar.start), axis.at(bar.end)
            yield {"left": left, "right": right, "part": bar.part.value}


def _frame(
    axis: Axis, now: datetime, say: _Days, rows: list[dict[str, Any]], *, over: bool
) -> dict[str, Any]:
    """What surrounds the bars: the days of the axis, today, and what is said below."""
    today = None
    if not over and axis.first <= now < axis.last:
        today = {"x": axis.at(now), "text": f"hari ini {say.brief(now)}"}
    return {
        "days": [{"left": d.left, "right": d.right, "shade": _shade(d)} for d in axis.days],
        "dates": list(_dates(axis, now.year)),
        "today": today,
        "legend": list(_legend([lane for row in rows for lane in row["lanes"]])),
        "foot": [*_days_off(axis), f"Keadaan {say.now}."],
    }


def _legend(lanes: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The kinds of bars and marks that the picture has, each with what it says."""
    found = {bar["part"] for lane in lanes for bar in (*lane["plan"], *lane["bars"])}
    if any(lane["legal"] is not None for lane in lanes):
        found.add("legal")
    if any(lane["cut_left"] or lane["cut_right"] for lane in lanes):
        found.add("cut")
    return ((kind, text) for kind, text in _LEGEND.items() if kind in found)


def _shade(day: AxisDay) -> str:
    if day.working:
        return "working"
    return "holiday" if day.holiday else "weekend"


def _dates(axis: Axis, this_year: int) -> Iterator[dict[str, Any]]:
    """Dates on the axis, as many as can be read: every working day, else the weeks' first. The
    first of each year says it where the axis leaves this year."""
    working = [d for d in axis.days if d.working]
    roomy = all((d.right - d.left) * _WIDTH >= _WEEKDAY_WIDTH for d in working)
    daily = all((d.right - d.left) * _WIDTH >= _DATE_WIDTH for d in working)
    weeks = groupby(working, key=lambda d: d.day.isocalendar()[:2])
    free, said = 0.0, this_year
    for day in working if daily else [next(week) for _, week in weeks]:
        year = f" {day.day.year}" if day.day.year != said else ""
        width = _DATE_WIDTH + (_YEAR_WIDTH if year else 0.0)
        if day.left >= free and day.left * _WIDTH + width <= _WIDTH:
            text = brief_day(day.day) if roomy else date_of(day.day)
            yield {"x": day.left, "text": text + year}
            free, said = day.left + width / _WIDTH, day.day.year


def _days_off(axis: Axis) -> Iterator[str]:
    named = [(d.day, d.holiday) for d in axis.days if d.holiday and not d.working]
    if named:
        days = "; ".join(f"{brief_day(day)}, {name}" for day, name in named)
        yield f"Libur: {days}."
