"""Runs as every feature needs them: find one, who may see it, act on it, save a decision."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from bot.domain import assignment, engine, events, yearly
from bot.domain.access import LEADERS, Permission, may
from bot.domain.actions import Action, Reason, Refusal, StaffChanged
from bot.domain.assignment import OfficeState
from bot.domain.decision import Decision
from bot.domain.notices import Addressed
from bot.domain.people import Staff
from bot.domain.run import Run, Task
from bot.domain.sop import Procedure, Sop
from bot.features.answers import Fact, Refuse
from bot.features.naming import printed, role_name, signed
from bot.features.work import PersonalNotice, Work
from bot.store.agenda import Entry
from bot.store.runs import StoredRun

SEE_OFFICE = Permission("see_office", LEADERS)
"""Whoever leads sees every run of the office; others see those that they have a part in."""


class RunRefused(StrEnum):
    """Why something about a run is refused, beside what the engine says."""

    UNKNOWN_PROCEDURE = "unknown_procedure"  # text, known: the codes
    STOOD_IN = "stood_in"  # name, role: as which that one stands in


class Typed(NamedTuple):
    """A procedure that somebody typed, with a year if there was one. `exact`: by its code or whole
    title, not by some words of it."""

    procedure: Procedure
    year: int | None
    exact: bool


_ROMAN = {"ii": "2", "iii": "3", "iv": "4"}

_OFFERED = 8
"""So many procedures are named where some words fit several."""

SHOWN_RUNS = 100
"""So many past runs are listed: 25 years of an office with four SOPs."""

CARD_REFRESH = "look"
"""The agenda's name for cards that have to be drawn again at some moment: what they offer ends."""


_MORE = events.TaskConfirmed | events.EvidenceAttached | events.TaskNoted


@dataclass(frozen=True, slots=True)
class Acted:
    """What somebody did to a task: the run and the task as they were before, and the decision."""

    stored: StoredRun
    task: Task
    decision: Decision

    @property
    def after(self) -> Task:
        """The task as it is now."""
        return self.decision.run.task(self.task.step, self.task.attempt) or self.task


# Finding


def find_task(work: Work, token: str) -> tuple[StoredRun, Task]:
    """The task that a button speaks of and its run.

    Raises:
        Refuse: nobody who has joined asks, or there is no such task.
    """
    found = work.tx.runs.by_token(token)
    _ = work.person  # outsiders are not told whether there is one
    if found is None:
        raise Refuse(Reason.UNKNOWN)
    return found


def task_by_id(work: Work, task_id: int) -> tuple[StoredRun, Task] | None:
    """The task with this id and its run; None where there is none."""
    stored = work.tx.runs.of_tasks([task_id]).get(task_id)
    task = stored.task_of(task_id) if stored else None
    return (stored, task) if stored and task else None


def typed_procedure(work: Work, words: Sequence[str]) -> Typed:
    """The procedure that somebody typed by code, title or some words of it, and perhaps a year:
    "lakip", "tapkin eselon 2", "penyusunan renja tahun 2027".

    Raises:
        Refuse: no procedure is meant, or several are; what may be meant is offered.
    """
    names, year = [word[:40] for word in words[:20]], None
    if len(names) > 1 and re.fullmatch("[0-9]{4}", names[-1]):
        year = int(names.pop())
        if len(names) > 1 and names[-1].casefold() == "tahun":
            names.pop()
    text, wanted = " ".join(names), _spelled(" ".join(names))
    # Signs alone are no words, and would fit whatever there is.
    every = [procedure for _, procedure in work.catalog.procedures() if wanted]
    for procedure in every:
        if "".join(wanted) in ("".join(_spelled(p)) for p in (procedure.code, procedure.title)):
            return Typed(procedure, year, exact=True)
    fitting = [p for p in every if {*wanted} <= {*_spelled(p.code), *_spelled(p.title)}]
    if len(fitting) == 1:
        return Typed(fitting[0], year, exact=False)
    if fitting:
        known = ", ".join(procedure.code for procedure in fitting[:_OFFERED])
        raise Refuse(RunRefused.UNKNOWN_PROCEDURE, text=text[:40], known=known)
    return Typed(find_procedure(work, text.casefold())[1], year, exact=True)


def _spelled(text: str) -> list[str]:
    """Words without signs and capitals, and numbers as digits: "Eselon III" is "eselon", "3"."""
    words = re.findall("[^\\W\\d_]+|[0-9]+", text.casefold())
    return [_ROMAN.get(word, word) for word in words]


def find_run(work: Work, token: str, otherwise: Refuse) -> StoredRun:
    """The run that a button speaks of, by the token of any of its tasks.

    Raises:
        Refuse: `otherwise`, where there is no such run.
    """
    found = work.tx.runs.by_token(token)
    if found is None:
        raise otherwise
    return found[0]


def find_procedure(work: Work, code: str) -> tuple[Sop, Procedure]:
    """The procedure of this code and its SOP.

    Raises:
        Refuse: there is none; the nearest codes are offered.
    """
    found = work.catalog.find(code)
    if found is None:
        codes = [procedure.code for _, procedure in work.catalog.procedures()]
        near = difflib.get_close_matches(code, codes, n=2) or codes
        raise Refuse(RunRefused.UNKNOWN_PROCEDURE, text=code[:40], known=", ".join(near))
    return found


def token_of(stored: StoredRun) -> str:
    """What names a run in a button: the token of its first task, which no other ever gets."""
    return stored.tokens[min(stored.tokens)]


def run_number(text: str | int | None) -> int:
    """The number of a run; 0, which no run has, for what is none that a database could hold."""
    said = str(text)
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def has_part(stored: StoredRun, person_id: int, state: OfficeState) -> bool:
    """Whether this person leads the office, acted in the run, or holds a role in it."""
    return may(SEE_OFFICE, person_id, state.staff) or assignment.concerns(
        stored.run, person_id, state
    )


def legal_date(work: Work, run: Run) -> date | None:
    """The day by which the law wants a run finished. The law does not ask when the run began: the
    data of today counts."""
    found = work.catalog.find(run.procedure.code)
    return yearly.legal_date(found[1] if found else run.procedure, run.year)


def under_way(work: Work) -> list[StoredRun]:
    """The runs under way that are the person's concern: all of them for those who lead."""
    person, state = work.person, work.state
    return [s for s in work.tx.runs.running() if has_part(s, person.id, state)]


def waiting(work: Work) -> list[tuple[StoredRun, Task]]:
    """The tasks that wait for the person, the most urgent first."""
    person, state = work.person, work.state
    found = [
        (stored, task)
        for stored in work.tx.runs.running()
        for task in stored.run.current
        if person.id in assignment.waiting_for(stored.run, task, state)
    ]
    return sorted(found, key=lambda one: one[1].due_at)


def open_tasks(runs: list[StoredRun], person_id: int, state: OfficeState) -> int:
    """How many tasks wait for this person."""
    return sum(
        person_id in assignment.waiting_for(stored.run, task, state)
        for stored in runs
        for task in stored.run.current
    )


def not_yours(work: Work, stored: StoredRun, task: Task) -> Refuse:
    """A task is not the person's: whose it is, by the titles of its step's roles."""
    roles = stored.run.step_of(task).roles
    titles = " / ".join(role_name(work.office, code, None).title for code in roles)
    return Refuse(Reason.NOT_YOURS, roles=titles)


# Acting


def act_on_task(work: Work, token: str, wish: Callable[[Task], Action]) -> Acted:
    """Let the person do what `wish` makes of the task that a button speaks of.

    Raises:
        Refuse: there is no such task, or the engine refuses it.
    """
    stored, task = find_task(work, token)
    return Acted(stored, task, act_on_run(work, stored, wish(task), task))


def act_on_run(work: Work, stored: StoredRun, action: Action, task: Task | None = None) -> Decision:
    """Let the person do this to a run; whether they may at all is asked before (`Work.require`).

    Raises:
        Refuse: the engine refuses it.
    """
    decision = decide(work, stored, action, task)
    save_decision(work, stored, decision)
    return decision


def decide(work: Work, stored: StoredRun, action: Action, task: Task | None = None) -> Decision:
    """What would come of it; nothing is written.

    Raises:
        Refuse: the engine refuses it.
    """
    decision = ask_engine(work, stored, action)
    if isinstance(decision, Refusal):
        raise refused(work, stored, task, decision)
    return decision


def ask_engine(work: Work, stored: StoredRun, action: Action) -> Decision | Refusal:
    """What would come of the person's action, or why nothing would; nothing is written."""
    at = stored.run.not_before(work.now)
    return engine.decide(stored.run, action, work.person.id, at, work.state)


def check(work: Work, token: str, wish: Callable[[Task], Action]) -> tuple[StoredRun, Task]:
    """The task and its run, if `act_on_task` would let the person do this as things stand.

    Raises:
        Refuse: it would not.
    """
    stored, task = find_task(work, token)
    decide(work, stored, wish(task), task)
    return stored, task


def refused(work: Work, stored: StoredRun, task: Task | None, refusal: Refusal) -> Refuse:
    """Why the engine refused something, with the facts that its sentence needs."""
    facts: dict[str, Fact] = {}
    if task is not None and refusal.reason is Reason.NOT_YOURS:
        return _stood_in(work, stored, task) or not_yours(work, stored, task)
    if refusal.confirmation:
        (who,) = signed(work.office, work.tx.people.names(), [refusal.confirmation])
        facts |= {"name": who.name, "at": who.at}
    if refusal.by:
        facts["name"] = work.tx.people.names().get(refusal.by.person_id, "—")
    return Refuse(refusal.reason, **facts)


def staff_changed(work: Work, roles: frozenset[str]) -> Staff:
    """Let every run under way know that other people hold these roles; the staff as it is now."""
    staff = work.reload_staff()
    for stored in work.tx.runs.running():
        at = stored.run.not_before(work.now)
        decision = engine.decide(stored.run, StaffChanged(roles), 0, at, work.state)
        if isinstance(decision, Decision) and (decision.stale_cards or decision.notices):
            save_decision(work, stored, decision)
    return staff


# Saving


def save_decision(work: Work, before: StoredRun | None, decision: Decision) -> None:
    """Write a decision: state, journal, reminders and outbox. `before` is None for a new run."""
    tx, now, run = work.tx, work.now, decision.run
    ids = tx.runs.save(before, run)
    plans = [(ids[(plan.step, plan.attempt)], plan.reminders) for plan in decision.reminders]
    if before is not None:
        still_open = {(t.step, t.attempt) for t in run.current}
        was_open = {(t.step, t.attempt) for t in before.run.current}
        tx.reminders.drop([ids[key] for key in was_open - still_open], now)
        _refresh_cards(work, before, decision, ids)
        tx.reminders.replace([task_id for task_id, _ in plans], now)
        _close_questions(work, before, run)
    refreshes = [(ids[(card.step, card.attempt)], card.at) for card in decision.refreshes]
    tx.agenda.put(
        Entry(f"look:{task_id}:{int(at.timestamp())}", CARD_REFRESH, at, {"task_id": task_id})
        for task_id, at in refreshes
    )
    tx.reminders.schedule((task_id, one) for task_id, planned in plans for one in planned)
    work.notify_each(one for told in decision.notices for one in _each(told, run.id, ids, now))
    tx.journal.record(run.id, decision.events)
    for react in work.services.features.reactions(decision):
        react(work, decision)


def _refresh_cards(
    work: Work, before: StoredRun, decision: Decision, ids: dict[tuple[int, int], int]
) -> None:
    """Queue the cards that are out of date. Of a task that goes on as before and has only got more
    (a confirmation of one of many, a file, a note), those of who did it are shown at once, the
    others in turn: a crowd would cause more edits than Telegram takes."""
    only_more = all(isinstance(event, _MORE) for event in decision.events)
    still_open = {(t.step, t.attempt) for t in before.run.current if only_more} & {
        (t.step, t.attempt) for t in decision.run.current
    }
    stale = decision.stale_cards
    work.tx.outbox.refresh([ids[key] for key in stale if key not in still_open], work.now)
    who = work.somebody.id if work.somebody else None
    for key in stale:
        if key in still_open:
            work.tx.outbox.refresh_in_turn(ids[key], work.now, who)


def _close_questions(work: Work, before: StoredRun, run: Run) -> None:
    """Close the open questions about what has ended: a run, a task, or somebody's part in it.
    A file of a task that was confirmed may still come."""
    pairs = [(was, now) for was in before.run.current if (now := run.task(was.step, was.attempt))]
    over = {before.tokens[(t.step, t.attempt)] for _, t in pairs if not t.is_open}
    done = {
        (before.tokens[(t.step, t.attempt)], given.person_id)
        for was, t in pairs
        for given in t.confirmations
        if was.confirmed_by(given.person_id) is None
    }
    if not over and not done and not run.status.is_over:
        return
    known, every = work.services.features.questions, set(before.tokens.values())
    ids = {person.chat_id: person.id for person in work.staff.people.values()}
    for chat_id, question in work.tx.people.open_questions(work.now).items():
        token, kind = question.data.get("token"), known.get(question.kind)
        of_task = kind is not None and kind.wants_text and not kind.of_run
        ended = of_task and (token in over or (token, ids.get(chat_id)) in done)
        if ended or (run.status.is_over and token in every):
            work.tx.people.answered(chat_id)


def _each(
    told: Addressed, run_id: int, ids: dict[tuple[int, int], int], now: datetime
) -> list[PersonalNotice]:
    task_id = None
    if told.step is not None and told.attempt is not None:
        task_id = ids[(told.step, told.attempt)]
    key = told.notice.key(run_id, task_id, now)
    return [PersonalNotice(told.notice, p, key, run_id, task_id, told.silent) for p in told.to]


def _stood_in(work: Work, stored: StoredRun, task: Task) -> Refuse | None:
    """An official whose stand-in acts for the time being hears who it is."""
    step = stored.run.step_of(task)
    other = assignment.stand_in_for(stored.run, step, work.person.id, work.state)
    if other is None:
        return None
    title = role_name(work.office, other.role, other.unit, other.capacity)
    name = work.tx.people.names().get(other.person_id, "—")
    return Refuse(RunRefused.STOOD_IN, name=name, role=printed(title))
