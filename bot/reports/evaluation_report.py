"""Monitoring of a semester and evaluation of a year: pages to sign, tables to work on.

The table is that of PermenPAN-RB 35/2012. Facts are filled in; the assessment and what is to
be done are suggestions by the rules of `domain.evaluation`, marked as such, and the boxes to
tick and the paraf are left to people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

from bot.domain.evaluation import (
    ON_TIME_ENOUGH,
    RUNS_TO_JUDGE,
    Assessment,
    Evaluation,
    ProcedureEvaluation,
    RunStanding,
    StepEvaluation,
    Verdict,
)
from bot.domain.metrics import Lateness, Worked
from bot.domain.run import Run, RunStatus
from bot.domain.sop import DurationUnit, Office, Procedure
from bot.indonesian import Dates, actual, distance
from bot.reports import rendering
from bot.reports.sheets import Chart, Column, Kind, Series, Sheet, Workbook

TEMPLATE: Final = "evaluation"

MANY_RETURNS: Final = 2
RETURNED_OFTEN: Final = Fraction(1, 5)
"""Where work was sent back so many times, and in this share of the attempts, looking at its
completeness is suggested."""

_SEMESTER: Final = {1: "Semester I", 2: "Semester II"}

_SUGGESTED: Final = {
    Assessment.GOOD: "berjalan baik",
    Assessment.POOR: "tidak berjalan baik",
    Assessment.UNKNOWN: "belum dapat dinilai",
}

_STATUS: Final = {
    RunStatus.BERJALAN: "berjalan",
    RunStatus.DIJEDA: "dijeda",
    RunStatus.SELESAI: "selesai",
    RunStatus.DIBATALKAN: "dibatalkan",
}

_SECONDS: Final = {DurationUnit.MENIT: 60, DurationUnit.JAM: 3600}

_LONGEST_BAR: Final = 3
"""Bars of the chart end at three times the standard time; the figure beside them goes on."""


def name(evaluation: Evaluation) -> str:
    """A file's name without its ending, sorting by period."""
    return f"{'monitoring' if evaluation.period.half else 'evaluasi'}-sop-{evaluation.period}"


def title(evaluation: Evaluation) -> str:
    """What the report is called: "MONITORING PELAKSANAAN SOP"."""
    return f"{'MONITORING' if evaluation.period.half else 'EVALUASI'} PELAKSANAAN SOP"


def span(evaluation: Evaluation) -> str:
    """What it is about: "Semester I Tahun 2027"."""
    period = evaluation.period
    half = f"{_SEMESTER[period.half]} " if period.half else ""
    return f"{half}Tahun {period.year}"


def pdf(evaluation: Evaluation, office: Office) -> bytes:
    """The report on A4 pages, with the office's heading.

    Raises:
        RenderError: it cannot be made.
    """
    return rendering.pdf(TEMPLATE, as_data(evaluation, office))


def xlsx(evaluation: Evaluation, office: Office) -> bytes:
    """The report as a workbook: the table, the steps with a chart of them, and the runs.

    Raises:
        RenderError: it cannot be made.
    """
    heading = (
        f"{title(evaluation)} {span(evaluation).upper()}",
        office.name,
        _as_of(evaluation, office),
    )
    sheets = (
        Sheet("Monitoring", heading, _TABLE_COLUMNS, tuple(_table_rows(evaluation))),
        Sheet("Langkah", heading, _STEP_COLUMNS, tuple(_step_rows(evaluation))),
        Sheet("Grafik", heading, _CHART_COLUMNS, tuple(_chart_rows(evaluation)), _CHART),
        Sheet("Pelaksanaan", heading, _RUN_COLUMNS, tuple(_run_rows(evaluation, office))),
    )
    return rendering.xlsx(Workbook(heading[0], office.timezone, sheets))


def as_data(evaluation: Evaluation, office: Office) -> dict[str, Any]:
    """What the template sets: every text as it is to be printed."""
    say = Dates(office.timezone, office.timezone_label)
    return {
        "office": {"name": office.name, "city": office.city},
        "title": title(evaluation),
        "span": f"{span(evaluation)} ({_days(evaluation, say)})",
        "foot": f"{title(evaluation)} · {_as_of(evaluation, office)}",
        "rule": _RULE,
        "facts": [[label, str(value)] for label, value in _facts(evaluation)],
        "table": [
            {
                "procedure": p.procedure.title,
                "number": p.sop.number,
                "suggested": _SUGGESTED[p.assessment],
                "judged": p.assessment is not Assessment.UNKNOWN,
                "notes": list(_notes(p)),
                "actions": list(_actions(p)),
            }
            for p in evaluation.procedures
        ],
        "procedures": [_section(p) for p in evaluation.procedures if p.steps],
        "runs": [_run(s, office, say) for p in evaluation.procedures for s in p.standings],
        "place": office.city,
        "owner": office.role(office.owner_role).name,
    }


_RULE: Final = (
    f"Usulan dihitung dari catatan: berjalan baik bila sedikitnya {ON_TIME_ENOUGH}% langkah tepat "
    "waktu dan tidak ada waktu baku yang selalu terlampaui. Sebuah waktu baku dinilai bila "
    f"langkahnya dikerjakan pada sedikitnya {RUNS_TO_JUDGE} pelaksanaan. Penilaian, tindakan, dan "
    "paraf tetap pada penilai."
)


def _as_of(evaluation: Evaluation, office: Office) -> str:
    say = Dates(office.timezone, office.timezone_label)
    return f"Disusun {say.moment(evaluation.now)} dari catatan Kawal SOP"


def _days(evaluation: Evaluation, say: Dates) -> str:
    period = evaluation.period
    return f"{say.day(period.first)} sampai dengan {say.day(period.last)}"


def _facts(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    every = evaluation.procedures
    finished, late = sum(p.finished for p in every), sum(p.finished_late for p in every)
    attempts, missed = sum(p.attempts for p in every), sum(p.late for p in every)
    yield "Pelaksanaan dimulai", str(sum(p.started for p in every))
    yield "Pelaksanaan selesai", f"{finished}, di antaranya {late} melewati waktu baku"
    yield "Pelaksanaan dibatalkan", str(sum(p.cancelled for p in every))
    yield "Masih berjalan", str(sum(p.under_way for p in every))
    yield "Langkah dikerjakan", f"{attempts}, di antaranya {attempts - missed} tepat waktu"
    yield "Pengembalian", str(sum(p.returns for p in every))
    yield "Perpanjangan", str(sum(p.extensions for p in every))


def _notes(p: ProcedureEvaluation) -> Iterator[str]:
    """The facts that the table's "catatan hasil" holds, one sentence each."""
    if not p.standings:
        yield "Tidak ada pelaksanaan pada masa ini."
        return
    late = f" ({p.finished_late} melewati waktu baku)" if p.finished_late else ""
    counted = [f"{p.finished} selesai{late}"] if p.finished else []
    counted += [f"{p.under_way} berjalan"] if p.under_way else []
    counted += [f"{p.cancelled} dibatalkan"] if p.cancelled else []
    yield f"Pelaksanaan: {', '.join(counted)}."
    if not p.attempts:
        yield "Belum ada langkah yang selesai."
        return
    yield f"{p.on_time}% langkah tepat waktu ({p.attempts - p.late} dari {p.attempts})."
    again = [f"{p.returns} kali dikembalikan"] if p.returns else []
    again += [f"{p.extensions} perpanjangan"] if p.extensions else []
    if again:
        yield f"{', '.join(again)}."
    if (longest := p.longest) and longest.share:
        yield f"Paling lama di langkah {longest.step.number} ({longest.share}% dari seluruh waktu)."


def _actions(p: ProcedureEvaluation) -> Iterator[str]:
    """What could be done, by the figures; nothing is decided here."""
    yield from (advice for step in p.steps if (advice := _advice(step)))
    for step in p.steps:
        often = Fraction(step.returns, step.attempts) >= RETURNED_OFTEN
        if often and step.returns >= MANY_RETURNS:
            yield (
                f"Langkah {step.step.number} mengembalikan {step.returns} dari {step.attempts} "
                "kali: perjelas kelengkapan sebelum diajukan."
            )
    if p.attempts and p.on_time < ON_TIME_ENOUGH:
        worst = max(p.steps, key=lambda s: (s.late, -s.step.number))
        yield (
            f"Langkah {worst.step.number} paling sering terlambat ({worst.late} dari "
            f"{worst.attempts} kali): bahas penyebabnya dengan pelaksananya."
        )


def _advice(step: StepEvaluation) -> str | None:
    """ "Langkah 5: baku 3 hari, nyatanya 5,2 hari pada 4 pelaksanaan; …"."""
    if step.advice is None:
        return None
    number, standard, instead = step.step.number, step.step.duration, step.advice.instead
    if step.advice.verdict is Verdict.NEVER_MET:
        took = actual(step.median)
        return (
            f"Langkah {number}: baku {standard}, nyatanya {took} pada {step.runs} pelaksanaan; "
            f"pertimbangkan {instead}."
        )
    took = actual(step.worst)
    return (
        f"Langkah {number}: baku {standard}, paling lama {took} pada {step.runs} pelaksanaan; "
        f"pertimbangkan {instead}."
    )


def _section(p: ProcedureEvaluation) -> dict[str, Any]:
    return {
        "title": p.procedure.title,
        "number": p.sop.number,
        "advice": [advice for step in p.steps if (advice := _advice(step))],
        "steps": [
            {
                "number": str(s.step.number),
                "activity": s.step.activity.text,
                "standard": str(s.step.duration),
                "runs": _times(s),
                "median": actual(s.median),
                "worst": actual(s.worst),
                "late": str(s.late) if s.late else "–",
                "on_time": f"{s.on_time}%",
                "returns": str(s.returns) if s.returns else "–",
                "extensions": str(s.extensions) if s.extensions else "–",
                "share": f"{s.share}%",
                "over": s.over == s.attempts,
                "bar": _drawn(_ratio(s, s.median)),
                "mark": _drawn(_ratio(s, s.worst)),
                "beyond": _ratio(s, s.worst) > _LONGEST_BAR,
                "ratio": f"{_percent(_ratio(s, s.median))}%",
                "waited": s.share / 100,
            }
            for s in p.steps
        ],
    }


def _times(step: StepEvaluation) -> str:
    """Runs, and how often in them where work came back."""
    return str(step.runs) if step.runs == step.attempts else f"{step.runs} ({step.attempts}×)"


def _drawn(ratio: Fraction) -> float:
    return float(min(ratio, Fraction(_LONGEST_BAR))) / _LONGEST_BAR


def _ratio(step: StepEvaluation, worked: Worked) -> Fraction:
    """What a step took, against its standard time: 1 is just that."""
    return _amount(step, worked) / step.step.duration.amount


def _amount(step: StepEvaluation, worked: Worked) -> Fraction:
    """Working time as a number in the unit of the step's standard time."""
    if worked.days is not None:
        return worked.days
    seconds = _SECONDS[step.step.duration.unit]
    return Fraction((worked.time or timedelta()) // timedelta(milliseconds=1), 1000 * seconds)


def _percent(ratio: Fraction) -> int:
    return int(100 * ratio + Fraction(1, 2))


def _run(s: RunStanding, office: Office, say: Dates) -> list[str]:
    run = s.run
    return [
        str(run.id),
        _run_name(run, office),
        say.short(run.started_at),
        say.short(s.planned_end),
        say.short(run.finished_at) if run.finished_at else "–",
        _where(run),
        _missed(s.late),
        str(s.returns or "–"),
        str(s.extensions or "–"),
    ]


def _missed(late: Lateness | None) -> str:
    """ "2 hari kerja"; hours only where it is less than a day."""
    if late is None:
        return "–"
    return f"{late.days} hari kerja" if late.days else distance(late)


def _run_name(run: Run, office: Office) -> str:
    unit = f" {office.unit_name(run.unit)}" if run.unit else ""
    return f"{_short(run.procedure)}{unit} tahun {run.year}"


def _short(procedure: Procedure) -> str:
    """A procedure by its code, for long titles begin alike: "TAPKIN ESELON4"."""
    return procedure.code.replace("_", " ").upper()


def _where(run: Run) -> str:
    if run.status.is_over:
        return _STATUS[run.status]
    steps = ", ".join(str(task.step) for task in run.current)
    return f"{_STATUS[run.status]}, langkah {steps} dari {len(run.procedure.steps)}"


_TABLE_COLUMNS: Final = (
    Column("No", 5, Kind.NUMBER),
    Column("Prosedur", 34),
    Column("Nomor SOP", 30),
    Column("Penilaian (diisi penilai)", 18),
    Column("Usulan penilaian", 20),
    Column("Catatan hasil", 48),
    Column("Tindakan yang harus diambil (usulan)", 52),
    Column("Paraf penilai", 14),
)


def _table_rows(evaluation: Evaluation) -> Iterator[tuple[Any, ...]]:
    for number, p in enumerate(evaluation.procedures, start=1):
        yield (
            number,
            p.procedure.title,
            p.sop.number,
            None,
            _SUGGESTED[p.assessment],
            "\n".join(_notes(p)),
            "\n".join(_actions(p)) or None,
            None,
        )


_STEP_COLUMNS: Final = (
    Column("Prosedur", 30),
    Column("Langkah", 8, Kind.NUMBER),
    Column("Kegiatan", 44),
    Column("Waktu baku", 8, Kind.NUMBER),
    Column("Satuan", 8),
    Column("Pelaksanaan", 11, Kind.NUMBER),
    Column("Kali dikerjakan", 11, Kind.NUMBER),
    Column("Nyata (median)", 10, Kind.DECIMAL),
    Column("Nyata (terlama)", 10, Kind.DECIMAL),
    Column("Terlambat", 10, Kind.NUMBER),
    Column("Tepat waktu (%)", 10, Kind.NUMBER),
    Column("Melebihi waktu baku", 10, Kind.NUMBER),
    Column("Dikembalikan", 12, Kind.NUMBER),
    Column("Perpanjangan", 12, Kind.NUMBER),
    Column("Seluruh waktu (hari kerja)", 12, Kind.DECIMAL),
    Column("Bagian waktu (%)", 10, Kind.NUMBER),
    Column("Saran", 52),
)


def _step_rows(evaluation: Evaluation) -> Iterator[tuple[Any, ...]]:
    for p, s in _all_steps(evaluation):
        yield (
            p.procedure.title,
            s.step.number,
            s.step.activity.text,
            s.step.duration.amount,
            s.step.duration.unit.value,
            s.runs,
            s.attempts,
            _amount(s, s.median),
            _amount(s, s.worst),
            s.late,
            s.on_time,
            s.over,
            s.returns,
            s.extensions,
            s.waited,
            s.share,
            _advice(s),
        )


_CHART_COLUMNS: Final = (
    Column("Langkah", 40),
    Column("Median terhadap waktu baku (%)", 16, Kind.NUMBER),
    Column("Terlama terhadap waktu baku (%)", 16, Kind.NUMBER),
)

_CHART: Final = Chart(
    "Waktu nyata terhadap waktu baku (100% = waktu baku)",
    labels=0,
    series=(Series("Median", 1), Series("Terlama", 2)),
)


def _chart_rows(evaluation: Evaluation) -> Iterator[tuple[Any, ...]]:
    for p, s in _all_steps(evaluation):
        label = f"{_short(p.procedure)} · langkah {s.step.number}"
        yield label, _percent(_ratio(s, s.median)), _percent(_ratio(s, s.worst))


def _all_steps(evaluation: Evaluation) -> Iterable[tuple[ProcedureEvaluation, StepEvaluation]]:
    return ((p, s) for p in evaluation.procedures for s in p.steps)


_RUN_COLUMNS: Final = (
    Column("No. pelaksanaan", 12, Kind.NUMBER),
    Column("Prosedur", 40),
    Column("Unit", 26),
    Column("Tahun", 8, Kind.NUMBER),
    Column("Dimulai", 17, Kind.MOMENT),
    Column("Selesai menurut waktu baku", 17, Kind.MOMENT),
    Column("Selesai", 17, Kind.MOMENT),
    Column("Keadaan", 28),
    Column("Terlambat (hari kerja)", 11, Kind.NUMBER),
    Column("ditambah (jam)", 10, Kind.DECIMAL),
    Column("Dikembalikan", 12, Kind.NUMBER),
    Column("Perpanjangan", 12, Kind.NUMBER),
)


def _run_rows(evaluation: Evaluation, office: Office) -> Iterator[tuple[Any, ...]]:
    for p in evaluation.procedures:
        for s in p.standings:
            run = s.run
            yield (
                run.id,
                p.procedure.title,
                office.unit_name(run.unit) if run.unit else None,
                run.year,
                run.started_at,
                s.planned_end,
                run.finished_at,
                _where(run),
                s.late.days if s.late else 0,
                Fraction(int(s.late.rest.total_seconds()), 3600) if s.late else 0,
                s.returns,
                s.extensions,
            )
