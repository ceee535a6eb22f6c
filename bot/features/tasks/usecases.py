"""/tugas, confirming a step, having a reminder later, and asking for details."""

from __future__ import annotations

from enum import StrEnum

from bot.domain import actions, assignment, reminders
from bot.domain.actions import Reason
from bot.domain.notices import ConfirmOffered, Reply, TaskCard, TaskDetail, TaskReminder
from bot.domain.reminders import PlannedReminder, ReminderKind
from bot.domain.run import Task
from bot.features import replies, runs
from bot.features.answers import Done, DoneView, Refuse, RefusedView, done
from bot.features.evidence import usecases as evidence
from bot.features.feature import Command, Drawn, Feature, Hook, NamedView, Topic
from bot.features.runview import PartedView
from bot.features.tasks import card, texts, views
from bot.features.tasks.buttons import Confirm, ShowDetail, Snooze
from bot.features.tasks.texts import TurnDetail, TurnTasks
from bot.features.tasks.views import ConfirmedView, DetailView
from bot.features.work import Work
from bot.store.agenda import Entry
from bot.store.runs import StoredRun


class TaskRefused(StrEnum):
    """Why a step is not confirmed, beside what the engine says."""

    FILE_UNDER_WAY = "file_under_way"


def confirm(work: Work, tap: Confirm) -> ConfirmedView | RefusedView:
    """Confirm the task that a button speaks of: done, paraf given, or signed."""
    try:
        acted = runs.act_on_task(work, tap.token, lambda t: actions.Confirm(t.step, t.attempt))
    except Refuse as no:
        if no.reason != Reason.EVIDENCE_MISSING:
            raise
        return _file_missing(work, tap.token)
    return views.confirmed(work, acted)


def snooze(work: Work, tap: Snooze) -> DoneView:
    """Remind this person of the task again in one working hour. Escalation goes on."""
    stored, task = runs.find_task(work, tap.token)
    person, now = work.person, work.now
    if person.id not in assignment.waiting_for(stored.run, task, work.state):
        # What confirming would say is why there is nothing to be reminded of.
        runs.decide(work, stored, actions.Confirm(task.step, task.attempt), task)
    until = reminders.snooze_until(now, work.calendar)
    task_id = stored.task_ids[(task.step, task.attempt)]
    work.tx.reminders.drop_snoozes(task_id, person.id, now)
    later = PlannedReminder(ReminderKind.TUNDA, until, person_id=person.id)
    work.tx.reminders.schedule([(task_id, later)])
    return done(Done.SNOOZED, until=until)


def send_detail(work: Work, tap: ShowDetail) -> DetailView:
    """Everything about a task, as a card of its own that stays true."""
    stored, task = views.readable_task(work, tap.token)
    _send(work, TaskDetail(), stored, task)
    return views.detail_view(work, stored, task)


def said_done(work: Work, about: tuple[StoredRun, Task] | None) -> Reply | None:
    """Somebody wrote that a task is done: the one of the message that they answered, else their
    only one. Words record nothing; the task's button is offered, or why it cannot be confirmed."""
    if about is None:
        mine = runs.waiting(work)
        if len(mine) != 1:
            return Reply("tasks", {"said_done": True})
        (about,) = mine
    stored, task = about
    try:
        runs.decide(work, stored, actions.Confirm(task.step, task.attempt), task)
    except Refuse as no:
        # Of a file that is missing the button itself tells.
        if no.reason != Reason.EVIDENCE_MISSING:
            raise
    _send(work, ConfirmOffered(), stored, task)
    return None


def _send(work: Work, notice: ConfirmOffered | TaskDetail, stored: StoredRun, task: Task) -> None:
    """A card of its own for whoever asks, anew each time."""
    task_id, request = stored.task_ids[(task.step, task.attempt)], work.request
    prefix = "detail" if isinstance(notice, TaskDetail) else "offer"
    key = f"{prefix}:{task_id}:{request.update_id if request else None}"
    work.notify(notice, [work.person.id], key, run_id=stored.run.id, task_id=task_id)


def refresh_card(work: Work, entry: Entry) -> None:
    """What a card offered for a while it offers no longer."""
    work.tx.outbox.refresh_in_turn(int(entry.data["task_id"]), work.now)


def _file_missing(work: Work, token: str) -> RefusedView:
    """Ask for the step's output, unless it is on its way. No exception: that it was asked stays."""
    stored, task = runs.find_task(work, token)
    if work.tx.inbox.under_way(stored.task_ids[(task.step, task.attempt)]):
        raise Refuse(TaskRefused.FILE_UNDER_WAY)
    evidence.want(work, token)
    output = stored.run.step_of(task).output.text
    return Refuse(Reason.EVIDENCE_MISSING, output=output).view


FEATURE = Feature(
    "tasks",
    commands=(
        Command(
            "tugas",
            replies.shows("tasks"),
            None,
            Topic.PEKERJAAN,
            "Tugas yang menunggu",
            "tugas yang menunggu Bapak/Ibu, yang paling mendesak lebih dahulu",
            needed=50,
        ),
    ),
    taps={
        Confirm: confirm,
        Snooze: snooze,
        ShowDetail: send_detail,
        TurnTasks: lambda work, tap: replies.show(work, "tasks"),
        TurnDetail: lambda work, tap: replies.show(work, "detail", token=tap.token),
    },
    views={"tasks": NamedView(views.tasks), "detail": NamedView(views.detail)},
    notices={
        TaskCard: Drawn(views.draw_card, "kartu tugas", for_all=True),
        TaskReminder: Drawn(views.draw_card, "pengingat", for_all=True),
        TaskDetail: Drawn(views.draw_detail, "rincian tugas", for_all=True),
        ConfirmOffered: Drawn(views.draw_offer, "tombol yang ditawarkan", for_all=True),
    },
    cards={tap: lambda tap: TaskCard() for tap in (Confirm, Snooze)},
    hooks={Hook.SAID_DONE: said_done},
    due={runs.CARD_REFRESH: refresh_card},
    words={
        views.TaskView: card.say_card,
        PartedView: texts.say_parted,
        views.OfferView: texts.say_offer,
        views.ConfirmedView: texts.say_confirmed,
    },
    pages={views.TasksView: texts.say_tasks, views.DetailView: texts.say_detail},
    toasts={views.ConfirmedView: texts.toast_confirmed},
    refusals={
        Reason.UNKNOWN: texts.TASK_UNKNOWN,
        # What an earlier version called it, in refusals that still wait in an outbox.
        "unknown_task": texts.TASK_UNKNOWN,
        Reason.NOT_YOURS: "Mohon maaf, langkah ini merupakan tugas {roles}. Tugas yang menunggu "
        "ada di /tugas.",
        Reason.ALREADY_YOURS: "Konfirmasi itu sudah tercatat pada {at}. Terima kasih.",
        Reason.ALREADY_DONE: "Langkah ini sudah dikonfirmasi oleh {name} pada {at}. Terima kasih.",
        Reason.OVERTAKEN: "Langkah ini tidak lagi menunggu konfirmasi. Yang menunggu "
        "sekarang ada di /tugas.",
        runs.RunRefused.STOOD_IN: "Untuk sementara langkah ini dijalankan dan dikonfirmasi "
        "oleh {name} selaku {role}.",
        Reason.EVIDENCE_MISSING: "Sebelum dikonfirmasi, mohon melampirkan {output}. Silakan "
        "mengirim berkasnya sekarang sebagai dokumen atau foto.",
        TaskRefused.FILE_UNDER_WAY: "Berkasnya sedang kami simpan. Mohon menekan tombol ini sekali "
        "lagi sesaat lagi.",
    },
    journal={
        "task_opened": lambda line: f"{line.run}: langkah {line.step} dibuka, tenggat {line.due}.",
        "task_confirmed": texts.journal_confirmed,
        "task_closed": lambda line: f"{line.run}: langkah {line.step} selesai.",
        "task_withdrawn": lambda line: f"{line.run}: langkah {line.step} ditarik.",
        "deadline_moved": lambda line: (
            f"{line.run}: tenggat langkah {line.step} menjadi {line.due}."
        ),
        "run_finished": lambda line: f"{line.run} selesai.",
    },
)
