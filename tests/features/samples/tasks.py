"""The card of a task, its details, and the list of one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.metrics import Lateness, Remaining
from bot.domain.reminders import ReminderKind
from bot.domain.run import TaskStatus
from bot.features.answers import Fact
from bot.features.naming import Greeting, SignedBy
from bot.features.runview import Deviations, PartedView
from bot.features.tasks.views import (
    ConfirmedView,
    DetailView,
    Earlier,
    NoteLine,
    OfferView,
    TasksView,
    TaskView,
)
from tests.features.samples.common import (
    BUDI,
    LONG_NAME,
    OVER,
    RINA,
    TO_BUDI,
    TOKEN,
    Given,
    going_on,
    lakip,
    lakip_sop,
    task,
    wib,
)

LEFT = Remaining(wib(24, "10.00"), 1, timedelta(hours=8), 1)
"""From the day before to Wednesday at ten."""

FACTS: dict[str, Fact] = {
    "roles": "Kasubbag Perencanaan / Kasubbag / Kasi",
    "at": wib(22, "10.00"),
    "name": LONG_NAME,
    "role": "Kepala Subbagian Umum dan Kepegawaian",
    "output": "Dokumen Perencanaan dan Anggaran",
}


def card(number: int = 2, greeting: Greeting = TO_BUDI, **changes: Any) -> TaskView:
    """Bu Sari's LAKIP, where a step is open since Monday and due on Wednesday at ten."""
    procedure = lakip()
    view = TaskView(
        greeting=greeting,
        run_id=7,
        sop=lakip_sop(),
        procedure=procedure,
        year=2023,
        step=procedure.step(number),
        task=task(number, wib(22, "10.00"), wib(24, "10.00")),
        token=TOKEN,
        mine=True,
        signed=(),
        performers=(BUDI, RINA),
        required=2,
        records_for=None,
        late=None,
    )
    return replace(view, **changes)


def closed(view: TaskView, *by: SignedBy, late: Lateness | None = None) -> TaskView:
    """The same task once it is done."""
    done = replace(view.task, status=TaskStatus.SELESAI, closed_at=by[-1].at)
    return replace(view, task=done, signed=by, mine=False, late=late, reminder=None)


def cards(given: Given) -> list[TaskView]:
    """A card in every state, of every kind of step, for whoever can and cannot confirm it."""
    text, many, tasks, sent, halt = given.text, given.many, given.tasks, given.sent, given.halt
    notes = tuple(NoteLine(n, given.signer, text, n % 2 == 1) for n in range(1, many + 1))
    found = [
        TaskView(
            greeting=given.greeting,
            run_id=7,
            sop=given.sop,
            procedure=given.procedure,
            year=2024,
            step=step,
            task=replace(tasks[step.number - 1], status=status, attempt=many + 1),
            token=TOKEN,
            mine=mine,
            signed=given.signers,
            performers=(*given.people, *given.people),
            required=2 * many,
            records_for=text if step.number % 3 == 0 else None,
            late=given.late,
            reminder=reminder,
            left=LEFT if reminder is ReminderKind.SEBELUM else None,
            notes=notes if reminder is None else (),
            files=given.files if reminder is None else (),
        )
        for step in given.steps[:4]
        for status in TaskStatus
        for reminder in (None, *ReminderKind)
        for mine in (True, False)
    ]
    found += [
        replace(
            found[0],
            task=replace(found[0].task, status=status),
            mine=mine,
            repetitions=many,
            correction=sent,
            earlier=Earlier(given.signers, (text,) * many),
            sent_back=sent if status is TaskStatus.DIKEMBALIKAN else None,
            halt=resting,
            undoable=not mine,
            asks_time=mine,
            acting=mine,
            step=replace(found[0].step, return_to=1),
            records_for=text,
        )
        for status in TaskStatus
        for mine in (True, False)
        for resting in ((None,) if mine else (None, halt, replace(halt, ended=True)))
    ]
    return found


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    shown = cards(given)
    steps, many = given.steps, given.many
    return (
        *shown,
        DetailView(shown[0], given.rows, going_on(wib(31, "10.00")), Deviations()),
        DetailView(shown[-1], (), OVER, given.whole),
        PartedView(given.procedure, 2024, many),
        TasksView(tuple(shown[:many])),
        TasksView((), (shown[-1],) * many),
        TasksView((), said_done=True),
        TasksView(tuple(shown[:many]), (), said_done=True),
        *(OfferView(view) for view in shown),
        ConfirmedView(steps[0], True, 1, 1, True, None, ()),
        ConfirmedView(steps[0], False, many, 2 * many, False, None, ()),
        ConfirmedView(steps[0], True, 1, 1, False, steps[1], given.people),
    )


SAMPLES = samples(Given())
