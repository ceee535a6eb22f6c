"""People, their roles, and their menus."""

from __future__ import annotations

from bot.domain.people import Address, Holding, Person
from bot.domain.run import Capacity
from bot.domain.sop import Role
from bot.features.answers import Fact
from bot.features.choosing import Candidate
from bot.features.feature import MenuView
from bot.features.joining.views import InviteAnyway
from bot.features.people.handover import FillRoleView, HandOverView
from bot.features.people.invitations import OpenInvitation, OpenInvitationsView
from bot.features.people.views import (
    AskNameView,
    GiveAnyway,
    GiveQuestionView,
    NameCheckView,
    PeopleView,
    PersonView,
    RemoveQuestionView,
    RoleChangedView,
    RoleGrantedView,
    RoleMenuView,
    ShowPerson,
    TakeQuestionView,
    TakeRole,
    UnreachableView,
)
from tests.features.samples.common import LONG_NAME, Given, wib

FACTS: dict[str, Fact] = {
    "owner": "Kasubbag Perencanaan",
    "text": "lakipp",
    "known": "lakip, lppd",
    "name": LONG_NAME,
    "role": "Kepala Subbagian Umum dan Kepegawaian",
}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, role, choices = given.text, given.many, given.role, given.choices
    chosen = Role("tim", text, 5)
    person = Person(5, 500, text, Address.BAPAK, admin=True, reachable=False)
    holdings = tuple(
        (Holding(n, 5, "tim", None, Capacity.PLT, wib(22, "10.00")), role)
        for n in range(1, many + 1)
    )
    someone = PersonView(person, holdings, many, removable=True)
    others = tuple(Candidate(n + 1, text, text) for n in range(many))
    return (
        PeopleView((someone,) * many, (text,) * many),
        someone,
        RoleMenuView(choices, unused=many),
        OpenInvitationsView(()),
        OpenInvitationsView((OpenInvitation(1, role, None, text, wib(29, "10.00")),) * many),
        OpenInvitationsView((OpenInvitation(1, None, text, text, wib(29, "10.00")),) * many),
        RoleMenuView(choices, chosen),
        RoleMenuView(choices, None, person),
        RoleMenuView(choices, chosen, person),
        AskNameView(None),
        AskNameView(Address.BAPAK, True, text),
        AskNameView(Address.IBU, again=True),
        *(
            NameCheckView(Address.IBU, text, TakeRole(1), ShowPerson(1), again)
            for again in (False, True)
        ),
        *(HandOverView(3, role, text, others, n) for n in (0, 9)),
        HandOverView(3, role, text, (), 0),
        *(FillRoleView("tim", text, others, n) for n in (0, 9)),
        RoleGrantedView(given.greeting, text, role, text),
        RoleChangedView(given.greeting, role, given=True),
        RoleChangedView(given.greeting, role, given=False),
        RemoveQuestionView(person, (role,) * many, many),
        RemoveQuestionView(person, (role,) * many, many, (role,) * many),
        *(TakeQuestionView(3, text, role, many, vacant) for vacant in (True, False)),
        *(
            GiveQuestionView(name, role, yes, ((3, text),) * holders)
            for name, yes in (
                (text, GiveAnyway(5, 1, "sekretaris")),
                (None, InviteAnyway(1, "sekretaris")),
            )
            for holders in (1, many)
        ),
        UnreachableView(text, many),
        UnreachableView(text, many, ((3, role),) * many),
        MenuView((("tugas", text),)),
        MenuView((), joined=False),
    )


SAMPLES = samples(Given())
