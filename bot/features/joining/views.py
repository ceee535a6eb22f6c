"""Joining as it is shown: invitations, the questions of a newcomer, and who hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from bot.domain.notices import AccountMoved, PersonJoined
from bot.domain.people import Address
from bot.features import runs
from bot.features.answers import Refuse, Refused
from bot.features.choosing import names_apart
from bot.features.feature import Sending
from bot.features.naming import Greeting, RoleName, owner_title, role_name, roles_of
from bot.features.people.roles import leading_holders
from bot.features.people.views import MANAGE_PEOPLE, AskNameView, NameCheckView
from bot.features.work import Args, Work
from bot.store.people import Newcomer
from bot.ui.buttons import Code, Index, Show, Tap, digits


class JoiningRefused(StrEnum):
    """Why a link leads nowhere, with the facts of its sentence."""

    INVITATION_UNKNOWN = "invitation_unknown"  # owner: title of the post to ask
    INVITATION_USED = "invitation_used"  # owner
    INVITATION_EXPIRED = "invitation_expired"  # owner
    ACCOUNT_SAME = "account_same"
    ACCOUNT_TAKEN = "account_taken"


class ChooseAddress(Tap, prefix="adr"):
    """A newcomer's own form of address."""

    address: Address


class ConfirmName(Tap, prefix="nmy"):
    """A newcomer's name of this number, as it was typed, is right."""

    number: Index


class CorrectName(Tap, prefix="nmx"):
    """A newcomer types the name once more."""


class InviteAnyway(Tap, prefix="inva", after=Show.BELOW):
    """Invite to a leading role beside so many who hold it; nine stand for more."""

    seen: Annotated[int, digits("[1-9]")]
    role: Code
    unit: Code | None = None


class InviteOthers(Tap, prefix="inm", after=Show.BELOW, reads_only=True):
    """The roles to which somebody can be invited."""


class HoldOwnersRole(Tap, prefix="own", after=Show.BELOW):
    """The first admin holds the role of the owner of the SOPs."""


JOIN_NAME = "join_name"
"""The kind of a newcomer's question: what they typed as their name, and its number."""


@dataclass(frozen=True, slots=True)
class InvitationView:
    """A fresh invitation to `role` by `by`, or (None) to move `moves`; `code` is stored nowhere."""

    code: str
    role: RoleName | None
    expires_at: datetime
    moves: str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class AskAddressView:
    """Welcome; asks Bapak or Ibu. `role` is what the invitation was for. `again`: the newcomer
    wanted something else first."""

    role: RoleName | None
    again: bool = False


@dataclass(frozen=True, slots=True)
class WelcomeView:
    """The person has joined and can begin. `owner` is the role that the first admin has to fill
    before anything can begin: its code and name."""

    greeting: Greeting
    roles: tuple[RoleName, ...]
    open_tasks: int
    owner: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class JoinedView:
    """Somebody joined. `holding_id` is what a button can take back, None if nothing. `others` hold
    the same leading role."""

    name: str
    role: RoleName | None
    holding_id: int | None
    person_id: int
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountMovedView:
    """Somebody has another Telegram account now. `name` None speaks to the old account."""

    name: str | None
    by: str | None


def newcomer(work: Work) -> Newcomer:
    """Whoever asks and has not said name and address yet.

    Raises:
        Refuse: they are from outside, or have joined.
    """
    found = work.tx.people.by_chat(work.request.chat_id) if work.request else None
    if found is None:
        raise Refuse(Refused.OUTSIDER, owner=owner_title(work.office))
    if found.name is not None:
        raise Refuse(Refused.BUTTON_OLD)
    return found


def next_question(work: Work, again: bool) -> AskAddressView | AskNameView | NameCheckView:
    """What a newcomer has not said yet; `again`: they wanted something else first."""
    asked = newcomer(work)
    if asked.address is not None:
        name, number = typed_name(work, asked)
        if name is None:
            return AskNameView(asked.address, again=again)
        return NameCheckView(asked.address, name, ConfirmName(number), CorrectName(), again)
    opened = work.tx.people.invitations_used_by(asked.id)
    if not opened or opened[-1].role is None:
        return AskAddressView(None, again)
    return AskAddressView(role_name(work.office, opened[-1].role, opened[-1].unit), again)


def typed_name(work: Work, asked: Newcomer) -> tuple[str | None, int]:
    """What a newcomer has typed as their name, if it is still to be confirmed, and its number."""
    question = work.tx.people.question(asked.chat_id, work.now)
    if question is None or question.kind != JOIN_NAME:
        return None, 0
    return question.data["name"], question.data["number"]


def welcome(work: Work, args: Args) -> WelcomeView:
    """What the person holds, and what waits for them."""
    person, state, owner = work.person, work.state, work.office.role(work.office.owner_role)
    waiting = runs.open_tasks(work.tx.runs.running(), person.id, state)
    first = person.admin and not work.staff.holders([owner.code])
    unheld = (owner.code, owner.name) if first else None
    return WelcomeView(work.greeting, roles_of(person.id, state), waiting, unheld)


def draw_joined(work: Work, notice: PersonJoined, sending: Sending) -> JoinedView:
    """Who joined, and whether the recipient may still take the role back."""
    people, role = work.tx.people, notice.role
    held = people.holding(notice.holding_id, work.now) if notice.holding_id is not None else None
    names = names_apart(work)
    others = leading_holders(work, role, notice.unit) if role and held else ()
    return JoinedView(
        people.names().get(notice.person_id, "—"),
        role_name(work.office, role, notice.unit) if role else None,
        notice.holding_id if held and work.may(MANAGE_PEOPLE) else None,
        notice.person_id,
        tuple(names.get(h.person_id, "—") for h in others if h.person_id != notice.person_id),
    )


def draw_moved(work: Work, notice: AccountMoved, sending: Sending) -> AccountMovedView | None:
    """Who has another account; a delivery to no person is for the old one."""
    names, recipient = work.tx.people.names(), sending.delivery.person_id
    if recipient is not None and work.staff.person(recipient) is None:
        return None
    moved = names.get(notice.person_id, "—") if recipient is not None else None
    by = names.get(notice.by) if notice.by is not None else None
    return AccountMovedView(moved, by)
