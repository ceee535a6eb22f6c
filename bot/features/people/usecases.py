"""/pegawai: names, forms of address, roles, leaving, and who cannot be reached."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain import notices, parsing
from bot.domain.assignment import helpers
from bot.domain.notices import CommandMenu, Reply
from bot.domain.people import Holding, Person
from bot.domain.run import Capacity
from bot.features import outbox, replies, runs
from bot.features.acting import usecases as acting
from bot.features.acting.texts import AskEnd
from bot.features.answers import DoneView, Refuse, Refused, done, done_reply
from bot.features.asking import Question
from bot.features.choosing import names_apart
from bot.features.feature import Command, Drawn, Feature, Hook, NamedView, Topic, View
from bot.features.naming import role_name, roles_of
from bot.features.people import handover, invitations, texts, views
from bot.features.people.roles import (
    announce_grant,
    choose_role,
    leading_holders,
    look_before,
    manageable,
)
from bot.features.people.views import INVITE, MANAGE_PEOPLE, Done, PeopleRefused
from bot.features.work import Args, Work

RENAME = "rename"
"""The kind of the question for somebody's new name; with it is kept `person_id`."""


# Names and forms of address


def ask_name(work: Work, tap: views.ChangeName) -> views.AskNameView:
    """Ask for somebody's new name; the next text of this chat is it."""
    found = manageable(work, tap.person_id)
    work.ask(RENAME, {"person_id": found.id})
    return views.AskNameView(found.address, of=found.called)


def take_name(work: Work, data: dict[str, Any], text: str) -> Reply:
    """The answer to `ask_name`; what to say to it."""
    found = manageable(work, int(data["person_id"]))
    name = parsing.official_name(text)
    if name is None:
        work.ask(RENAME, data)
        return Reply("name_question", {"fault": True, "person_id": found.id})
    work.tx.people.set_name(found.id, name)
    facts = {"person_id": found.id, "was": found.name, "name": name}
    work.tx.journal.note("renamed", work.now, work.person.id, **facts)
    _tell_corrected(work, found)
    return done_reply(done(Done.NAME_CHANGED, name=name))


def change_address(work: Work, tap: views.ChangeAddress) -> tuple[DoneView, View]:
    """Speak to somebody as Bapak or Ibu from now on."""
    found = manageable(work, tap.person_id)
    work.tx.people.set_address(found.id, tap.address)
    work.reload_staff()
    called = replace(found, address=tap.address).called
    _tell_corrected(work, found)
    return done(Done.ADDRESS_CHANGED, name=called), replies.show(work, "person", person_id=found.id)


def _tell_corrected(work: Work, person: Person) -> None:
    by, second = work.person.id, int(work.now.timestamp())
    if by != person.id:
        notice = notices.ProfileCorrected(by)
        work.notify(notice, [person.id], f"corrected:{person.id}:{second}")


# Roles


def give_role(work: Work, tap: views.GiveRole | views.GiveAnyway) -> View:
    """Give somebody another role; its open tasks come to them at once. Before a leading role gets
    one more holder, that is shown."""
    found = manageable(work, tap.person_id)
    chosen = choose_role(work.office, tap.role, tap.unit)
    if isinstance(chosen, views.RoleMenuView):
        return replace(chosen, person=found)
    role, unit = chosen
    title, by = role_name(work.office, role, unit).title, work.person.id
    name = names_apart(work)[found.id]
    if found.id not in [h.person_id for h in leading_holders(work, role, unit)]:
        seen = tap.seen if isinstance(tap, views.GiveAnyway) else None

        def anyway(count: int) -> views.GiveAnyway:
            return views.GiveAnyway(found.id, count, role, unit)

        if question := look_before(work, name, role, unit, seen, anyway):
            return question
    holding_id = work.tx.people.grant(found.id, role, unit, Capacity.DEFINITIF, work.now)
    if holding_id is None:
        raise Refuse(PeopleRefused.ALREADY_HELD, role=title)
    work.tx.journal.note("role_given", work.now, by, person_id=found.id, role=role, unit=unit)
    runs.staff_changed(work, frozenset([role]))
    if by != found.id:
        notice = notices.RoleChanged(role, unit, given=True)
        work.notify(notice, [found.id], f"role:{holding_id}:given")
    announce_grant(work, holding_id, by)
    work.notify(CommandMenu(), [found.id], "menu")
    return done(Done.ROLE_GIVEN, name=name, role=title)


def _held(work: Work, holding_id: int) -> tuple[Holding, Person]:
    """A holding that who asks may take back, and whose it is.

    Raises:
        Refuse: there is none, or they may not manage that person.
    """
    work.require(MANAGE_PEOPLE)
    holding = work.tx.people.holding(holding_id, work.now)
    if holding is None:
        raise Refuse(Refused.PERSON_GONE)
    return holding, manageable(work, holding.person_id)


def ask_take(work: Work, tap: views.AskTake) -> View:
    """Show what taking a role back would mean, before it is done."""
    holding, found = _held(work, tap.holding_id)
    if holding.capacity is not Capacity.DEFINITIF:
        return acting.ask_end(work, AskEnd(holding.id))
    waiting = runs.open_tasks(work.tx.runs.running(), found.id, work.state)
    title = role_name(work.office, holding.role, holding.unit)
    alone = views.is_alone(work, holding)
    name = names_apart(work)[found.id]
    return views.TakeQuestionView(holding.id, name, title, waiting, alone)


def take_role(work: Work, tap: views.TakeRole) -> View:
    """End a holding; what waited for this person waits for them no longer."""
    holding, found = _held(work, tap.holding_id)
    if holding.capacity is not Capacity.DEFINITIF:
        return acting.end_holding(work, holding.id)
    role, unit, by = holding.role, holding.unit, work.person.id
    work.tx.people.revoke(holding.id, work.now)
    work.tx.journal.note("role_taken", work.now, by, person_id=found.id, role=role, unit=unit)
    runs.staff_changed(work, frozenset([role]))
    if by != found.id:
        notice = notices.RoleChanged(role, unit, given=False)
        work.notify(notice, [found.id], f"role:{holding.id}:taken")
    work.notify(CommandMenu(), [found.id], "menu")
    title = role_name(work.office, role, unit).title
    return done(Done.ROLE_TAKEN, name=found.called, role=title)


# Leaving


def ask_remove(work: Work, tap: views.AskRemove) -> views.RemoveQuestionView:
    """Show what removing somebody would mean, before it is done."""
    found = _removable(work, tap.person_id)
    waiting = runs.open_tasks(work.tx.runs.running(), found.id, work.state)
    vacant = tuple(
        role_name(work.office, h.role, h.unit)
        for h in work.staff.holdings_of(found.id)
        if views.is_alone(work, h)
    )
    return views.RemoveQuestionView(found, roles_of(found.id, work.state), waiting, vacant)


def remove(work: Work, tap: views.RemovePerson) -> DoneView:
    """Somebody no longer works with the bot. Their name stays on what they confirmed."""
    found, tx = _removable(work, tap.person_id), work.tx
    roles = work.staff.roles_of(found.id)
    tx.people.revoke_all(found.id, work.now)
    # The menu row has to be written while the person still counts as staff.
    work.notify(CommandMenu(), [found.id], "menu")
    tx.people.leave(found.id, work.now)
    tx.outbox.retire_cards(found.id, work.now)
    tx.people.answered(found.chat_id)
    tx.journal.note("removed", work.now, work.person.id, person_id=found.id)
    runs.staff_changed(work, roles)
    return done(Done.REMOVED, name=found.called)


def _removable(work: Work, person_id: int) -> Person:
    found = manageable(work, person_id)
    if found.admin and len(work.staff.admins()) == 1:
        raise Refuse(PeopleRefused.LAST_ADMIN)
    if found.id == work.person.id:
        # No button of ours offers it: nobody locks themselves out by a slip.
        raise Refuse(Refused.BUTTON_OLD)
    return found


# Who can be reached


def blocked(work: Work) -> None:
    """Somebody blocked the bot: those who depend on them hear of it."""
    if work.somebody is not None:
        unreachable(work, work.somebody)


def unblocked(work: Work) -> None:
    """Somebody can be reached again: the cards of their open tasks are sent after all."""
    if work.somebody is not None:
        outbox.reached(work, work.somebody.id)


def unreachable(work: Work, person: Person) -> None:
    """Note that Telegram refuses messages to somebody; tell the owner the first time."""
    if not work.tx.people.set_reachable(person.id, False):
        return
    work.tx.journal.note("unreachable", work.now, person.id)
    told = [p for p in helpers(work.state) if p != person.id]
    told = told or [p for p in work.staff.admins() if p != person.id]
    key = f"unreachable:{person.id}:{int(work.now.timestamp())}"
    work.notify(notices.PersonUnreachable(person.id), told, key)


def _role_menu(work: Work, args: Args) -> views.RoleMenuView:
    menu = views.role_menu(work, args)
    if menu.person is None and menu.role is None:
        return replace(menu, unused=len(invitations.still_open(work)))
    return menu


FEATURE = Feature(
    "people",
    commands=(
        Command(
            "pegawai",
            replies.shows("people"),
            MANAGE_PEOPLE,
            Topic.PEGAWAI,
            "Pegawai dan perannya",
            "melihat dan mengubah data pegawai beserta perannya",
        ),
    ),
    taps={
        views.TurnPeople: lambda work, tap: replies.show(work, "people"),
        views.ShowPerson: lambda work, tap: replies.show(work, "person", person_id=tap.person_id),
        views.ChooseRole: lambda work, tap: replies.show(
            work, "role_menu", person_id=tap.person_id
        ),
        views.ChangeName: ask_name,
        views.ChangeAddress: change_address,
        views.GiveRole: give_role,
        views.GiveAnyway: give_role,
        views.AskTake: ask_take,
        views.TakeRole: take_role,
        views.AskRemove: ask_remove,
        views.RemovePerson: remove,
        views.HandOverRole: handover.ask,
        views.HandTo: handover.hand_over,
        views.FillRole: handover.ask_to_fill,
        invitations.CancelInvitation: invitations.cancel,
        invitations.TurnInvitations: lambda work, tap: replies.show(work, "open_invitations"),
    },
    views={
        "people": NamedView(views.people, MANAGE_PEOPLE),
        "person": NamedView(views.person, MANAGE_PEOPLE),
        "role_menu": NamedView(_role_menu, INVITE),
        "open_invitations": NamedView(invitations.show, INVITE),
        "name_question": NamedView(views.name_question, for_all=True),
    },
    notices={
        notices.LeadingRoleGranted: Drawn(views.draw_grant, "pemberian peran pimpinan"),
        notices.RoleChanged: Drawn(views.draw_role_changed, "perubahan peran"),
        notices.PersonUnreachable: Drawn(views.draw_unreachable, "pegawai tidak terjangkau"),
        CommandMenu: Drawn(views.draw_menu, "menu perintah", for_all=True),
    },
    questions={RENAME: Question(take_name)},
    asks={
        views.AskNameView: (RENAME, views.OWN_NAME),
        views.NameCheckView: (views.OWN_NAME,),
        **dict.fromkeys(
            (
                views.PeopleView,
                views.PersonView,
                views.RoleMenuView,
                views.TakeQuestionView,
                views.GiveQuestionView,
                views.RemoveQuestionView,
                invitations.OpenInvitationsView,
                handover.HandOverView,
                handover.FillRoleView,
            ),
            (),
        ),
    },
    words={
        views.PersonView: texts.say_person,
        views.RoleMenuView: texts.say_role_menu,
        views.AskNameView: texts.say_name_question,
        views.NameCheckView: texts.say_name_check,
        views.TakeQuestionView: texts.say_take_question,
        views.GiveQuestionView: texts.say_give_question,
        views.RemoveQuestionView: texts.say_remove_question,
        views.RoleGrantedView: texts.say_grant,
        views.RoleChangedView: texts.say_role_changed,
        views.UnreachableView: texts.say_unreachable,
        handover.HandOverView: handover.say_hand_over,
        handover.FillRoleView: handover.say_fill,
    },
    pages={
        views.PeopleView: texts.say_people,
        invitations.OpenInvitationsView: invitations.say_open,
    },
    refusals=texts.REFUSALS,
    done=texts.DONE,
    hooks={
        Hook.BLOCKED: blocked,
        Hook.UNBLOCKED: unblocked,
        Hook.UNREACHABLE: unreachable,
    },
    journal=texts.JOURNAL,
)
