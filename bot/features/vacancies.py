"""Several open steps whose roles nobody holds come to whoever can fill them as one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain import assignment
from bot.domain.notices import RolesVacant
from bot.domain.run import Run, Task
from bot.domain.sop import Step
from bot.features import phrases
from bot.features.feature import Drawn, Feature, Sending
from bot.features.naming import Greeting, role_name
from bot.features.people.views import FillRole, Invite
from bot.features.phrases import LISTED, NAME, Phrases
from bot.features.work import Work
from bot.ui.buttons import Row, button
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import Message, that_fit

REMINDED = "reminder:vacant:"
"""What the keys of reminders of a vacant role begin with."""

_KEYS = ("vacant:", REMINDED)
"""What the keys of everything begin with that is told of vacant roles."""

_LINES, _ROLES = 20, 6
"""Of a telephone's screen for the list of steps; so many roles get buttons."""


@dataclass(frozen=True, slots=True)
class VacantStep:
    """An open step and the vacant roles, by code and name, that it waits for."""

    run: Run
    step: Step
    task: Task
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RolesVacantView:
    """Several steps are open whose roles nobody holds, the most urgent first."""

    greeting: Greeting
    steps: tuple[VacantStep, ...]


def gather(work: Work, sending: Sending, tasks: tuple[int, ...]) -> RolesVacantView | None:
    """These tasks and those of everything else of the kind that waits to be sent to the recipient,
    which is sent with it; None where there is nothing else."""
    delivery, others = sending.delivery, work.tx.outbox.queued_with(sending.delivery, _KEYS)
    if not others:
        return None
    for other in others:
        more = other.notice.tasks if isinstance(other.notice, RolesVacant) else (other.task_id,)
        tasks += tuple(task for task in more if task is not None)
    notice = RolesVacant(tuple(dict.fromkeys(tasks)))
    work.tx.outbox.merge(delivery, notice, others, work.now)
    return _view(work, notice)


def _draw(work: Work, notice: RolesVacant, sending: Sending) -> RolesVacantView | None:
    return gather(work, sending, notice.tasks) or _view(work, notice)


def _view(work: Work, notice: RolesVacant) -> RolesVacantView | None:
    """What of it is still true; None where nothing is."""
    steps = []
    for task_id, stored in work.tx.runs.of_tasks(notice.tasks).items():
        task = stored.task_of(task_id)
        if task is None or not task.is_open:
            continue
        step = stored.run.step_of(task)
        vacant = assignment.vacant_roles(stored.run, step, work.state)
        roles = tuple((code, role_name(work.office, code, None).title) for code in vacant)
        if roles:
            steps.append(VacantStep(stored.run, step, task, roles))
    steps.sort(key=lambda one: one.task.due_at)
    return RolesVacantView(work.greeting, tuple(steps)) if steps else None


# Words


def say_roles_vacant(view: RolesVacantView, say: Phrases) -> Message:
    """Several steps wait for roles that nobody holds, with buttons to fill each role."""
    named = say.runs([one.run for one in view.steps])
    lines = []
    for number, (one, (name, _)) in enumerate(zip(view.steps, named, strict=True), start=1):
        roles = gathered([safe(role, NAME) for _, role in one.roles])
        what = safe(one.step.activity.text, LISTED)
        lines.append(
            f"{number}. {name}\nLangkah {one.step.number}, {what}\n"
            f"Peran: {bold(roles)}. Tenggat: {say.moment(one.task.due_at)}"
        )
    parts = [
        phrases.salutation(view.greeting),
        f"{len(view.steps)} langkah sudah dibuka, tetapi perannya belum dipegang siapa pun.",
        *that_fit(lines, _LINES, "… selebihnya ada di /status"),
        "Mohon mengundang pegawai untuk peran itu, atau memberikannya kepada pegawai yang sudah "
        "terdaftar, dengan tombol di bawah atau melalui /pegawai.",
    ]
    vacant = dict(role for one in view.steps for role in one.roles)
    return Message("\n\n".join(parts), fill_rows(list(vacant.items())[:_ROLES]))


def fill_rows(roles: Sequence[tuple[str, str]]) -> tuple[Row, ...]:
    """Buttons that fill roles, given by code and name: by an invitation, or by somebody known."""
    return tuple(
        row
        for code, name in roles
        for row in (
            (button(f"Undang {name}", Invite(code), "primary"),),
            (button(f"Berikan {name} kepada …", FillRole(code, 0)),),
        )
    )


FEATURE = Feature(
    "vacancies",
    notices={RolesVacant: Drawn(_draw, "beberapa peran kosong")},
    words={RolesVacantView: say_roles_vacant},
)
