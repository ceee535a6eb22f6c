"""How people come to the bot: invitations, the claim link, and saying who one is.

Codes are stored only as hashes. Whoever opens an invitation has used it up at once, and
takes the seat when they have said address and name, if the invitation is still good then:
not expired, and from somebody who may still invite.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.access import KEPALA_DINAS, SEKRETARIS, LegacyPermission, may
from bot.domain.assignment import helpers
from bot.domain.notices import (
    AccountMoved,
    CommandMenu,
    LeadingRoleGranted,
    PersonJoined,
    Reply,
)
from bot.domain.people import Address, Holding, Person, Staff
from bot.domain.run import Capacity
from bot.domain.sop import Office, OfficeUnit, Role
from bot.store import Transaction
from bot.store.outbox import NewDelivery
from bot.store.people import Invitation, Newcomer
from bot.usecases import reading, runs
from bot.usecases.desk import Request, Scene, Services, respond, scene, staff_of, tell, who
from bot.usecases.views import (
    AskNameView,
    Fact,
    InvitationView,
    Refused,
    RefusedView,
    RoleMenuView,
    View,
    role_name,
)

INVITATION_LASTS = timedelta(days=7)
NAME_LENGTH = range(3, 101)
"""Letters of an official name with titles: "Ani" is one; a hundred is a slip."""


_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters by Unicode's word, but nothing to be seen: no name is made of them."""


def invite(
    services: Services, request: Request, role_text: str, unit_text: str | None, now: datetime
) -> View:
    """A fresh invitation to a role, or the menu of units, or why not.

    The code in the view is its only copy: whoever gets the view sends it, and stores it
    nowhere.
    """
    with services.store.begin(request.update_id, now) as tx:
        return _invite(
            services, tx, scene(services, tx, request.chat_id, now), role_text, unit_text, now
        )


def invite_by_command(
    services: Services, request: Request, role_text: str, unit_text: str | None, now: datetime
) -> InvitationView | None:
    """Like `invite`, for somebody who typed it: None where the answer waits in the outbox."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if reading.talks_too_much(tx, here, request, now):
            return None
        view = _invite(services, tx, here, role_text, unit_text, now)
        match view:
            case InvitationView():
                return view
            case RoleMenuView():
                respond(tx, request, here.person, Reply("role_menu", {"role": view.role}), now)
            case RefusedView():
                respond(tx, request, here.person, reading.refusal(view), now)
        return None


def _invite(
    services: Services,
    tx: Transaction,
    here: Scene,
    role_text: str,
    unit_text: str | None,
    now: datetime,
) -> InvitationView | RoleMenuView | RefusedView:
    if refused := reading.refuse(services, here, LegacyPermission.INVITE):
        return refused
    office = services.catalog.office
    chosen = choose_role(office, role_text, unit_text)
    if isinstance(chosen, RefusedView | RoleMenuView):
        return chosen
    role, unit = chosen
    assert here.person is not None  # noqa: S101 - `refuse` has let only people through
    code = secrets.token_urlsafe(18)
    unit_code = unit.code if unit else None
    expires = now + INVITATION_LASTS
    tx.people.invite(_hash(code), role.code, unit_code, here.person.id, now, expires)
    tx.journal.note("invited", now, here.person.id, role=role.code, unit=unit_code)
    return InvitationView(code, role_name(office, role.code, unit_code), expires)


def invite_to_move(services: Services, request: Request, person_id: int, now: datetime) -> View:
    """A fresh invitation by which somebody who has joined comes to another Telegram account.

    For who has lost the phone: person, roles, tasks and name stay; the old account loses them.
    """
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if refused := reading.refuse(services, here, LegacyPermission.MANAGE_PEOPLE):
            return refused
        person = here.staff.person(person_id)
        if person is None or here.person is None:
            return RefusedView(Refused.PERSON_GONE, {})
        if person.admin and not here.person.admin:
            return RefusedView(Refused.ADMIN_ONLY, {})
        code = secrets.token_urlsafe(18)
        expires = now + INVITATION_LASTS
        tx.people.invite(_hash(code), None, None, here.person.id, now, expires, person_id)
        tx.journal.note("invited_to_move", now, here.person.id, person_id=person_id)
        return InvitationView(code, None, expires, person.called)


def claim_link(services: Services, now: datetime) -> str | None:
    """A new claim code for the first admin; None where there is an admin already.

    An earlier code that nobody used is worthless from now on, also where the settings have
    come to name an admin since.
    """
    with services.store.begin() as tx:
        tx.people.drop_claims()
        if services.admin_ids or tx.people.has_admin():
            return None
        code = secrets.token_urlsafe(18)
        tx.people.invite(_hash(code), None, None, None, now, now + INVITATION_LASTS)
        return code


def open_link(services: Services, request: Request, code: str, now: datetime) -> None:
    """/start with a code: take the seat it is for, then say who one is."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        invitation = tx.people.invitation(_hash(code))
        refused = _invalid(services, invitation, here.staff, now)
        if refused or invitation is None:
            if not reading.talks_too_much(tx, here, request, now):
                answer = reading.refusal(refused or RefusedView(Refused.BUTTON_OLD, {}))
                respond(tx, request, here.person, answer, now)
            return
        if invitation.moves is not None:
            answer = _move(services, tx, request, here, invitation, now)
            arrived = who(staff_of(services, tx, now), request.chat_id)
            respond(tx, request, arrived, answer, now)
            return
        person_id = tx.people.welcome(request.chat_id, now, admin=invitation.role is None)
        joined = who(staff_of(services, tx, now), request.chat_id)
        if joined is not None and not _take_seat(tx, person_id, invitation, now):
            held = role_name(services.catalog.office, invitation.role or "", invitation.unit)
            already = RefusedView(Refused.ALREADY_HELD, {"role": held.title})
            respond(tx, request, here.person, reading.refusal(already), now)
            return
        tx.people.use(invitation.id, person_id, now)
        if invitation.role is None:
            tx.people.drop_claims()
        fields = {"role": invitation.role, "unit": invitation.unit}
        tx.journal.note("invitation_used", now, person_id, **fields)
        if joined is not None:
            _seated(services, tx, joined, now)
        respond(tx, request, joined, Reply("welcome", {}), now)


def _move(
    services: Services,
    tx: Transaction,
    request: Request,
    here: Scene,
    invitation: Invitation,
    now: datetime,
) -> Reply:
    """Somebody who has joined comes from another account: everything of theirs comes along."""
    facts: dict[str, Fact] = {"owner": reading.owner_title(services.catalog.office)}
    person = here.staff.person(invitation.moves or 0)
    by = here.staff.person(invitation.created_by or 0)
    if person is None or by is None or (person.admin and not by.admin):
        return reading.refusal(RefusedView(Refused.INVITATION_EXPIRED, facts))
    if here.person is not None:
        mine = here.person.id == person.id
        reason = Refused.ACCOUNT_SAME if mine else Refused.ACCOUNT_TAKEN
        return reading.refusal(RefusedView(reason, {}))
    tx.people.use(invitation.id, person.id, now)
    tx.people.answered(person.chat_id)
    tx.people.move(person.id, request.chat_id)
    tx.journal.note("account_moved", now, by.id, person_id=person.id)
    staff = staff_of(services, tx, now)
    tx.outbox.move(person.id, request.chat_id, tx.runs.open_task_ids(), now)
    notice = AccountMoved(person.id, by.id)
    key = f"moved:{invitation.id}"
    # To the old account as well: whoever did not want this hears of it there.
    tx.outbox.put(
        [
            NewDelivery(f"{key}:menu", person.chat_id, None, CommandMenu()),
            NewDelivery(f"{key}:old", person.chat_id, None, notice),
        ],
        now,
    )
    leading = any(services.catalog.office.known(r).leading for r in staff.roles_of(person.id))
    watching = {by.id, *staff.admins()}
    watching |= {*staff.ids([SEKRETARIS, KEPALA_DINAS])} if leading else set()
    tell(tx, notice, sorted(watching - {person.id}), staff, now, key)
    tell(tx, CommandMenu(), [person.id], staff, now, f"{key}:new")
    return Reply("welcome", {})


def withdraw(services: Services, code: str) -> None:
    """The link could not be shown to the inviter: nobody has it, and nobody shall."""
    with services.store.begin() as tx:
        tx.people.withdraw(_hash(code))


def begin(services: Services, request: Request, now: datetime) -> None:
    """/start without a code: an admin of the settings comes in; others get their help."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if here.person is None and request.chat_id in services.admin_ids:
            tx.people.welcome(request.chat_id, now)
        elif reading.talks_too_much(tx, here, request, now):
            return
        respond(tx, request, here.person, Reply("help", {}), now)


def choose_address(services: Services, request: Request, address: Address, now: datetime) -> View:
    """The newcomer's answer to "Bapak or Ibu"; the name is asked next."""
    with services.store.begin(request.update_id, now) as tx:
        newcomer = tx.people.by_chat(request.chat_id)
        if newcomer is None:
            here = scene(services, tx, request.chat_id, now)
            return reading.refuse(services, here) or RefusedView(Refused.BUTTON_OLD, {})
        if newcomer.name is not None:
            return RefusedView(Refused.BUTTON_OLD, {})
        tx.people.set_address(newcomer.id, address)
        return AskNameView(address)


def take_name(
    services: Services, tx: Transaction, newcomer: Newcomer, text: str, now: datetime
) -> tuple[Person | None, Reply]:
    """A newcomer's free text is their official name; what to answer, and who they are now."""
    if newcomer.address is None:
        return None, Reply("help", {})
    name = official_name(text)
    if name is None:
        return None, Reply("name_question", {"fault": True, "chat_id": newcomer.chat_id})
    staff = staff_of(services, tx, now)
    opened = tx.people.invitations_used_by(newcomer.id)
    good = [i for i in opened if not _stale(i, staff, now)]
    if opened and not good:
        tx.people.leave(newcomer.id, now)
        facts: dict[str, Fact] = {"owner": reading.owner_title(services.catalog.office)}
        return None, reading.refusal(RefusedView(Refused.INVITATION_EXPIRED, facts))
    tx.people.set_name(newcomer.id, name)
    for invitation in good:
        _take_seat(tx, newcomer.id, invitation, now)
    tx.journal.note("joined", now, newcomer.id)
    joined = who(staff_of(services, tx, now), newcomer.chat_id)
    assert joined is not None  # noqa: S101 - the name was all that was missing
    _seated(services, tx, joined, now)
    return joined, Reply("welcome", {})


def official_name(text: str) -> str | None:
    """The name as it will be printed, in one line without control signs; None if it is none."""
    line = " ".join(text.split())
    line = "".join(
        c for c in line if not unicodedata.category(c).startswith("C") and c not in _INVISIBLE
    ).strip()
    if len(line) not in NAME_LENGTH or not any(c.isalpha() for c in line):
        return None
    return line


def choose_role(
    office: Office, role_text: str, unit_text: str | None
) -> tuple[Role, OfficeUnit | None] | RoleMenuView | RefusedView:
    """The role and unit that these words mean, the menu of units, or what is wrong."""
    inside = [role for role in office.roles if not role.external]
    role = _named(role_text, [(r, r.code, r.name) for r in office.roles])
    if role is None:
        known = ", ".join(r.code for r in inside)
        return RefusedView(Refused.UNKNOWN_ROLE, {"text": role_text[:40], "known": known})
    if role.external:
        return RefusedView(Refused.ROLE_OUTSIDE, {"role": role.name})
    if not role.has_units:
        if unit_text:
            return RefusedView(Refused.UNIT_NOT_WANTED, {"role": role.name})
        return role, None
    units = reading.units_of(office, role.code)
    if not unit_text:
        choices = tuple((u.code, role_name(office, role.code, u.code).title) for u in units)
        return RoleMenuView(choices, role.code, role.name)
    unit = _named(unit_text, [(u, u.code, u.name) for u in units])
    if unit is None:
        known = ", ".join(u.code for u in units)
        return RefusedView(Refused.UNKNOWN_UNIT, {"text": unit_text[:40], "known": known})
    return role, unit


def announce_grant(
    services: Services, tx: Transaction, holding: Holding, by: int | None, now: datetime
) -> None:
    """A leading role was given: its other holders and the admins hear of it at once."""
    if not services.catalog.office.known(holding.role).leading:
        return
    staff = staff_of(services, tx, now)
    told = {*staff.ids([holding.role]), *staff.admins()} - {holding.person_id}
    notice = LeadingRoleGranted(holding.person_id, holding.role, holding.unit, holding.capacity, by)
    tell(tx, notice, sorted(told), staff, now, f"granted:{holding.id}")


def _seated(services: Services, tx: Transaction, person: Person, now: datetime) -> None:
    """Somebody begins to count: runs, inviters, leaders and their own menu hear of it."""
    holdings = staff_of(services, tx, now).holdings_of(person.id)
    staff = runs.staff_changed(services, tx, frozenset(h.role for h in holdings), now)
    inviters = {(i.role, i.unit): i.created_by for i in tx.people.invitations_used_by(person.id)}
    for holding in holdings:
        by = inviters.get((holding.role, holding.unit))
        notice = PersonJoined(person.id, holding.id, holding.role, holding.unit)
        told = (by,) if by and staff.person(by) else helpers(services.state(staff))
        tell(tx, notice, told, staff, now, f"joined:{holding.id}")
        announce_grant(services, tx, holding, by, now)
    tell(tx, CommandMenu(), [person.id], staff, now, "menu")


def _take_seat(tx: Transaction, person_id: int, invitation: Invitation, now: datetime) -> bool:
    """Hold the role that an invitation is for; False if the person holds it already."""
    if invitation.role is None:
        return True
    granted = tx.people.grant(person_id, invitation.role, invitation.unit, Capacity.DEFINITIF, now)
    return granted is not None


def _stale(invitation: Invitation, staff: Staff, now: datetime) -> bool:
    """Whether nobody may take this seat any more: too late, or the inviter may not invite."""
    by = invitation.created_by
    return invitation.expires_at <= now or (
        by is not None and not may(LegacyPermission.INVITE, by, staff)
    )


def _invalid(
    services: Services, invitation: Invitation | None, staff: Staff, now: datetime
) -> RefusedView | None:
    facts: dict[str, Fact] = {"owner": reading.owner_title(services.catalog.office)}
    if invitation is None:
        return RefusedView(Refused.INVITATION_UNKNOWN, facts)
    if invitation.used_at is not None:
        return RefusedView(Refused.INVITATION_USED, facts)
    if _stale(invitation, staff, now):
        return RefusedView(Refused.INVITATION_EXPIRED, facts)
    return None


_Choice = TypeVar("_Choice")


def _named(text: str, choices: list[tuple[_Choice, str, str]]) -> _Choice | None:
    """What somebody means by a code or a name, whatever its capitals and spaces."""
    wanted = _folded(text)
    return next((c for c, code, name in choices if wanted in (_folded(code), _folded(name))), None)


def _folded(text: str) -> str:
    return "_".join(text.casefold().replace("_", " ").split())


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
