"""What many runs come to: the figures agree with the journal, and the rules are as stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import metrics
from bot.domain.calendar import office_calendar
from bot.domain.evaluation import Assessment, Evaluation, ProcedureEvaluation, evaluate
from bot.domain.evaluation_steps import Advice, Verdict, percent, shares
from bot.domain.events import ExtensionDecided, TaskReturned
from bot.domain.metrics import Worked
from bot.domain.periods import ReportPeriod
from bot.domain.run import Run, RunStatus, TaskStatus
from bot.domain.sop import Procedure
from tests.cast import MONDAY, wib
from tests.histories import REVIEWED, History, begun, moves, punctual, sop_of, told
from tests.offices import hari, jam, kantor
from tests.procedures import langkah, prosedur

CALENDAR = office_calendar(kantor())
YEAR = ReportPeriod(2026)
LATER = wib("31-12-2027 12.00")
ONE_STEP = prosedur(langkah(1, "tim", waktu=hari(3)))


def evaluated(*runs: Run, period: ReportPeriod = YEAR, now: datetime = LATER) -> Evaluation:
    return evaluate(((sop_of(r.procedure), r) for r in runs), (), period, now, CALENDAR)


def procedure_of(*runs: Run, period: ReportPeriod = YEAR) -> ProcedureEvaluation:
    (procedure,) = evaluated(*runs, period=period).procedures
    return procedure


def done_after(*takes: timedelta, procedure: Procedure = ONE_STEP) -> list[Run]:
    """Runs of one step, each confirmed after so much time by the clock."""
    runs = []
    for number, took in enumerate(takes, 1):
        history = begun(procedure, run_id=number)
        history.move("confirm", took)
        runs.append(history.run)
    return runs


def days(*amounts: float) -> list[Run]:
    return done_after(*(timedelta(days=amount) for amount in amounts))


histories = st.lists(moves, min_size=1, max_size=4).map(
    lambda many: [told(m, run_id=n) for n, m in enumerate(many, 1)]
)


@given(histories)
@settings(deadline=None, max_examples=60)
def test_the_sums_agree_with_the_journal(many: list[History]) -> None:
    whole = [e for history in many for e in history.events]
    years = [ReportPeriod(2026), ReportPeriod(2027)]
    procedures = [
        p for year in years for p in evaluated(*(h.run for h in many), period=year).procedures
    ]
    assert sum(p.returns for p in procedures) == sum(isinstance(e, TaskReturned) for e in whole)
    granted = sum(isinstance(e, ExtensionDecided) and e.granted for e in whole)
    still = sum(
        x.granted is True
        for h in many
        for t in h.run.tasks
        if t.is_open or t.status is TaskStatus.DITARIK
        for x in t.extensions
    )
    assert sum(p.extensions for p in procedures) == granted - still
    ended = {TaskStatus.SELESAI, TaskStatus.GUGUR, TaskStatus.DIKEMBALIKAN}
    attempts = sum(t.status in ended for h in many for t in h.run.tasks)
    assert sum(p.attempts for p in procedures) == attempts
    assert sum(p.started for p in procedures) == len(many)
    for status, counted in (
        (RunStatus.SELESAI, sum(p.finished for p in procedures)),
        (RunStatus.DIBATALKAN, sum(p.cancelled for p in procedures)),
    ):
        assert counted == sum(h.run.status is status for h in many)


@given(histories)
@settings(deadline=None, max_examples=40)
def test_two_semesters_are_a_year(many: list[History]) -> None:
    runs = [h.run for h in many]
    for year in (2026, 2027):
        halves = [evaluated(*runs, period=ReportPeriod(year, h)).procedures for h in (1, 2)]
        whole = evaluated(*runs, period=ReportPeriod(year)).procedures
        for name in ("started", "finished", "cancelled", "attempts", "late", "returns"):
            parts = sum(getattr(p, name) for half in halves for p in half)
            assert parts == sum(getattr(p, name) for p in whole), name


@given(histories)
@settings(deadline=None, max_examples=40)
def test_the_shares_of_a_procedure_add_up_to_a_hundred(many: list[History]) -> None:
    for procedure in evaluated(*(h.run for h in many)).procedures:
        total = sum(step.share for step in procedure.steps)
        assert total == (100 if any(s.waited for s in procedure.steps) else 0)
        assert all(0 <= s.on_time <= 100 for s in procedure.steps)


@given(st.lists(st.fractions(min_value=0, max_value=50), max_size=30))
def test_shares_add_up_whatever_the_parts(parts: list[Fraction]) -> None:
    percentages = shares(parts)
    assert sum(percentages) == (100 if any(parts) else 0)
    whole = sum(parts)
    assert all(
        abs(p - 100 * x / whole) < 1 for p, x in zip(percentages, parts, strict=True) if whole
    )


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, 100), (0, 7, 0), (7, 7, 100), (1, 1000, 1), (999, 1000, 99), (1, 2, 50), (2, 3, 67)],
)
def test_a_percentage_says_all_or_nothing_only_where_it_is_so(
    part: int, whole: int, said: int
) -> None:
    assert percent(part, whole) == said


@given(st.integers(0, 60 * 24 * 40))
@settings(deadline=None, max_examples=60)
def test_a_run_without_returns_equals_its_own_plan(minutes: int) -> None:
    history = punctual(at=MONDAY + timedelta(minutes=minutes))
    run = history.run
    assert run.finished_at == metrics.planned_end(run, CALENDAR)
    for year in (2026, 2027):
        for procedure in evaluated(run, period=ReportPeriod(year)).procedures:
            assert (procedure.late, procedure.returns, procedure.finished_late) == (0, 0, 0)
            assert [s.over for s in procedure.steps] == [0] * len(procedure.steps)


def test_a_step_takes_its_standard_time_in_a_run_to_plan() -> None:
    first, second, third = procedure_of(punctual().run).steps
    assert first.took.median.days == first.took.worst.days == Fraction(2)
    assert second.took.worst == Worked(None, timedelta(hours=3))
    assert third.took.worst == Worked(None, timedelta(minutes=30))


def test_a_standard_time_that_is_never_met_is_named_with_what_would_do() -> None:
    # From Monday 10.15: 4, 5 and 7 working days of 3.
    (step,) = procedure_of(*days(4, 7, 9)).steps
    assert (step.runs, step.late, step.over) == (3, 3, 3)
    assert step.took.median.days == Fraction(5)
    assert step.took.worst.days == Fraction(7)
    assert step.advice == Advice(Verdict.NEVER_MET, hari(5))


def test_a_standard_time_that_was_met_once_is_let_be() -> None:
    (step,) = procedure_of(*days(4, 7, 2)).steps
    assert step.advice is None


def test_a_standard_time_that_is_never_needed_is_named() -> None:
    (step,) = procedure_of(*days(0.125, 1, 1)).steps
    assert step.advice == Advice(Verdict.NEVER_NEEDED, hari(1))


def test_two_runs_are_no_ground_for_a_suggestion() -> None:
    (step,) = procedure_of(*days(9, 9)).steps
    assert step.advice is None


def test_one_day_is_not_called_too_long() -> None:
    shortest = prosedur(langkah(1, "tim", waktu=hari(1)))
    runs = done_after(*[timedelta(minutes=5)] * 4, procedure=shortest)
    (step,) = procedure_of(*runs).steps
    assert step.advice is None


def test_an_extension_makes_a_step_punctual_and_leaves_its_standard_time_unmet() -> None:
    runs = []
    for number in (1, 2, 3):
        history = begun(ONE_STEP, run_id=number)
        history.move("ask", timedelta(days=1))
        history.move("grant", timedelta(minutes=5))
        history.move("confirm", timedelta(days=2, hours=2))
        runs.append(history.run)
    procedure = procedure_of(*runs)
    (step,) = procedure.steps
    assert (step.late, step.over, step.extensions) == (0, 3, 3)
    assert procedure.on_time == 100
    assert step.advice is not None
    assert step.advice.verdict is Verdict.NEVER_MET
    assert procedure.assessment is Assessment.POOR


def test_a_pause_counts_against_nobody() -> None:
    history = begun(ONE_STEP)
    history.move("pause", timedelta(days=1))
    history.move("resume", timedelta(days=14))
    history.move("confirm", timedelta(days=1))
    procedure = procedure_of(history.run)
    (step,) = procedure.steps
    assert step.took.worst.days == Fraction(2)
    assert (step.late, step.over, procedure.finished_late) == (0, 0, 0)


def test_a_cancelled_run_is_no_finished_one() -> None:
    history = begun(ONE_STEP)
    history.move("cancel", timedelta(days=1))
    procedure = procedure_of(history.run)
    assert (procedure.started, procedure.finished, procedure.cancelled) == (1, 0, 1)
    assert (procedure.under_way, procedure.attempts) == (0, 0)
    assert procedure.assessment is Assessment.UNKNOWN


def test_a_return_is_counted_where_the_work_was_sent_back() -> None:
    history = begun()
    for what in ("confirm", "return", "confirm", "confirm", "confirm"):
        history.move(what, timedelta(hours=2))
    procedure = procedure_of(history.run)
    assert [(s.attempts, s.runs, s.returns) for s in procedure.steps] == [
        (2, 1, 0),
        (2, 1, 1),
        (1, 1, 0),
    ]
    assert procedure.longest is procedure.steps[0]


def test_versions_with_another_standard_time_are_not_mixed() -> None:
    edited = replace(ONE_STEP, steps=(replace(ONE_STEP.steps[0], duration=jam(4)),))
    old, new = days(2)[0], replace(done_after(timedelta(hours=1), procedure=edited)[0], id=2)
    first, second = procedure_of(old, new).steps
    assert (first.step.duration, second.step.duration) == (hari(3), jam(4))


def test_a_run_over_new_year_is_in_both_years_and_each_attempt_in_one() -> None:
    history = begun(at=wib("30-12-2026 10.00"))
    history.move("confirm", timedelta(hours=2))
    history.move("confirm", timedelta(days=5))
    history.move("confirm", timedelta(hours=1))
    old, new = (procedure_of(history.run, period=ReportPeriod(y)) for y in (2026, 2027))
    assert (old.started, old.finished, old.under_way, old.attempts) == (1, 0, 1, 1)
    assert (new.started, new.finished, new.under_way, new.attempts) == (0, 1, 0, 2)


def test_what_has_not_begun_by_then_is_left_out() -> None:
    assert evaluated(begun().run, period=ReportPeriod(2026, 1)).runs == 0
    assert evaluated(begun().run, period=ReportPeriod(2027)).runs == 1


def test_a_procedure_of_the_catalogue_without_a_run_is_in_the_table() -> None:
    sop = sop_of(REVIEWED)
    (procedure,) = evaluate((), [(sop, REVIEWED)], YEAR, LATER, CALENDAR).procedures
    assert procedure.assessment is Assessment.UNKNOWN
    assert (procedure.standings, procedure.steps, procedure.longest) == ((), (), None)


def test_a_procedure_in_time_is_suggested_to_fare_well() -> None:
    assert procedure_of(*days(1, 2, 3)).assessment is Assessment.GOOD
    assert procedure_of(*days(2, 2, 2, 2, 9)).assessment is Assessment.GOOD
    assert procedure_of(*days(2, 2, 2, 9)).assessment is Assessment.POOR


def test_a_late_open_step_makes_its_run_late() -> None:
    run = begun(ONE_STEP).run
    (procedure,) = evaluated(run, now=wib("16-11-2026 10.15")).procedures
    (standing,) = procedure.standings
    assert standing.late == metrics.Lateness(2, timedelta(0))
    assert procedure.stalled == (metrics.Lateness(2, timedelta(0)),)
    assert (procedure.attempts, procedure.overdue, procedure.on_time) == (0, 1, 0)


def test_runs_that_stand_still_are_not_reported_as_punctual() -> None:
    """Due on Thursday; by Monday at the same hour each is two working days late."""
    runs = [begun(ONE_STEP, run_id=number).run for number in (1, 2, 3)]
    (procedure,) = evaluated(*runs, now=wib("16-11-2026 10.15")).procedures
    assert (procedure.attempts, procedure.overdue, procedure.on_time) == (0, 3, 0)
    assert procedure.stalled == (metrics.Lateness(2, timedelta(0)),) * 3
    assert procedure.assessment is Assessment.POOR
    (step,) = procedure.steps
    assert (step.runs, step.attempts, step.overdue, step.took) == (3, 0, 3, None)
    (before,) = evaluated(*runs, now=wib("12-11-2026 10.00")).procedures
    assert (before.overdue, before.assessment) == (0, Assessment.UNKNOWN)


def test_a_run_that_ended_late_because_of_returns_is_late_as_a_whole() -> None:
    """Every attempt ends just at its deadline, but two days and three hours are worked twice."""
    runs = []
    for number in (1, 2, 3):
        history = begun(run_id=number)
        for what in ("confirm", "return", "confirm", "confirm", "confirm"):
            history.move(what, history.run.current[0].due_at - history.now)
        runs.append(history.run)
    procedure = procedure_of(*runs)
    assert (procedure.late, procedure.on_time) == (0, 100)
    assert (procedure.finished, procedure.finished_late) == (3, 3)
    assert {s.late for s in procedure.standings} == {metrics.Lateness(2, timedelta(hours=3))}
    assert procedure.assessment is Assessment.POOR


def test_two_runs_are_too_few_to_judge_a_procedure() -> None:
    assert procedure_of(*days(1, 1)).assessment is Assessment.UNKNOWN
    assert procedure_of(*days(9, 9)).assessment is Assessment.UNKNOWN
    history = begun(ONE_STEP, run_id=9)
    history.move("cancel", timedelta(days=1))
    assert procedure_of(*days(1, 1), history.run).assessment is Assessment.UNKNOWN


def test_a_task_that_was_late_at_the_end_of_a_period_counts_there() -> None:
    """Due on 5 January; open and late at the end of the first half, and done in the second."""
    history = begun(ONE_STEP, at=wib("30-12-2026 10.00"))
    history.move("confirm", timedelta(days=200))
    first, second = (procedure_of(history.run, period=ReportPeriod(2027, half)) for half in (1, 2))
    assert (first.attempts, first.overdue) == (0, 1)
    assert (second.attempts, second.late, second.overdue) == (1, 1, 0)


def test_nine_of_ten_attempts_took_no_longer_than_the_ninth() -> None:
    (step,) = procedure_of(*days(1, 1, 3, 1, 1, 1, 2, 1, 1, 1)).steps
    assert step.took is not None
    assert (step.took.median.days, step.took.most.days, step.took.worst.days) == (1, 2, 3)


def test_a_period_that_is_over_is_told_as_it_stood_at_its_end() -> None:
    """Three runs of three days, begun on Monday, 28 June 2027, and so due on Thursday, 1 July: one
    ended before, two are under way and in time when the first half ends, whatever became of them.
    """
    runs = []
    for number, took in enumerate((2, 3, 60), 1):
        history = begun(ONE_STEP, at=wib("28-06-2027 10.00"), run_id=number)
        history.move("confirm", timedelta(days=took))
        runs.append(history.run)
    half = ReportPeriod(2027, 1)
    told = [
        evaluated(*runs, period=half, now=now).procedures[0]
        for now in (LATER, wib("01-07-2027 00.00"))
    ]
    for procedure in told:
        assert (procedure.started, procedure.finished, procedure.under_way) == (3, 1, 2)
        assert (procedure.attempts, procedure.late, procedure.overdue) == (1, 0, 0)
        assert procedure.stalled == ()
        assert procedure.assessment is Assessment.GOOD
        assert [s.run.status for s in procedure.standings] == [
            RunStatus.SELESAI,
            RunStatus.BERJALAN,
            RunStatus.BERJALAN,
        ]


def test_how_long_a_run_stood_still_is_counted_to_the_end_of_the_period() -> None:
    """Due on 17 December at 10.00: eight working days until 31 December at 10.00 (Christmas and the
    day before are off), and five hours of work until its end."""
    run = begun(ONE_STEP, at=wib("14-12-2026 10.00")).run
    for now in (wib("01-01-2027 00.00"), LATER):
        (procedure,) = evaluated(run, now=now).procedures
        assert procedure.stalled == (metrics.Lateness(8, timedelta(hours=5)),)


def test_a_run_that_is_expected_to_end_late_does_not_keep_its_plan() -> None:
    """Each is returned once at its deadline: nothing is late yet, but two days are worked again."""
    runs = []
    for number in (1, 2, 3):
        history = begun(run_id=number)
        for what in ("confirm", "return"):
            history.move(what, history.run.current[0].due_at - history.now)
        runs.append(history.run)
    now = runs[0].tasks[-1].opened_at + timedelta(minutes=1)
    (procedure,) = evaluated(*runs, now=now).procedures
    assert (procedure.attempts, procedure.late, procedure.overdue) == (6, 0, 0)
    assert {s.late for s in procedure.standings} == {None}
    assert {s.expected for s in procedure.standings} == {metrics.Lateness(2, timedelta(hours=3))}
    assert procedure.assessment is Assessment.POOR


@given(histories, st.integers(0, 40 * 24), st.integers(1, 40 * 24))
@settings(deadline=None, max_examples=60)
def test_waiting_alone_never_improves_a_verdict(
    many: list[History], until: int, longer: int
) -> None:
    """The same runs, of which nobody does anything more, some hours later."""
    runs = [h.run for h in many]
    last = max(h.now for h in many) + timedelta(hours=until)
    year = ReportPeriod(2026)
    if last + timedelta(hours=longer) >= year.bounds(CALENDAR.zone)[1]:
        return
    (now,) = evaluated(*runs, period=year, now=last).procedures
    (later,) = evaluated(*runs, period=year, now=last + timedelta(hours=longer)).procedures
    assert later.on_time <= now.on_time
    assert later.overdue >= now.overdue
    if now.due:
        assert RANK[later.assessment] <= RANK[now.assessment]


def test_a_tenth_that_took_longest_is_left_out_by_the_nearest_rank() -> None:
    """Of eleven runs the tenth, in the order of what they took: ceil(0.9 × 11) = 10."""
    procedure = procedure_of(*days(1, 1, 3, 1, 1, 1, 2, 1, 1, 1, 1))
    assert sorted(procedure.lasted) == [1] * 9 + [2, 3]
    (step,) = procedure.steps
    assert step.took is not None
    assert step.took.most.days == 2


RANK = {Assessment.GOOD: 2, Assessment.UNKNOWN: 1, Assessment.POOR: 0}


@given(histories)
@settings(deadline=None, max_examples=60)
def test_an_open_late_task_never_improves_a_verdict(many: list[History]) -> None:
    runs = [h.run for h in many]
    late = begun(run_id=99).run
    period = ReportPeriod(2027)
    (with_it,) = evaluated(*runs, late, period=period).procedures
    assert with_it.overdue >= 1
    for without in evaluated(*runs, period=period).procedures:
        assert RANK[with_it.assessment] <= RANK[without.assessment]
        assert with_it.on_time <= without.on_time


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (ReportPeriod(2026, 2), ReportPeriod(2026, 1)),
        (ReportPeriod(2026, 1), ReportPeriod(2025, 2)),
        (ReportPeriod(2026), ReportPeriod(2025)),
        (ReportPeriod(2000), None),
        (ReportPeriod(2000, 1), None),
    ],
)
def test_a_period_is_compared_with_the_one_of_its_length_before(
    period: ReportPeriod, before: ReportPeriod | None
) -> None:
    assert period.before == before
