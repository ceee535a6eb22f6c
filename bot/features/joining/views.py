"""Joining as it is shown: invitations, the questions of a newcomer, and who hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.notices import AccountMoved, PersonJoined
from bot.domain.people import Address
from bot.features import runs
from bot.features.answers import Refuse, Refused
from bot.features.feature import Sending
from bot.features.naming import Greeting, RoleName, owner_title, role_name, roles_of
from bot.features.people.views import MANAGE_PEOPLE, AskNameView
from bot.features.work import Args, Work
from bot.store.people import Newcomer
from bot.ui.buttons import Tap


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


@dataclass(frozen=True, slots=True)
class InvitationView:
    """A fresh invitation to `role`, or (None) to move `moves`; `code` is stored nowhere."""

    code: str
    role: RoleName | None
    expires_at: datetime
    moves: str | None = None


@dataclass(frozen=True, slots=True)
class AskAddressView:
    """Welcome; asks Bapak or Ibu. `role` is what the invitation was for."""

    role: RoleName | None


@dataclass(frozen=True, slots=True)
class WelcomeView:
    """The person has joined and can begin."""

    greeting: Greeting
    roles: tuple[RoleName, ...]
    open_tasks: int


@dataclass(frozen=True, slots=True)
class JoinedView:
    """Somebody joined. `holding_id` is what a button can take back, None if nothing."""

    name: str
    role: RoleName | None
    holding_id: int | None
    person_id: int


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


def next_question(work: Work) -> AskAddressView | AskNameView:
    """What a newcomer has not said yet."""
    asked = newcomer(work)
    if asked.address is not None:
        return AskNameView(asked.address)
    opened = work.tx.people.invitations_used_by(asked.id)
    if not opened or opened[-1].role is None:
        return AskAddressView(None)
    return AskAddressView(role_name(work.office, opened[-1].role, opened[-1].unit))


def welcome(work: Work, args: Args) -> WelcomeView:
    """What the person holds, and what waits for them."""
    person_id, state = work.person.id, work.state
    waiting = runs.open_tasks(work.tx.runs.running(), person_id, state)
    return WelcomeView(work.greeting, roles_of(person_id, state), waiting)


def draw_joined(work: Work, notice: PersonJoined, sending: Sending) -> JoinedView:
    """Who joined, and whether the recipient may still take the role back."""
    people = work.tx.people
    held = people.holding(notice.holding_id, work.now) if notice.holding_id is not None else None
    return JoinedView(
        people.names().get(notice.person_id, "—"),
        role_name(work.office, notice.role, notice.unit) if notice.role else None,
        notice.holding_id if held and work.may(MANAGE_PEOPLE) else None,
        notice.person_id,
    )


def draw_moved(work: Work, notice: AccountMoved, sending: Sending) -> AccountMovedView | None:
    """Who has another account; a delivery to no person is for the old one."""
    names, recipient = work.tx.people.names(), sending.delivery.person_id
    if recipient is not None and work.staff.person(recipient) is None:
        return None
    moved = names.get(notice.person_id, "—") if recipient is not None else None
    by = names.get(notice.by) if notice.by is not None else None
    return AccountMovedView(moved, by)
