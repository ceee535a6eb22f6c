"""Pictures 400 points wide, for the phone: the timeline of one run, and of all under way."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.domain.documents import OfficePicture, RunPicture
from bot.domain.metrics import Lateness
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
from bot.indonesian import Dates, brief_day, date_of
from bot.reports import words
from bot.reports.words import dates, lateness, slug

MOST_PIXELS: Final = 10_000
MOST_BYTES: Final = 10_000_000

ROOMY: Final = 14
"""Up to so many rows, each has its words in lines of their own above its bars."""

_TITLE: Final = 180
_TITLE_IN_ONE_LINE: Final = 34
_WIDTH: Final = 376.0
_DATE_WIDTH: Final = 34.0
_WEEKDAY_WIDTH: Final = 54.0

_HOW_TO_READ: Final = (
    "Garis tipis: waktu baku. Batang penuh: selesai; bergaris tegak: berjalan; bergaris miring: "
    "melewati tenggat; terputus-putus: perkiraan."
)

_TONES: Final = {
    State.DONE: "done",
    State.RUNNING: "running",
    State.AHEAD: "ahead",
    State.STOPPED: "stopped",
}


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
    """What the template draws of one run. Shape: see the template."""
    office, timeline, say = picture.office, picture.timeline, dates(picture.office)
    run, axis = timeline.run, timeline.axis
    tight = len(timeline.rows) > ROOMY
    unit = f" · {office.unit_name(run.unit)}" if run.unit else ""
    return {
        "title": f"{run.procedure.title} tahun {run.year}{unit}",
        "summary": list(_run_in_short(timeline, say)),
        "tight": tight,
        "rows": [
            {
                "title": _cut(f"{row.step.number}. {row.step.activity.text}", tight),
                "status": _step_status(row, run, say),
                "tone": _tone(run, row.late, _TONES[row.state], running=row.state is State.RUNNING),
                "lanes": [_lane(lane, axis) for lane in row.lanes],
            }
            for row in timeline.rows
        ],
        **_frame(axis, timeline.now, say, over=run.status.is_over),
    }


def office_data(picture: OfficePicture) -> dict[str, Any]:
    """What the template draws of all runs under way. Shape: see the template."""
    office, timeline, say = picture.office, picture.timeline, dates(picture.office)
    axis = timeline.axis
    tight = len(timeline.rows) > ROOMY
    which = f"yang berjalan · {office.short_name}" if picture.whole else "terkait"
    return {
        "title": f"Pelaksanaan {which}",
        "summary": list(_office_in_short(timeline)),
        "tight": tight,
        "rows": [
            {
                "title": _cut(f"{number}. {_name(row.run, office, tight)}", tight),
                "status": _run_status(row, say, tight),
                "tone": _tone(row.run, row.late, "running"),
                "lanes": [_lane(row.lane, axis)],
            }
            for number, row in enumerate(timeline.rows, start=1)
        ],
        **_frame(axis, timeline.now, say, over=not timeline.rows),
    }


def _step_status(row: Row, run: Run, say: Dates) -> str:
    """Where a step stands: when it was closed, is due or is expected, and how late."""
    when = say.brief(row.until) if row.until else ""
    late = f"terlambat {lateness(row.late)}" if row.late else ""
    match row.state:
        case State.DONE:
            return f"✓ {when}, {late or 'tepat waktu'}"
        case State.RUNNING if run.pause is not None:
            return f"dijeda sejak {say.brief(run.pause.since)}"
        case State.RUNNING:
            return f"⚠ {late.upper()}" if late else f"tenggat {when}"
        case State.AHEAD:
            return f"perkiraan {when}"
        case State.STOPPED:
            return "tidak dilanjutkan" if row.lanes else "tidak dilaksanakan"


def _run_status(row: RunRow, say: Dates, tight: bool) -> str:
    """Where a run stands: its open step, and how late it is or when it will end."""
    if row.run.pause is not None:
        how = f"dijeda sejak {say.brief(row.run.pause.since)}"
    elif row.late:
        how = f"⚠ TERLAMBAT {lateness(row.late).upper()}"
    elif row.forecast:
        how = f"selesai ±{say.brief(row.forecast)}"
    else:
        how = "berjalan"
    steps = len(row.run.procedure.steps)
    number = row.current.number if row.current else steps
    return how if tight else f"langkah {number}/{steps} · {how}"


def _run_in_short(timeline: Timeline, say: Dates) -> Iterator[tuple[str, str]]:
    run = timeline.run
    steps = f"{run.steps_done} dari {len(run.procedure.steps)} langkah selesai"
    ended = say.brief(run.finished_at) if run.finished_at else ""
    match run.status:
        case RunStatus.SELESAI:
            yield f"{steps} · selesai {ended}", "done"
        case RunStatus.DIBATALKAN:
            yield f"{steps} · DIBATALKAN {ended}", "late"
        case RunStatus.DIJEDA if run.pause:
            yield f"{steps} · dijeda sejak {say.brief(run.pause.since)}", "ahead"
        case _:
            forecast = timeline.forecast
            end = f" · perkiraan selesai {say.brief(forecast)}" if forecast else ""
            yield f"{steps}{end}", "running"
    for row in timeline.rows:
        if row.state is State.RUNNING and row.late:
            yield f"Langkah {row.step.number} terlambat {lateness(row.late)}", "late"


def _office_in_short(timeline: OfficeTimeline) -> Iterator[tuple[str, str]]:
    if not timeline.rows:
        yield "Tidak ada pelaksanaan yang berjalan.", "ahead"
        return
    late = sum(row.late is not None for row in timeline.rows)
    yield f"{len(timeline.rows)} pelaksanaan", "running"
    if late:
        yield f"{late} di antaranya terlambat", "late"


def _tone(run: Run, late: Lateness | None, otherwise: str, *, running: bool = True) -> str:
    if running and run.pause is not None:
        return "stopped"
    return "late" if late else otherwise


def _name(run: Run, office: Office, tight: bool) -> str:
    name = f"{words.run_name(run, office)} {run.year}"
    if not tight:
        return name
    steps = len(run.procedure.steps)
    return f"{name} · {max((task.step for task in run.current), default=steps)}/{steps}"


def _cut(text: str, tight: bool) -> str:
    most = _TITLE_IN_ONE_LINE if tight else _TITLE
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _lane(lane: Lane, axis: Axis) -> dict[str, Any]:
    signs = []
    if lane.round > 1:
        signs.append(f"ulang ke-{lane.round - 1}")
    if lane.returned:
        signs.append("↩ dikembalikan")
    elif lane.void:
        signs.append("diulang")
    if any(bar.end > axis.last for bar in lane.bars):
        signs.append("▸")
    bars = list(_bars(lane.bars, axis))
    return {
        "plan": list(_bars(lane.plan, axis)),
        "bars": bars,
        "note": " ".join(signs) if bars else "",
    }


def _bars(bars: Iterable[Bar], axis: Axis) -> Iterator[dict[str, Any]]:
    """Bars as shares of the width; what lies wholly beyond the axis is not drawn."""
    for bar in bars:
        if bar.end >= axis.first and bar.start <= axis.last:
            left, right = axis.at(bar.start), axis.at(bar.end)
            yield {"left": left, "right": right, "part": bar.part.value}


def _frame(axis: Axis, now: datetime, say: Dates, *, over: bool) -> dict[str, Any]:
    """What surrounds the bars: the days of the axis, today, and the lines at the foot."""
    today = None
    if not over and axis.first <= now < axis.last:
        today = {"x": axis.at(now), "text": f"hari ini {say.brief(now)}"}
    return {
        "days": [{"left": d.left, "right": d.right, "shade": _shade(d)} for d in axis.days],
        "dates": list(_dates(axis)),
        "today": today,
        "foot": [*_days_off(axis), _HOW_TO_READ, f"Keadaan {say.moment(now)}."],
    }


def _shade(day: AxisDay) -> str:
    if day.working:
        return "working"
    return "holiday" if day.holiday else "weekend"


def _dates(axis: Axis) -> Iterator[dict[str, Any]]:
    """Dates on the axis, as many as can be read: every working day, else the weeks' first."""
    working = [d for d in axis.days if d.working]
    roomy = all((d.right - d.left) * _WIDTH >= _WEEKDAY_WIDTH for d in working)
    daily = all((d.right - d.left) * _WIDTH >= _DATE_WIDTH for d in working)
    weeks = groupby(working, key=lambda d: d.day.isocalendar()[:2])
    free = 0.0
    for day in working if daily else [next(week) for _, week in weeks]:
        if day.left >= free and day.left * _WIDTH + _DATE_WIDTH <= _WIDTH:
            yield {"x": day.left, "text": brief_day(day.day) if roomy else date_of(day.day)}
            free = day.left + _DATE_WIDTH / _WIDTH


def _days_off(axis: Axis) -> Iterator[str]:
    named = [(d.day, d.holiday) for d in axis.days if d.holiday and not d.working]
    if named:
        days = "; ".join(f"{brief_day(day)}, {name}" for day, name in named)
        yield f"Libur: {days}."
