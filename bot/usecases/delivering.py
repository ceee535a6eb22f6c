"""The outbox from the sender's side: what to send now, and what became of it.

A delivery is drawn in the transaction that claims it, from the state at that moment; one
that is no longer true is put aside there and then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain import assignment, deviations
from bot.domain.access import LegacyPermission, may
from bot.domain.notices import (
    AccountMoved,
    ActingChanged,
    ArchiveFull,
    BotWasDown,
    CommandMenu,
    DayDigest,
    DeadlineChanged,
    DeliveriesFailing,
    DeliveriesHeld,
    EvidenceFile,
    ExtensionAnswered,
    ExtensionRequested,
    FaultsRepeated,
    GroupLinked,
    GroupLost,
    GroupNews,
    LeadingRoleGranted,
    LegalDateAtRisk,
    PersonJoined,
    PersonUnreachable,
    Reply,
    RoleChanged,
    RoleVacant,
    RunChange,
    RunChanged,
    RunSummary,
    StartProposed,
    TapsMissing,
    TaskCard,
    TaskDetail,
    TaskLate,
    TaskReminder,
    TeamNamed,
    TeamOffered,
    WorkReturned,
)
from bot.domain.people import Person, Staff
from bot.domain.reminders import send_at
from bot.domain.run import Capacity, RunStatus, Task
from bot.store import Transaction
from bot.store.outbox import Delivery, DeliveryState, NewDelivery, Unreadable
from bot.store.runs import StoredRun
from bot.usecases import groups, overview, people, reading, rosters, standins
from bot.usecases.desk import Request, Scene, Services, scene, staff_of, tell
from bot.usecases.views import (
    AccountMovedView,
    ArchiveFullView,
    DeadlineChangedView,
    Done,
    DoneView,
    EvidenceFileView,
    ExtensionAnsweredView,
    ExtensionView,
    FailingView,
    FaultsView,
    GrantView,
    Greeting,
    GroupLinkedView,
    GroupLostView,
    HeldView,
    JoinedView,
    LateView,
    MenuView,
    OutageView,
    PartedView,
    Refused,
    RefusedView,
    ReturnedView,
    RoleChangedView,
    RunChangedView,
    TeamNamedView,
    TeamOfferView,
    UnreachableView,
    VacantView,
    View,
    acted,
    current_step,
    file_line,
    greeting,
    halt,
    role_name,
    sent_back,
    summary_view,
    task_view,
)

log = structlog.get_logger()

LEASE = timedelta(seconds=90)
"""How long one send may take before somebody else may try it: longer than the sender's own
time-out, so that a slow answer is never taken for a death."""

GIVE_UP_AFTER = 600
"""A delivery that Telegram answered with its own errors so often in a row is put aside: about
two days at the longest pause between tries."""

KEEP_DELIVERIES = timedelta(days=90)
"""How long a delivery that is done with is kept for looking things up."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed delivery with what it has to show."""

    delivery: Delivery
    view: View


def claim(services: Services, now: datetime, most: int, busy: Collection[int]) -> list[Outgoing]:
    """Take the next deliveries, at most one a chat, and draw them.

    `busy` are chats to leave alone.
    """
    if not _anything_queued(services, now, busy):
        return []
    with services.store.begin() as tx:
        outgoing: list[Outgoing] = []
        # Where none of them is true any more, those that stand behind them have their turn.
        while not outgoing and (claimed := tx.outbox.claim(now, LEASE, most, busy)):
            for delivery in claimed:
                try:
                    view = _draw(services, tx, delivery, now)
                except Exception as error:
                    log.exception("delivery cannot be drawn", delivery=delivery.id)
                    _put_aside(services, tx, delivery, f"{type(error).__name__}: {error}", now)
                    continue
                if view is None:
                    tx.outbox.give_up(delivery, DeliveryState.USANG, None, now)
                else:
                    if isinstance(view, PartedView):
                        tx.outbox.complete(delivery)
                    outgoing.append(Outgoing(_hushed(services, delivery, now), view))
        return outgoing


def _hushed(services: Services, delivery: Delivery, now: datetime) -> Delivery:
    """A reminder that could not go out in office hours rings nobody's phone at night."""
    if not isinstance(delivery.notice, TaskReminder | TaskLate):
        return delivery
    late = send_at(delivery.created_at, now, services.calendar) > now
    return replace(delivery, silent=delivery.silent or late)


def sent(services: Services, delivery: Delivery, message_id: int | None, now: datetime) -> None:
    """It is on the recipient's screen."""
    with services.store.begin() as tx:
        tx.outbox.sent(delivery, message_id, now)
        if message_id is not None and delivery.person_id is not None:
            # Whoever was told of an unblocking may have missed it; a message proves it.
            people.reachable(tx, delivery.person_id, now)


def vanished(services: Services, delivery: Delivery, now: datetime) -> None:
    """The message to be edited is gone from the recipient's screen.

    A card comes as a new message if its task still waits for the recipient; of anything else
    there is nothing left to mend.
    """
    with services.store.begin() as tx:
        if isinstance(delivery.notice, TaskCard):
            # Whether it still waits is seen when it is drawn, as of every new card.
            tx.outbox.resend(delivery, now)
        else:
            tx.outbox.sent(delivery, None, now)


def not_now(services: Services, delivery: Delivery, at: datetime) -> None:
    """Telegram asked for a pause: nothing was sent, try again at `at`."""
    with services.store.begin() as tx:
        tx.outbox.release(delivery, at)


def failed_for_now(
    services: Services,
    delivery: Delivery,
    at: datetime,
    error: str,
    *,
    maybe_sent: bool,
    offline: bool,
    now: datetime,
) -> None:
    """It failed in a way that may pass. After often enough it is put aside all the same.

    While Telegram cannot be reached at all (`offline`) nothing is ever put aside: that says
    nothing about the delivery.
    """
    with services.store.begin() as tx:
        if not offline and delivery.tries + 1 >= GIVE_UP_AFTER:
            _put_aside(services, tx, delivery, error, now)
        else:
            tx.outbox.retry(delivery, at, error, maybe_sent, counts=not offline)


def refused(services: Services, delivery: Delivery, error: str, now: datetime) -> None:
    """The recipient's Telegram takes no messages: note it, and tell the owner once."""
    with services.store.begin() as tx:
        tx.outbox.give_up(delivery, DeliveryState.TERTOLAK, error, now)
        person = staff_of(services, tx, now).person(delivery.person_id or 0)
        if person is not None:
            people.unreachable(services, tx, person, now)
        else:
            groups.lost(services, tx, delivery.chat_id, now)


def impossible(services: Services, delivery: Delivery, error: str, now: datetime) -> None:
    """It can never be sent as it is: put it aside and report it."""
    with services.store.begin() as tx:
        _put_aside(services, tx, delivery, error, now)


def rescue(services: Services, before: datetime | None) -> int:
    """Give up leases whose holder died (all of them when `before` is None)."""
    with services.store.begin() as tx:
        return tx.outbox.rescue(before)


def release_held(services: Services, request: Request, send: bool, now: datetime) -> View:
    """The admin's word on what was unsent in a restored copy."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if refusal := reading.refuse(services, here):
            return refusal
        if here.person is None or not here.person.admin:
            return RefusedView(Refused.ADMIN_ONLY, {})
        count = tx.outbox.release_held(send, now)
        tx.journal.note("held_released", now, here.person.id, send=send, count=count)
        return DoneView(Done.HELD_SENT if send else Done.HELD_DROPPED, {"count": count})


def next_due(services: Services, now: datetime) -> datetime | None:
    """When, after `now`, the next waiting delivery may be tried."""
    with services.store.read() as tx:
        return tx.outbox.next_due(now)


def _anything_queued(services: Services, now: datetime, busy: Collection[int]) -> bool:
    # A look first: an idle office does not write to its disk every ten seconds.
    with services.store.read() as tx:
        return tx.outbox.waiting(now, busy)


def _put_aside(
    services: Services, tx: Transaction, delivery: Delivery, error: str, now: datetime
) -> None:
    tx.outbox.give_up(delivery, DeliveryState.GAGAL, error, now)
    _apologize(tx, delivery, now)
    if isinstance(delivery.notice, DeliveriesFailing):
        return
    staff = staff_of(services, tx, now)
    notice = DeliveriesFailing(tx.outbox.count(DeliveryState.GAGAL), error[:200])
    # Once an hour is enough to be heard.
    key = f"failing:{now.astimezone(services.calendar.zone):%Y%m%d%H}"
    tell(tx, notice, staff.admins(), staff, now, key)


def _apologize(tx: Transaction, delivery: Delivery, now: datetime) -> None:
    """Whoever asked for a document that cannot be made is told so in its place."""
    if not isinstance(delivery.notice, Reply) or delivery.notice.view not in reading.DOCUMENTS:
        return
    sorry = reading.refusal(RefusedView(Refused.NOT_MADE, {}))
    tx.outbox.put(
        [NewDelivery(f"sorry:{delivery.id}", delivery.chat_id, delivery.person_id, sorry)], now
    )


def _draw(services: Services, tx: Transaction, delivery: Delivery, now: datetime) -> View | None:
    """What a delivery has to show now, None if it need not be shown any more."""
    notice = delivery.notice
    if isinstance(notice, Unreadable):
        raise ValueError(notice.error)
    if isinstance(notice, Reply):
        return reading.draw(services, tx, delivery.chat_id, notice.view, notice.args, now)
    if isinstance(notice, GroupLinked | GroupNews):
        return _draw_for_group(services, tx, delivery.chat_id, notice, now)
    staff = staff_of(services, tx, now)
    person = staff.person(delivery.person_id or 0)
    if person is None:
        return _draw_for_former(tx, delivery, reading.owner_title(services.catalog.office))
    if delivery.run_id is not None:
        return _draw_of_run(services, tx, delivery, person, staff, now)
    return _draw_of_office(services, tx, delivery, person, staff, now)


def _draw_for_group(
    services: Services,
    tx: Transaction,
    chat_id: int,
    notice: GroupLinked | GroupNews,
    now: datetime,
) -> View | None:
    group = tx.groups.get(chat_id)
    if isinstance(notice, GroupNews):
        return overview.group_news(services, tx, group, notice, now) if group else None
    if notice.linked and (group is None or group.procedure != notice.procedure):
        return None
    found = services.catalog.find(notice.procedure) if notice.procedure else None
    return GroupLinkedView(found[1] if found else None, notice.linked)


def _draw_for_former(tx: Transaction, delivery: Delivery, owner: str) -> View | None:
    """Somebody who left gets nothing new; buttons, names and commands are taken away."""
    if isinstance(delivery.notice, CommandMenu):
        return MenuView(frozenset(), (), joined=False)
    if isinstance(delivery.notice, AccountMoved) and delivery.person_id is None:
        by = tx.people.names().get(delivery.notice.by or 0)
        return AccountMovedView(None, by, owner)
    if delivery.message_id is None or delivery.task_id is None:
        return None
    stored = tx.runs.get(delivery.run_id or 0)
    task = stored.task_of(delivery.task_id) if stored else None
    return _parted(stored, task) if stored and task else None


def _parted(stored: StoredRun, task: Task) -> PartedView:
    return PartedView(stored.run.procedure, stored.run.year, task.step)


def _draw_of_run(
    services: Services,
    tx: Transaction,
    delivery: Delivery,
    person: Person,
    staff: Staff,
    now: datetime,
) -> View | None:
    stored = tx.runs.get(delivery.run_id or 0)
    if stored is None:
        return None
    state = services.state(staff)
    hello = greeting(state.office, person, staff)
    unsent = delivery.message_id is None
    match delivery.notice:
        case RunSummary() if stored.run.status is RunStatus.SELESAI:
            return summary_view(stored, person, state, tx.people.names())
        case RunSummary():
            return None
        case LegalDateAtRisk(last=last):
            return overview.legal_date(stored, last, hello, state, now)
        case RunChanged(change=change):
            return _draw_change(services, tx, stored, change, person, staff, now)
        case TeamOffered():
            open_still = not stored.run.status.is_over and stored.run.team is None
            token = rosters.token_of(stored)
            return TeamOfferView(hello, stored.run, token) if open_still else None
        case TeamNamed(included=included):
            return _draw_team(tx, stored, included, person, hello)
    task = stored.task_of(delivery.task_id or 0)
    if task is None:
        return None
    live = isinstance(delivery.notice, TaskCard | TaskReminder | TaskDetail)
    if live and not reading.has_part(stored, person, Scene(state, person)):
        return None if unsent else _parted(stored, task)
    match delivery.notice:
        case TaskReminder() | TaskLate() if unsent and tx.outbox.overtaken(delivery):
            # Telegram was not reached for so long that the next one has come: it says it all.
            return None
        case TaskCard() | TaskReminder():
            return _draw_card(stored, task, delivery, person, now, services, tx, staff)
        case TaskDetail():
            return reading.detail_view(stored, task, person, now, state, tx.people.names())
        case TaskLate(waiting=waiting) if task.is_open:
            current = current_step(stored.run, task, now, state)
            return LateView(hello, stored.run, stored.sop, current, waiting)
        case WorkReturned() if sent := sent_back(state.office, tx.people.names(), stored.run, task):
            return ReturnedView(hello, stored.run, stored.sop, sent)
        case ExtensionRequested(number=number) | ExtensionAnswered(number=number):
            return _draw_extension(services, tx, stored, task, delivery, person, staff, number)
        case EvidenceFile(sha256=sha256):
            return _draw_file(services, tx, stored, task, person, staff, sha256)
        case DeadlineChanged(was=was, why=why) if task.is_open and task.due_at != was:
            step = stored.run.step_of(task)
            return DeadlineChangedView(hello, stored.run, stored.sop, step, task, was, why)
        case RoleVacant(roles=roles) if task.is_open:
            step = stored.run.step_of(task)
            vacant = assignment.vacant_roles(stored.run, step, state)
            still = [code for code in roles if code in vacant]
            named = tuple((code, role_name(state.office, code, None).title) for code in still)
            return VacantView(hello, stored.run, stored.sop, step, task, named) if named else None
        case _:
            return None


def _draw_extension(
    services: Services,
    tx: Transaction,
    stored: StoredRun,
    task: Task,
    delivery: Delivery,
    person: Person,
    staff: Staff,
    number: int,
) -> View | None:
    state = services.state(staff)
    names = tx.people.names()
    run, step = stored.run, stored.run.step_of(task)
    hello = greeting(state.office, person, staff)
    wish = task.extensions[number]
    decided = (
        acted(state.office, names, wish.decided_by, wish.decided_at)
        if wish.decided_by and wish.decided_at
        else None
    )
    if isinstance(delivery.notice, ExtensionAnswered):
        if decided is None:
            return None
        return ExtensionAnsweredView(hello, run, stored.sop, step, task, wish, decided)
    pending = task.is_open and wish.granted is None
    decides = person.id in assignment.deciders(wish.by.person_id, state)
    if delivery.message_id is None and not (pending and decides):
        return None
    return ExtensionView(
        hello,
        run,
        stored.sop,
        step,
        task,
        stored.tokens[(task.step, task.attempt)],
        number,
        wish,
        acted(state.office, names, wish.by, wish.at),
        deviations.deadline_if_granted(run, task, number, state),
        decided,
        pending and decides and run.pause is None,
        halt(state.office, names, run),
    )


def _draw_file(
    services: Services,
    tx: Transaction,
    stored: StoredRun,
    task: Task,
    person: Person,
    staff: Staff,
    sha256: str,
) -> View | None:
    file = next((f for f in task.evidence if f.sha256 == sha256), None)
    state = services.state(staff)
    if file is None or not reading.has_part(stored, person, Scene(state, person)):
        return None
    kept = tx.files.get(sha256)
    path = services.archive.folder / kept.path if services.archive and kept else None
    line = file_line(task, file, state.office, tx.people.names())
    return EvidenceFileView(stored.run.procedure, stored.run.year, line, path)


def _draw_change(
    services: Services,
    tx: Transaction,
    stored: StoredRun,
    change: RunChange,
    person: Person,
    staff: Staff,
    now: datetime,
) -> View | None:
    """What happened to the run as a whole, unless the opposite has happened since."""
    run, state = stored.run, services.state(staff)
    names = tx.people.names()
    by, reason = None, ""
    match change:
        case RunChange.DIJEDA if run.pause:
            by = acted(state.office, names, run.pause.by, run.pause.since)
            reason = run.pause.reason
        case RunChange.DILANJUTKAN if run.status is RunStatus.BERJALAN and run.pauses:
            last = run.pauses[-1]
            if last.ended_by and last.until:
                by = acted(state.office, names, last.ended_by, last.until)
        case RunChange.DIBATALKAN if run.cancelled:
            by = acted(state.office, names, run.cancelled.by, run.cancelled.at)
            reason = run.cancelled.reason
        case RunChange.DIBUKA if run.status is RunStatus.BERJALAN:
            pass
        case _:
            return None
    current = tuple(current_step(run, task, now, state) for task in run.current)
    hello = greeting(state.office, person, staff)
    return RunChangedView(hello, run, stored.sop, change, reason, by, current)


def _draw_team(
    tx: Transaction, stored: StoredRun, included: bool, person: Person, hello: Greeting
) -> View | None:
    team = stored.run.team
    if team is None or (person.id in team.members) is not included:
        return None
    names = tx.people.names()
    return TeamNamedView(
        hello,
        stored.run,
        stored.sop,
        included,
        tuple(names.get(member, "—") for member in team.members),
        names.get(team.chair) if team.chair is not None else None,
    )


def _draw_card(
    stored: StoredRun,
    task: Task,
    delivery: Delivery,
    person: Person,
    now: datetime,
    services: Services,
    tx: Transaction,
    staff: Staff,
) -> View | None:
    state = services.state(staff)
    unsent = delivery.message_id is None
    if unsent and person.id not in assignment.waiting_for(stored.run, task, state):
        return None
    rung = delivery.notice.rung if isinstance(delivery.notice, TaskReminder) else None
    return task_view(stored, task, person, now, state, tx.people.names(), rung)


def _draw_of_office(
    services: Services,
    tx: Transaction,
    delivery: Delivery,
    person: Person,
    staff: Staff,
    now: datetime,
) -> View | None:
    office = services.catalog.office
    state = services.state(staff)
    names = tx.people.names()
    hello = greeting(office, person, staff)
    match delivery.notice:
        case ActingChanged(holding_id=holding_id, stage=stage, by=by):
            news = standins.acting_view(services, tx, holding_id, stage, by, person, staff, now)
            return None if isinstance(news, RefusedView) else news
        case PersonJoined() as joined:
            still = (
                tx.people.holding(joined.holding_id, now) if joined.holding_id is not None else None
            )
            role = role_name(office, joined.role, joined.unit) if joined.role else None
            may_undo = still is not None and may(LegacyPermission.MANAGE_PEOPLE, person.id, staff)
            return JoinedView(
                names.get(joined.person_id, "—"),
                role,
                joined.holding_id if may_undo else None,
                joined.person_id,
            )
        case AccountMoved(person_id=moved, by=by):
            called = names.get(by) if by is not None else None
            return AccountMovedView(names.get(moved, "—"), called, reading.owner_title(office))
        case LeadingRoleGranted() as grant:
            return GrantView(
                hello,
                names.get(grant.person_id, "—"),
                role_name(office, grant.role, grant.unit, grant.capacity),
                names.get(grant.by) if grant.by is not None else None,
            )
        case RoleChanged() as change:
            title = role_name(office, change.role, change.unit)
            return RoleChangedView(hello, title, change.given)
        case PersonUnreachable() as gone:
            known = staff.person(gone.person_id)
            if known is None or known.reachable:
                return None
            waiting = reading.open_tasks(tx.runs.running(), known.id, state)
            theirs = tuple(
                (h.id, role_name(office, h.role, h.unit))
                for h in staff.holdings_of(known.id)
                if h.capacity is Capacity.DEFINITIF
            )
            return UnreachableView(known.called, waiting, theirs)
        case BotWasDown() as down:
            return OutageView(down.since, down.until, down.taps_lost, for_admin=True)
        case TapsMissing() as missing:
            return OutageView(missing.since, missing.until, True, for_admin=False)
        case DeliveriesFailing() as failing:
            return FailingView(failing.count, failing.error)
        case FaultsRepeated() as faults:
            return FaultsView(faults.count, faults.number)
        case ArchiveFull():
            return ArchiveFullView()
        case DeliveriesHeld():
            held = tx.outbox.count(DeliveryState.DITAHAN)
            return HeldView(held) if held else None
        case CommandMenu():
            return reading.menu(services, person, staff)
        case DayDigest(day=day):
            return overview.digest_view(services, tx, person, day, state, now)
        case GroupLost(title=title):
            return GroupLostView(hello, title)
        case StartProposed() as proposed:
            return overview.proposal(services, tx, proposed, hello, now)
        case _:
            return None
