"""The words: every view as a message, and the short answers to taps.

`Texts` is the one door. The modules beside it hold one subject each.
"""

from __future__ import annotations

from typing import assert_never

from bot.chat.keyboards import Button
from bot.chat.paging import Message, Toast
from bot.chat.texts import (
    acting,
    answers,
    days,
    detours,
    documents,
    evidence,
    groups,
    handing,
    helping,
    mornings,
    people,
    runs,
    sops,
    tasks,
    teams,
    units,
    upkeep,
    yearly,
)
from bot.chat.texts.voice import Voice
from bot.domain.sop import Office
from bot.usecases.views import (
    AccountMovedView,
    ActingCheckView,
    ActingDraftView,
    ActingEndView,
    ActingView,
    ArchiveFullView,
    AskAddressView,
    AskFileView,
    AskNameView,
    ByUnitView,
    CancelQuestionView,
    ConfirmedView,
    DeadlineChangedView,
    DetailView,
    DigestSettingView,
    DigestView,
    DocumentView,
    DoneView,
    EvidenceFileView,
    ExtensionAnsweredView,
    ExtensionQuestionView,
    ExtensionView,
    FailingView,
    FaultsView,
    FillRoleView,
    GrantView,
    GroupLinkedView,
    GroupLostView,
    GroupNewsView,
    GroupsView,
    HandOverView,
    HeldView,
    HelpView,
    HistoryView,
    HolidayQuestionView,
    HolidaySetView,
    HolidaysView,
    InvitationView,
    JoinedView,
    LateView,
    LegalDateView,
    MenuView,
    OutageView,
    PartedView,
    PeopleView,
    PeriodsView,
    PersonView,
    PostsView,
    ProposalView,
    ReceivedView,
    RefusedView,
    RemoveQuestionView,
    ReportsView,
    ReturnedView,
    ReturnQuestionView,
    RevokeQuestionView,
    RoleChangedView,
    RoleMenuView,
    RunChangedView,
    SopListView,
    SopView,
    StartedView,
    StartMenuView,
    StartQuestionView,
    StatusView,
    SteeringChoiceView,
    SteeringReasonView,
    SummaryView,
    TasksView,
    TaskView,
    TeamDraftView,
    TeamNamedView,
    TeamOfferView,
    TeamSavedView,
    TeamsView,
    UnitsView,
    UnreachableView,
    VacantView,
    View,
    WelcomeView,
)

__all__ = ["Button", "Message", "Texts", "Toast"]


class Texts:
    """All words of one office. `bot_username` goes into invitation links; it may come later,
    once Telegram has said it."""

    def __init__(self, office: Office, bot_username: str = "") -> None:
        self.bot_username = bot_username
        self._say = Voice(office)

    def render(self, view: View, page: int = 0) -> Message:
        """The message that says `view`; of a view with pages, page `page` counted from 0.

        Raises:
            TypeError: a command menu is set, not said: see `commands.menu`.
            ValueError: an invitation before `bot_username` is known.
        """
        say = self._say
        match view:
            case TaskView():
                return tasks.card(view, say)
            case PartedView():
                return tasks.parted(view)
            case DetailView():
                return tasks.detail(view, page, say)
            case TasksView():
                return tasks.tasks(view, page, say)
            case SummaryView():
                return runs.summary(view, page, say)
            case StatusView():
                return runs.status(view, page, say)
            case ByUnitView():
                return units.by_unit(view, page, say)
            case UnitsView():
                return units.units(view, say)
            case HistoryView():
                return runs.history(view, page, say)
            case LateView():
                return runs.late(view, say)
            case VacantView():
                return runs.vacant(view, say)
            case ReturnedView():
                return detours.returned(view, say)
            case ReturnQuestionView():
                return detours.return_question(view, say)
            case ExtensionQuestionView():
                return detours.extension_question(view, say)
            case SteeringChoiceView():
                return detours.steering_choice(view, say)
            case CancelQuestionView():
                return detours.cancel_question(view, say)
            case SteeringReasonView():
                return detours.steering_reason(view, say)
            case ExtensionView():
                return detours.extension(view, say)
            case ExtensionAnsweredView():
                return detours.extension_answered(view, say)
            case DeadlineChangedView():
                return detours.deadline_changed(view, say)
            case RunChangedView():
                return detours.run_changed(view, say)
            case TeamNamedView():
                return detours.team_named(view, say)
            case AskFileView():
                return evidence.ask_file(view)
            case ReceivedView():
                return evidence.received(view)
            case EvidenceFileView():
                return evidence.caption(view, say)
            case ArchiveFullView():
                return evidence.archive_full()
            case StartMenuView():
                return runs.start_menu(view)
            case StartQuestionView():
                return runs.start_question(view, say)
            case StartedView():
                return runs.started(view, say)
            case ReportsView():
                return documents.reports(view, page, say)
            case PeriodsView():
                return documents.periods(view)
            case DocumentView():
                return documents.caption(view, say)
            case SopListView():
                return sops.sop_list(view, page, say)
            case SopView():
                return sops.sop(view, page, say)
            case HelpView():
                return helping.help_for(view, page)
            case PeopleView():
                return people.people(view, page)
            case PersonView():
                return people.person(view, say)
            case RoleMenuView():
                return people.role_menu(view)
            case InvitationView():
                return people.invitation(view, say, self.bot_username)
            case AskAddressView():
                return people.ask_address(view, say)
            case AskNameView():
                return people.ask_name(view)
            case WelcomeView():
                return people.welcome(view)
            case HandOverView():
                return handing.hand_over(view)
            case FillRoleView():
                return handing.fill(view)
            case TeamsView():
                return teams.teams(view, page, say)
            case TeamDraftView():
                return teams.draft(view, say)
            case TeamSavedView():
                return teams.saved(view, say)
            case TeamOfferView():
                return teams.offer(view, say)
            case PostsView():
                return acting.posts(view, say)
            case ActingDraftView():
                return acting.draft(view, say)
            case ActingCheckView():
                return acting.check(view, say)
            case ActingEndView():
                return acting.ending(view, say)
            case ActingView():
                return acting.acting(view, say)
            case AccountMovedView():
                return people.account_moved(view)
            case JoinedView():
                return people.joined(view)
            case GrantView():
                return people.grant(view)
            case RoleChangedView():
                return people.role_changed(view)
            case RemoveQuestionView():
                return people.remove_question(view)
            case UnreachableView():
                return upkeep.unreachable(view)
            case OutageView():
                return upkeep.outage(view, say)
            case FailingView():
                return upkeep.failing(view)
            case FaultsView():
                return upkeep.faults(view)
            case HeldView():
                return upkeep.held(view)
            case DigestView():
                return mornings.digest(view, say)
            case GroupNewsView():
                return groups.news(view, say)
            case GroupLinkedView():
                return groups.linked(view)
            case GroupsView():
                return groups.overview(view)
            case GroupLostView():
                return groups.lost(view)
            case ProposalView():
                return yearly.proposal(view, say)
            case LegalDateView():
                return yearly.legal_date(view, say)
            case DigestSettingView():
                return mornings.setting(view)
            case HolidaysView():
                return days.holidays(view, page, say)
            case HolidayQuestionView():
                return days.question(view, say)
            case RevokeQuestionView():
                return days.revoke_question(view, say)
            case HolidaySetView():
                return days.holiday_set(view, say)
            case RefusedView():
                return answers.refused(view, say)
            case DoneView():
                return answers.done(view, say)
            case ConfirmedView():
                return answers.confirmed(view)
            case MenuView():
                raise TypeError("a command menu is set, not said")
            case _:
                assert_never(view)

    def toast(self, view: View) -> Toast:
        """The short answer to the tap that led to `view`: empty where the message says it."""
        match view:
            case RefusedView():
                return answers.refused_toast(view, self._say)
            case DoneView():
                return answers.done_toast(view, self._say)
            case ConfirmedView():
                return answers.confirmed_toast(view)
            case _:
                return Toast("", alert=False)
