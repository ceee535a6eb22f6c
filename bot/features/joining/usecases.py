"""/start and /undang: invitations, the claim link, and saying who one is. Codes are stored only as
hashes. Opening an invitation uses it up; it must still be good when the name is said."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from bot.domain import parsing
from bot.domain.access import KEPALA_DINAS, SEKRETARIS, may
from bot.domain.assignment import helpers
from bot.domain.notices import AccountMoved, CommandMenu, PersonJoined, Reply
from bot.domain.people import Address, Person
from bot.domain.run import Capacity
from bot.features import replies, runs
from bot.features.answers import Refuse, refusal
from bot.features.feature import Command, Drawn, Feature, Hook, NamedView, Topic, View, Words
from bot.features.joining import texts, views
from bot.features.joining.views import InvitationView, JoiningRefused
from bot.features.naming import owner_title, role_name
from bot.features.people import views as people
from bot.features.people.roles import announce_grant, choose_role, look_before, manageable
from bot.features.people.usecases import give_role
from bot.features.people.views import INVITE, GiveQuestionView, RoleMenuView
from bot.features.replies import HELP, WELCOME
from bot.features.work import Args, Services, Work
from bot.store.outbox import NewDelivery
from bot.store.people import Invitation, Newcomer

INVITATION_LASTS = timedelta(days=7)

_ADDRESSES = {
    **dict.fromkeys(("bapak", "pak", "bpk"), Address.BAPAK),
    **dict.fromkeys(("ibu", "bu"), Address.IBU),
}

TYPED_NAMES = 1000
"""The names that a newcomer types one after the other are numbered up to here."""

# Inviting


def show_or_invite(work: Work, typed: Words) -> View:
    """/undang [role] [unit]: the link at once, for its code is stored nowhere; or a menu."""
    if not typed.words:
        return Reply("role_menu", {})
    made = _invite(work, " ".join(typed.words), None)
    if isinstance(made, RoleMenuView) and made.role:
        return Reply("role_menu", {"role": made.role.code})
    if isinstance(made, GiveQuestionView) and isinstance(made.yes, views.InviteAnyway):
        return Reply("invite_question", {"role": made.yes.role, "unit": made.yes.unit})
    return made


def invite_to_move(work: Work, tap: people.MoveAccount) -> InvitationView:
    """A fresh invitation to come to another Telegram account; the old account loses everything."""
    person, by = manageable(work, tap.person_id), work.person.id
    code, expires = _issue(work, None, None, by, moves=person.id)
    work.tx.journal.note("invited_to_move", work.now, by, person_id=person.id)
    return InvitationView(code, None, expires, person.called)


def withdraw(work: Work, view: InvitationView) -> None:
    """The link could not be shown to the inviter: nobody has it, and nobody shall."""
    work.tx.people.withdraw(_hash(view.code))


def claim_link(services: Services, now: datetime) -> str | None:
    """A claim code for the first admin, in the place of earlier ones; None where there is one."""
    with services.begin(now) as work:
        work.tx.people.drop_claims()
        if services.admin_ids or work.tx.people.has_admin():
            return None
        return _issue(work, None, None, None)[0]


def _invite(
    work: Work, role_text: str, unit_text: str | None, seen: int | None = None
) -> InvitationView | RoleMenuView | GiveQuestionView:
    """A fresh invitation; before a leading role gets one more holder that is shown, unless as many
    holders were `seen`."""
    work.require(INVITE)
    chosen = choose_role(work.office, role_text, unit_text)
    if isinstance(chosen, RoleMenuView):
        return chosen
    (role, unit), by = chosen, work.person.id
    if question := _look_before(work, role, unit, seen):
        return question
    code, expires = _issue(work, role, unit, by)
    work.tx.journal.note("invited", work.now, by, role=role, unit=unit)
    title = role_name(work.office, role, unit)
    return InvitationView(code, title, expires, by=work.person.called)


def _look_before(
    work: Work, role: str, unit: str | None, seen: int | None
) -> GiveQuestionView | None:
    return look_before(work, None, role, unit, seen, lambda n: views.InviteAnyway(n, role, unit))


def _invite_question(work: Work, args: Args) -> View:
    """Whether to invite somebody to a leading role that others hold; the roles, where none does."""
    role, unit = str(args["role"]), args.get("unit")
    question = _look_before(work, role, str(unit) if unit else None, None)
    return question or replies.show(work, "role_menu")


def _issue(
    work: Work, role: str | None, unit: str | None, by: int | None, moves: int | None = None
) -> tuple[str, datetime]:
    code, expires = secrets.token_urlsafe(18), work.now + INVITATION_LASTS
    work.tx.people.invite(_hash(code), role, unit, by, work.now, expires, moves)
    return code, expires


# Coming in


def start(work: Work, typed: Words) -> Reply:
    """/start, with the code of an invitation; without, only an admin of the settings comes in."""
    if typed.words:
        return _open(work, typed.words[0])
    chat_id = _chat(work)
    named = work.somebody is None and chat_id in work.services.admin_ids
    if named and work.tx.people.by_chat(chat_id) is None:
        work.tx.people.welcome(chat_id, work.now)
        return Reply("welcome", {})
    if work.somebody is not None:
        # A bot that they had not started could set them no menu.
        work.notify(CommandMenu(), [work.somebody.id], "menu")
    return Reply(HELP, {})


def _open(work: Work, code: str) -> Reply:
    """With a code: take the role that it is for, then say who one is. Whoever is in the middle of
    that and opens a link that is no good is asked again."""
    try:
        invitation = _valid(work, code)
    except Refuse:
        if work.somebody is None and work.tx.people.by_chat(_chat(work)) is not None:
            return Reply(HELP, {})
        raise
    if invitation.moves is not None:
        return _move(work, invitation)
    person_id = work.tx.people.welcome(_chat(work), work.now, admin=invitation.role is None)
    work.reload_staff()
    joined = work.somebody is not None
    if joined and not _take_role(work, person_id, invitation):
        held = role_name(work.office, invitation.role or "", invitation.unit)
        return refusal(Refuse(people.PeopleRefused.ALREADY_HELD, role=held.title))
    work.tx.people.use(invitation.id, person_id, work.now)
    if invitation.role is None:
        work.tx.people.drop_claims()
    fields = {"role": invitation.role, "unit": invitation.unit}
    work.tx.journal.note("invitation_used", work.now, person_id, **fields)
    if joined:
        _announce_joining(work)
    return Reply("welcome", {})


def _move(work: Work, invitation: Invitation) -> Reply:
    """Somebody who has joined comes from another account: everything of theirs comes along."""
    person = work.staff.person(invitation.moves or 0)
    by = work.staff.person(invitation.created_by or 0)
    if person is None or by is None or (person.admin and not by.admin):
        return refusal(_expired(work))
    if work.somebody is not None:
        mine = work.somebody.id == person.id
        raise Refuse(JoiningRefused.ACCOUNT_SAME if mine else JoiningRefused.ACCOUNT_TAKEN)
    tx, chat_id = work.tx, _chat(work)
    tx.people.use(invitation.id, person.id, work.now)
    tx.people.answered(person.chat_id)
    work.answered()
    tx.people.move(person.id, chat_id)
    tx.journal.note("account_moved", work.now, by.id, person_id=person.id)
    work.reload_staff()
    tx.outbox.move(person.id, chat_id, tx.runs.open_task_ids(), work.now)
    _tell_moved(work, person, by, f"moved:{invitation.id}")
    return Reply("welcome", {})


def _tell_moved(work: Work, person: Person, by: Person, key: str) -> None:
    """The old account and who watches over people hear of it. `person` is as before."""
    notice = AccountMoved(person.id, by.id)
    former = [
        NewDelivery(f"{key}:menu", person.chat_id, None, CommandMenu()),
        NewDelivery(f"{key}:old", person.chat_id, None, notice),
    ]
    work.tx.outbox.put(former, work.now)
    leading = any(work.office.known(r).leading for r in work.staff.roles_of(person.id))
    leaders = work.staff.ids([SEKRETARIS, KEPALA_DINAS]) if leading else ()
    watching = {by.id, *work.staff.admins(), *leaders}
    work.notify(notice, sorted(watching - {person.id}), key)
    work.notify(CommandMenu(), [person.id], f"{key}:new")


# Saying who one is


def choose_address(work: Work, tap: views.ChooseAddress) -> View:
    """The newcomer's answer to "Bapak or Ibu"; the name is asked next."""
    work.tx.people.set_address(views.newcomer(work).id, tap.address)
    return views.next_question(work, again=False)


def take_name(work: Work, text: str) -> Reply:
    """A newcomer's free text is their official name, which is shown before it is kept; or it says
    Bapak or Ibu."""
    newcomer = views.newcomer(work)
    if (address := _ADDRESSES.get(text.strip(" .,!").casefold())) is not None:
        work.tx.people.set_address(newcomer.id, address)
        return Reply("name_question", {"chat_id": newcomer.chat_id})
    if newcomer.address is None:
        return Reply(HELP, {})
    name = parsing.official_name(text)
    if name is None:
        return Reply("name_question", {"fault": True, "chat_id": newcomer.chat_id})
    _remember(work, newcomer, name)
    return Reply("welcome", {})


def correct_name(work: Work, tap: views.CorrectName) -> View:
    """The newcomer types the name once more."""
    _remember(work, views.newcomer(work), None)
    return views.next_question(work, again=False)


def _remember(work: Work, newcomer: Newcomer, name: str | None) -> None:
    number = (views.typed_name(work, newcomer)[1] + 1) % TYPED_NAMES
    data = {"name": name, "number": number}
    work.tx.people.ask(newcomer.chat_id, views.JOIN_NAME, data, work.now + INVITATION_LASTS)


def confirm_name(work: Work, tap: views.ConfirmName) -> View:
    """The newcomer's name is right: they have joined. Of two taps the second finds it done, and an
    older name is not kept: the newest is shown."""
    if work.somebody is not None:
        return replies.show(work, WELCOME)
    newcomer = views.newcomer(work)
    name, number = views.typed_name(work, newcomer)
    if name is None or number != tap.number:
        return views.next_question(work, again=False)
    work.answered()
    opened = work.tx.people.invitations_used_by(newcomer.id)
    good = [i for i in opened if not _stale(work, i)]
    if opened and not good:
        work.tx.people.leave(newcomer.id, work.now)
        return _expired(work).view
    work.tx.people.set_name(newcomer.id, name)
    for invitation in good:
        _take_role(work, newcomer.id, invitation)
    work.tx.journal.note("joined", work.now, newcomer.id)
    _announce_joining(work)
    return replies.show(work, WELCOME)


def hold_owners_role(work: Work, tap: views.HoldOwnersRole) -> View:
    """The first admin is the owner of the SOPs as well."""
    return give_role(work, people.GiveRole(work.person.id, work.office.owner_role))


def _announce_joining(work: Work) -> None:
    """Who asks holds roles from now on: runs, inviters, leaders and their own menu hear of it."""
    work.reload_staff()
    person = work.person
    holdings = work.staff.holdings_of(person.id)
    staff = runs.staff_changed(work, frozenset(h.role for h in holdings))
    used = work.tx.people.invitations_used_by(person.id)
    inviters = {(i.role, i.unit): i.created_by for i in used}
    for holding in holdings:
        by = inviters.get((holding.role, holding.unit))
        notice = PersonJoined(person.id, holding.id, holding.role, holding.unit)
        told = (by,) if by and staff.person(by) else helpers(work.state)
        work.notify(notice, told, f"joined:{holding.id}")
        announce_grant(work, holding.id, by)
    work.notify(CommandMenu(), [person.id], "menu")


def _take_role(work: Work, person_id: int, invitation: Invitation) -> bool:
    """Hold the role that an invitation is for; False if the person holds it already."""
    role, unit = invitation.role, invitation.unit
    if role is None:
        return True
    granted = work.tx.people.grant(person_id, role, unit, Capacity.DEFINITIF, work.now)
    return granted is not None


# Invitations


def _valid(work: Work, code: str) -> Invitation:
    """The invitation of this code; refused where there is none, or it is good no longer."""
    found = work.tx.people.invitation(_hash(code))
    if found is None:
        raise Refuse(JoiningRefused.INVITATION_UNKNOWN, owner=owner_title(work.office))
    if found.used_at is not None:
        raise Refuse(JoiningRefused.INVITATION_USED, owner=owner_title(work.office))
    if _stale(work, found):
        raise _expired(work)
    return found


def _stale(work: Work, invitation: Invitation) -> bool:
    """Whether nobody may use it any more: too late, or the inviter may not invite."""
    by = invitation.created_by
    return invitation.expires_at <= work.now or (by is not None and not may(INVITE, by, work.staff))


def _expired(work: Work) -> Refuse:
    return Refuse(JoiningRefused.INVITATION_EXPIRED, owner=owner_title(work.office))


def _chat(work: Work) -> int:
    if work.request is None:
        raise LookupError("a newcomer comes by a request")
    return work.request.chat_id


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


FEATURE = Feature(
    "joining",
    commands=(
        Command(
            "undang",
            show_or_invite,
            INVITE,
            Topic.PEGAWAI,
            "Mengundang pegawai",
            "membuat tautan undangan untuk seorang pegawai",
            "[peran] [unit]",
        ),
        Command(
            "start",
            start,
            None,
            Topic.LAINNYA,
            "Membuka Kawal SOP atau menerima undangan",
            "membuka Kawal SOP atau menerima undangan",
            "[kode undangan]",
            for_all=True,
        ),
    ),
    taps={
        people.Invite: lambda work, tap: _invite(work, tap.role, tap.unit),
        views.InviteAnyway: lambda work, tap: _invite(work, tap.role, tap.unit, tap.seen),
        people.MoveAccount: invite_to_move,
        views.ChooseAddress: choose_address,
        views.ConfirmName: confirm_name,
        views.CorrectName: correct_name,
        views.InviteOthers: lambda work, tap: replies.show(work, "role_menu"),
        views.HoldOwnersRole: hold_owners_role,
    },
    views={
        "welcome": NamedView(views.welcome),
        "invite_question": NamedView(_invite_question, INVITE),
    },
    notices={
        PersonJoined: Drawn(views.draw_joined, "pegawai baru"),
        AccountMoved: Drawn(views.draw_moved, "pegawai berganti ponsel", for_all=True),
    },
    words={
        InvitationView: texts.say_invitation,
        views.AskAddressView: texts.say_address_question,
        views.WelcomeView: texts.say_welcome,
        views.JoinedView: texts.say_joined,
        views.AccountMovedView: texts.say_account_moved,
    },
    refusals=texts.REFUSALS,
    show_or_undo={InvitationView: withdraw},
    hooks={Hook.NEWCOMER_VIEW: views.next_question, Hook.NEWCOMER_TEXT: take_name},
    journal=texts.JOURNAL,
)
