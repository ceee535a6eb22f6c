"""Monitoring of a semester and evaluation of a year, in the table of PermenPAN-RB 35/2012.

Facts are filled in. The assessment and what is to be done are suggestions, marked as such; the
boxes to tick and the paraf are left to people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from bot.domain import evaluation as rules
from bot.domain.documents import EvaluationReport, Signatory
from bot.domain.evaluation import Assessment, ProcedureEvaluation, RunStanding
from bot.domain.evaluation_steps import RUNS_TO_JUDGE, StepEvaluation, Took, Verdict
from bot.domain.metrics import Worked
from bot.domain.periods import ReportPeriod
from bot.domain.run import Run
from bot.domain.sop import Office
from bot.indonesian import Dates, actual, standing_still, whole_days
from bot.reports import evaluation_comparison as comparison
from bot.reports.sheets import (
    LONGEST_NAME,
    Chart,
    Column,
    Fields,
    Kind,
    Series,
    Sheet,
    Workbook,
    sheet_of,
)
from bot.reports.words import (
    RUN_STATUS,
    code_name,
    dates,
    letterhead,
    made,
    measured,
    run_name,
    signature,
    town,
    working_days,
)

MANY_RETURNS: Final = 2
RETURNED_OFTEN: Final = Fraction(1, 5)
"""Where work was sent back so many times, and in this share of the attempts, looking at its
completeness is suggested."""

_SUGGESTED: Final = {
    Assessment.GOOD: "berjalan baik",
    Assessment.POOR: "tidak berjalan baik",
    Assessment.UNKNOWN: "belum cukup pelaksanaan",
}

_LONGEST_BAR: Final = 3
"""Bars of the chart end at three times the standard time; the figure beside them goes on."""


def name(report: EvaluationReport) -> str:
    """A file's name without its ending, sorting by period."""
    period = report.evaluation.period
    return f"{'monitoring' if period.half else 'evaluasi'}-sop-{period}"


def workbook(report: EvaluationReport) -> Workbook:
    """The report as a workbook: the table, the steps with a chart for each procedure, the runs."""
    office, evaluation = report.office, report.evaluation
    title = f"{_title(evaluation.period)} {_span(evaluation.period).upper()}"
    heading = (title, office.name, made(evaluation.now, office))
    steps = [(p, s) for p in evaluation.procedures for s in p.steps]
    runs = [(office, p, s) for p in evaluation.procedures for s in p.standings]
    compared = [(row,) for row in comparison.rows(report)]
    sheets = (
        sheet_of("Monitoring", heading, _TABLE, enumerate(evaluation.procedures, start=1)),
        sheet_of("Langkah", heading, _STEPS, steps),
        *([sheet_of("Perbandingan", heading, comparison.FIELDS, compared)] if compared else []),
        *(_bars(heading, p) for p in evaluation.procedures if p.steps),
        sheet_of("Pelaksanaan", heading, _RUNS, runs),
    )
    return Workbook(title, office.timezone, sheets)


def as_data(report: EvaluationReport) -> dict[str, Any]:
    """What the template sets: every text as it is to be printed."""
    office, procedures = report.office, report.evaluation.procedures
    say, period = dates(office), report.evaluation.period
    days = f"{say.day(period.first)} sampai dengan {say.day(period.last)}"
    return {
        "office": letterhead(office),
        "title": _title(period),
        "span": f"{_span(period)} ({days})",
        "foot": f"{_title(period)} · {made(report.evaluation.now, office)}",
        "rule": _RULE,
        "facts": list(_facts(procedures)),
        "table": [
            {
                "procedure": p.procedure.title,
                "number": p.sop.number,
                "suggested": _SUGGESTED[p.assessment],
                "judged": p.assessment is not Assessment.UNKNOWN,
                "notes": list(_notes(p)),
                "actions": list(_actions(p)),
            }
            for p in procedures
        ],
        "procedures": [_section(p) for p in procedures if p.steps],
        "before": _span(report.before.period) if report.before else "",
        "compared": comparison.printed(report),
        "runs": [_run(s, office, say) for p in procedures for s in p.standings],
        "signatures": [
            signature("Mengetahui,", report.owner),
            signature(f"{town(office)}, {'_' * 20}", Signatory("Penilai")),
        ],
    }


def _title(period: ReportPeriod) -> str:
    """What the report is called: "MONITORING PELAKSANAAN SOP"."""
    return f"{'MONITORING' if period.half else 'EVALUASI'} PELAKSANAAN SOP"


def _span(period: ReportPeriod) -> str:
    """What it is about: "Semester I Tahun 2027"."""
    half = {None: "", 1: "Semester I ", 2: "Semester II "}[period.half]
    return f"{half}Tahun {period.year}"


_RULE: Final = (
    f"Usulan dihitung dari catatan: berjalan baik bila sedikitnya {rules.ON_TIME_ENOUGH}% langkah "
    "tepat waktu (langkah yang masih terbuka dan terlambat dihitung terlambat), sedikitnya "
    f"{rules.ON_TIME_ENOUGH}% pelaksanaan tidak terlambat dan tidak diperkirakan terlambat secara "
    "keseluruhan, dan tidak ada waktu baku yang selalu terlampaui. Prosedur dan waktu baku dinilai "
    f"bila ada sedikitnya {RUNS_TO_JUDGE} pelaksanaan. Yang belum selesai dihitung menurut "
    "keadaannya pada akhir masa, atau pada saat laporan disusun bila masanya belum berakhir. "
    "Penilaian, tindakan, dan paraf tetap pada penilai."
)


def _facts(every: Sequence[ProcedureEvaluation]) -> Iterator[tuple[str, str]]:
    finished, late = sum(p.finished for p in every), sum(p.finished_late for p in every)
    attempts, missed = sum(p.attempts for p in every), sum(p.late for p in every)
    yield "Pelaksanaan dimulai", str(sum(p.started for p in every))
    yield "Pelaksanaan selesai", f"{finished}, di antaranya {late} melewati waktu baku"
    yield "Pelaksanaan dibatalkan", str(sum(p.cancelled for p in every))
    yield "Masih berjalan", str(sum(p.under_way for p in every))
    overdue = sum(p.overdue for p in every)
    waits = f"; {overdue} lagi terbuka dan terlambat" if overdue else ""
    yield "Langkah dikerjakan", f"{attempts}, di antaranya {attempts - missed} tepat waktu{waits}"
    yield "Pengembalian", str(sum(p.returns for p in every))
    yield "Perpanjangan", str(sum(p.extensions for p in every))


def _notes(p: ProcedureEvaluation) -> Iterator[str]:
    """The facts that the table's "catatan hasil" holds, one sentence each."""
    if not p.standings:
        yield "Tidak ada pelaksanaan pada masa ini."
        return
    if stalled := p.stalled:
        yield f"{standing_still(p.under_way, stalled)}."
    late = f" ({p.finished_late} melewati waktu baku)" if p.finished_late else ""
    counted = [f"{p.finished} selesai{late}"] if p.finished else []
    counted += [f"{p.under_way} berjalan"] if p.under_way and not p.stalled else []
    counted += [f"{p.cancelled} dibatalkan"] if p.cancelled else []
    if counted:
        yield f"Pelaksanaan: {', '.join(counted)}."
    if expected := sum(s.late is None and not s.keeps_plan for s in p.standings):
        yield f"{expected} berjalan diperkirakan melewati waktu baku."
    if not p.due:
        yield "Belum ada langkah yang selesai."
        return
    yield f"{p.on_time}% langkah tepat waktu ({p.attempts - p.late} dari {p.due})."
    again = [f"{p.returns} kali dikembalikan"] if p.returns else []
    again += [f"{p.extensions} perpanjangan"] if p.extensions else []
    if again:
        yield f"{', '.join(again)}."
    if (longest := p.longest) and longest.share:
        yield f"Paling lama di langkah {longest.step.number} ({longest.share}% dari seluruh waktu)."


def _actions(p: ProcedureEvaluation) -> Iterator[str]:
    """What could be done, by the figures; nothing is decided here."""
    if len(p.judged) < RUNS_TO_JUDGE:
        return
    yield from (advice for step in p.steps if (advice := _advice(step)))
    for step in p.steps:
        often = step.attempts and Fraction(step.returns, step.attempts) >= RETURNED_OFTEN
        if often and step.returns >= MANY_RETURNS:
            yield (
                f"Langkah {step.step.number} mengembalikan {step.returns} dari {step.attempts} "
                "kali: perjelas kelengkapan sebelum diajukan."
            )
    if p.due and p.on_time < rules.ON_TIME_ENOUGH:
        worst = max(p.steps, key=lambda s: (s.late + s.overdue, -s.step.number))
        yield (
            f"Langkah {worst.step.number} paling sering terlambat ({worst.late + worst.overdue} "
            f"dari {worst.due} kali): bahas penyebabnya dengan pelaksananya."
        )


def _advice(s: StepEvaluation) -> str | None:
    """ "Langkah 5: baku 3 hari, nyatanya 5,2 hari pada 4 pelaksanaan; …"."""
    if s.advice is None or s.took is None:
        return None
    took = f"paling lama {actual(s.took.worst)}"
    if s.advice.verdict is Verdict.NEVER_MET:
        took = f"nyatanya {actual(s.took.median)}"
    return (
        f"Langkah {s.step.number}: baku {s.step.duration}, {took} pada {s.runs} pelaksanaan; "
        f"pertimbangkan {s.advice.instead}."
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
                "late": str(s.late + s.overdue or "–"),
                "on_time": f"{s.on_time}%",
                "returns": str(s.returns or "–"),
                "extensions": str(s.extensions or "–"),
                "share": f"{s.share}%",
                "over": s.attempts > 0 and s.over == s.attempts,
                "waited": s.share / 100,
                **(_timed(s, s.took) if s.took else _UNMEASURED),
            }
            for s in p.steps
        ],
    }


_UNMEASURED: Final[dict[str, Any]] = {
    **dict.fromkeys(("median", "most", "worst", "ratio"), "–"),
    **dict.fromkeys(("bar", "mark"), 0.0),
    "beyond": False,
}


def _timed(s: StepEvaluation, took: Took) -> dict[str, Any]:
    median, worst = _ratio(s, took.median), _ratio(s, took.worst)
    return {
        "median": actual(took.median),
        "most": actual(took.most),
        "worst": actual(took.worst),
        "bar": _drawn(median),
        "mark": _drawn(worst),
        "beyond": worst > _LONGEST_BAR,
        "ratio": f"{_percent(median)}%",
    }


def _times(step: StepEvaluation) -> str:
    """Runs, and how often in them where work came back."""
    return str(step.runs) if step.runs == step.due else f"{step.runs} ({step.due}×)"


def _drawn(ratio: Fraction) -> float:
    return float(min(ratio, Fraction(_LONGEST_BAR))) / _LONGEST_BAR


def _ratio(step: StepEvaluation, worked: Worked) -> Fraction:
    """What a step took, against its standard time: 1 is just that."""
    return measured(step.step, worked) / step.step.duration.amount


def _taken(step: StepEvaluation, which: Callable[[Took], Worked]) -> Fraction | None:
    return measured(step.step, which(step.took)) if step.took else None


def _percent(ratio: Fraction) -> int:
    return int(100 * ratio + Fraction(1, 2))


def _run(s: RunStanding, office: Office, say: Dates) -> list[str]:
    run = s.run
    return [
        str(run.id),
        f"{run_name(run, office)} tahun {run.year}",
        say.short(run.started_at),
        say.short(s.planned_end),
        say.short(run.finished_at) if run.finished_at else "–",
        _where(run),
        whole_days(s.late) if s.late else "–",
        str(s.returns or "–"),
        str(s.extensions or "–"),
    ]


def _where(run: Run) -> str:
    if run.status.is_over:
        return RUN_STATUS[run.status]
    steps = ", ".join(str(task.step) for task in run.current)
    return f"{RUN_STATUS[run.status]}, langkah {steps} dari {len(run.procedure.steps)}"


_TABLE: Final[Fields[int, ProcedureEvaluation]] = (
    (Column("No", 5, Kind.ORDINAL), lambda n, p: n),
    (Column("Prosedur", 34), lambda n, p: p.procedure.title),
    (Column("Nomor SOP", 30), lambda n, p: p.sop.number),
    (Column("Penilaian (diisi penilai)", 18), lambda n, p: None),
    (Column("Usulan penilaian", 20), lambda n, p: _SUGGESTED[p.assessment]),
    (Column("Catatan hasil", 48), lambda n, p: "\n".join(_notes(p))),
    (
        Column("Tindakan yang harus diambil (usulan)", 52),
        lambda n, p: "\n".join(_actions(p)) or None,
    ),
    (Column("Paraf penilai", 14), lambda n, p: None),
)

_STEPS: Final[Fields[ProcedureEvaluation, StepEvaluation]] = (
    (Column("Prosedur", 24), lambda p, s: p.procedure.title),
    (Column("Langkah", 8, Kind.ORDINAL), lambda p, s: s.step.number),
    (Column("Kegiatan", 36), lambda p, s: s.step.activity.text),
    (Column("Waktu baku", 8, Kind.NUMBER), lambda p, s: s.step.duration.amount),
    (Column("Satuan", 8), lambda p, s: s.step.duration.unit.value),
    (Column("Pelaksanaan", 11, Kind.NUMBER), lambda p, s: s.runs),
    (Column("Kali dikerjakan", 11, Kind.NUMBER), lambda p, s: s.attempts),
    (Column("Nyata (median)", 10, Kind.DECIMAL), lambda p, s: _taken(s, lambda took: took.median)),
    (
        Column("Nyata (9 dari 10)", 10, Kind.DECIMAL),
        lambda p, s: _taken(s, lambda took: took.most),
    ),
    (Column("Nyata (terlama)", 10, Kind.DECIMAL), lambda p, s: _taken(s, lambda took: took.worst)),
    (Column("Terlambat", 10, Kind.NUMBER), lambda p, s: s.late + s.overdue),
    (Column("Tepat waktu (%)", 10, Kind.NUMBER), lambda p, s: s.on_time),
    (Column("Melebihi waktu baku", 10, Kind.NUMBER), lambda p, s: s.over),
    (Column("Dikembalikan", 12, Kind.NUMBER), lambda p, s: s.returns),
    (Column("Perpanjangan", 12, Kind.NUMBER), lambda p, s: s.extensions),
    (Column("Seluruh waktu (hari kerja)", 12, Kind.DECIMAL), lambda p, s: s.waited),
    (Column("Bagian waktu (%)", 10, Kind.NUMBER), lambda p, s: s.share),
    (Column("Saran", 36), lambda p, s: _advice(s)),
)

_BARS: Final[Fields[StepEvaluation]] = (
    (Column("Langkah", 14), lambda s: f"Langkah {s.step.number}"),
    (
        Column("Median terhadap waktu baku (%)", 16, Kind.NUMBER),
        lambda s: _percent(_ratio(s, s.took.median)) if s.took else None,
    ),
    (
        Column("Terlama terhadap waktu baku (%)", 16, Kind.NUMBER),
        lambda s: _percent(_ratio(s, s.took.worst)) if s.took else None,
    ),
)

_CHART: Final = Chart(
    "Waktu nyata terhadap waktu baku (100% = waktu baku)",
    labels=0,
    series=(Series("Median", 1), Series("Terlama", 2)),
)


def _bars(heading: tuple[str, ...], p: ProcedureEvaluation) -> Sheet:
    """A chart of one procedure's steps: it stands on one page."""
    above = (*heading, p.procedure.title)
    name = f"Grafik {code_name(p.procedure)}"
    if len(name) > LONGEST_NAME:
        name = f"Grafik {p.procedure.code}"
    return sheet_of(name, above, _BARS, zip(p.steps), _CHART)


_RUNS: Final[Fields[Office, ProcedureEvaluation, RunStanding]] = (
    (Column("No. pelaksanaan", 12, Kind.ORDINAL), lambda office, p, s: s.run.id),
    (Column("Prosedur", 40), lambda office, p, s: p.procedure.title),
    (Column("Unit", 26), lambda office, p, s: office.unit_name(s.run.unit) if s.run.unit else None),
    (Column("Tahun", 8, Kind.ORDINAL), lambda office, p, s: s.run.year),
    (Column("Dimulai", 17, Kind.MOMENT), lambda office, p, s: s.run.started_at),
    (Column("Selesai menurut waktu baku", 17, Kind.MOMENT), lambda office, p, s: s.planned_end),
    (Column("Selesai", 17, Kind.MOMENT), lambda office, p, s: s.run.finished_at),
    (Column("Keadaan", 28), lambda office, p, s: _where(s.run)),
    (
        Column("Terlambat (hari kerja)", 11, Kind.LATENESS),
        lambda office, p, s: working_days(s.late, office),
    ),
    (Column("Dikembalikan", 12, Kind.NUMBER), lambda office, p, s: s.returns),
    (Column("Perpanjangan", 12, Kind.NUMBER), lambda office, p, s: s.extensions),
)
