"""An office that has worked with the edition before this one goes on with it.

`present_edition.sql` is a database as that edition (commit 81423b2) left it one Monday morning,
killed while it was sending: a question open in each of many chats, an unsent row of every
notice and of every named view, cards of every kind on the screens, and an agenda.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.calendar import office_calendar
from bot.domain.notices import Reply
from bot.domain.run import RunStatus, TaskStatus
from bot.domain.sop import Catalog, Duration, DurationUnit
from bot.features import agenda, free_text, registry, replies, upkeep
from bot.features.answers import DoneView, RefusedView
from bot.features.feature import MenuView, Texts, View
from bot.features.free_text import SentFile
from bot.features.phrases import Phrases
from bot.features.steering import ConfirmResume
from bot.features.vacancies import RolesVacantView
from bot.features.work import Services
from bot.store import Store, schema
from bot.store.outbox import DeliveryState
from bot.store.tables import deliveries
from tests import cast
from tests.cast import ADMIN, ANWAR, BUDI, DEWI, JOKO, RINA, SARI, Player, Stage
from tests.histories import replay
from tests.words import BOT

DUMP = Path(__file__).with_name("present_edition.sql")

LAKIP, LPPD, RENJA, GIVEN_UP, FINISHED, NEW_LAKIP, PAUSED, OF_A_UNIT, ANOTHER, JUST_CONFIRMED = (
    range(1, 11)
)
"""A LAKIP that the Kasubbag has back once more, an LPPD that asks for time, a Renja with a team,
a file, a note and granted time; one that was cancelled, one that is finished, one that has just
begun, a TAPKIN that is paused, two of units, and an LPPD whose first step has just been
confirmed."""

LATER_NOTICES = {
    "acting_ending",
    "confirm_offered",
    "note_told",
    "performers_called",
    "profile_corrected",
    "roles_vacant",
    "tasks_late",
    "tasks_waiting",
}
"""Kinds of notices that came after that edition."""

LATER_VIEWS = {
    "all_commands",
    "decline_question",
    "direction_question",
    "official_question",
    "open_invitations",
    "profile",
    "profile_question",
    "invite_question",
    "reply_target",
}
"""Views that came after it."""

LATER_QUESTIONS = {"decline_reason", "direction", "official_data", "profile", "reply_target"}
"""Kinds of questions that came after it."""

ASKED = {
    "pause_reason": 201,
    "cancel_reason": 202,
    "holiday_day": 203,
    "holiday_name": 204,
    "holiday_basis": 205,
    "holiday_working": 206,
    "acting_person": 207,
    "acting_since": 208,
    "acting_decree": 209,
    "acting_check": 210,
    "team_members": 211,
    "team_number": 212,
    "team_date": 213,
    "rename": 214,
}
"""The administrators who were asked something, beside the cast."""


class GoingOn(Stage):
    """A stage whose people are there already."""

    def seat(self, *players: Player) -> None:
        """They joined in the edition before."""


@pytest.fixture(scope="module")
def left_behind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database as it was left, to be copied."""
    path = tmp_path_factory.mktemp("edition") / "kawal.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(DUMP.read_text(encoding="utf-8"))
    return path


@contextmanager
def going_on(left: Path, folder: Path, catalog: Catalog) -> Iterator[Stage]:
    """This edition on a copy of what was left in a file."""
    path = folder / "kawal.db"
    shutil.copyfile(left, path)
    store = Store(f"sqlite:///{path}")
    schema.upgrade(store)
    with pytest.MonkeyPatch.context() as patch:
        # The edition before has seen updates of its own.
        patch.setattr(cast, "_UPDATES", itertools.count(100_000))
        stage = GoingOn(Services(store, catalog, office_calendar(catalog.office), registry.live()))
        stage.go_to("09-11-2026 10.20")
        upkeep.wake_up(stage.services, stage.now)
        yield stage
    store.close()


@pytest.fixture
def waiting(tmp_path: Path, left_behind: Path, catalog: Catalog) -> Iterator[Stage]:
    """This edition has just woken up: everything waits."""
    with going_on(left_behind, tmp_path, catalog) as stage:
        yield stage


@pytest.fixture(scope="module")
def caught_up(
    tmp_path_factory: pytest.TempPathFactory, left_behind: Path, catalog: Catalog
) -> Path:
    """The database once everything that waited has arrived, to be copied."""
    folder = tmp_path_factory.mktemp("caught_up")
    with going_on(left_behind, folder, catalog) as stage:
        stage.deliver()
    return folder / "kawal.db"


@pytest.fixture
def stage(tmp_path: Path, caught_up: Path, catalog: Catalog) -> Iterator[Stage]:
    """Everything that waited has arrived, a moment ago."""
    with going_on(caught_up, tmp_path, catalog) as stage:
        yield stage


@pytest.fixture
def texts(catalog: Catalog) -> Texts:
    return Texts(registry.live(), Phrases(catalog.office, BOT))


def put_aside(stage: Stage) -> list[tuple[str, str | None]]:
    """The deliveries that were given up, by key, with the error."""
    with stage.services.store.read() as tx:
        query = select(deliveries).where(deliveries.c.state == DeliveryState.GAGAL.value)
        return [(row.key, row.error) for row in tx.connection.execute(query)]


def fire_all(stage: Stage) -> None:
    """Deal with whatever the agenda and the reminders have for this moment."""
    while agenda.fire_due(stage.services, stage.now):
        pass
    stage.remind()


def deliver_all(stage: Stage, texts: Texts) -> dict[str, View]:
    """Everything that can arrive arrives, and is rendered; what it showed, by the row's key."""
    shown: dict[str, View] = {}
    for message in stage.deliver():
        shown[message.delivery.key] = message.view
        if not isinstance(message.view, MenuView):
            assert texts.render(message.view).html
    assert put_aside(stage) == []
    return shown


# What waits to be sent


def test_every_unsent_row_is_claimed_and_rendered(waiting: Stage, texts: Texts) -> None:
    with waiting.services.store.read() as tx:
        rows = tx.connection.execute(select(deliveries)).all()
    unsent = {r.key: json.loads(r.notice) for r in rows if r.state == DeliveryState.ANTRE.value}
    notices = {notice["kind"] for notice in unsent.values()}
    known = {kind.kind for kind in waiting.services.features.notices} | {Reply.kind}
    assert notices == known - LATER_NOTICES
    views = {notice["view"] for notice in unsent.values() if notice["kind"] == Reply.kind}
    assert views == set(waiting.services.features.views) - LATER_VIEWS

    shown = deliver_all(waiting, texts)
    # Two are no longer so: that step has been confirmed, and every role is held.
    out_of_date = {unsent[key]["kind"] for key in unsent.keys() - shown.keys()}
    assert out_of_date == {"task_card", "role_vacant"}
    with waiting.services.store.read() as tx:
        assert not tx.outbox.waiting(waiting.now, ())


def test_a_role_that_is_vacant_by_then_is_told_of(waiting: Stage, texts: Texts) -> None:
    tapped_bytes(waiting, SARI.chat_id, f"rev:{waiting.holding_of(DEWI)}", texts)
    shown = deliver_all(waiting, texts)
    (told,) = (view for view in shown.values() if isinstance(view, RolesVacantView))
    # What waits at once comes as one message, and of it only what is still true.
    assert [step.roles for step in told.steps] == [(("kepala_dinas", "Kepala Dinas"),)]


def test_every_named_view_is_still_what_it_was(waiting: Stage, texts: Texts) -> None:
    with waiting.services.store.read() as tx:
        rows = tx.connection.execute(select(deliveries)).all()
    asked = {r.key: json.loads(r.notice) for r in rows if r.key.startswith("waits:")}
    shown = deliver_all(waiting, texts)
    refused = Counter(
        asked[key]["view"]
        for key, view in shown.items()
        if key in asked and isinstance(view, RefusedView) and asked[key]["view"] != "refused"
    )
    assert refused == {"unknown": 1, "too_many": 1, "help": 1}, "the help of an outsider"


def test_every_stored_refusal_and_deed_has_its_sentence(waiting: Stage, texts: Texts) -> None:
    with waiting.services.store.read() as tx:
        rows = tx.connection.execute(select(deliveries)).all()
    stored = [json.loads(row.notice) for row in rows]
    said = [notice["args"] for notice in stored if notice.get("view") in ("refused", "done")]
    assert len({args.get("reason") or args["what"] for args in said}) > 80
    shown = deliver_all(waiting, texts)
    answers = [view for view in shown.values() if isinstance(view, RefusedView | DoneView)]
    assert {view.reason for view in answers if isinstance(view, RefusedView)} >= {
        args["reason"] for args in said if "reason" in args
    }
    assert {view.what for view in answers if isinstance(view, DoneView)} >= {
        args["what"] for args in said if "what" in args
    }


def test_what_was_under_way_is_sent_again_and_says_so(waiting: Stage, texts: Texts) -> None:
    deliver_all(waiting, texts)
    assert any(m.delivery.maybe_repeated for m in waiting.phones.log if not m.edit)


def test_what_a_restored_copy_holds_back_is_still_the_administrators_to_decide(
    waiting: Stage, texts: Texts
) -> None:
    deliver_all(waiting, texts)
    view = tapped_bytes(waiting, ADMIN.chat_id, "held:send", texts)
    assert view == DoneView("held_sent", {"count": 1})
    assert deliver_all(waiting, texts)


def test_cards_on_the_screens_go_on_saying_what_is_true(waiting: Stage, texts: Texts) -> None:
    deliver_all(waiting, texts)
    waiting.phones.log.clear()
    for run_id, who in ((LAKIP, SARI), (RENJA, BUDI)):
        waiting.confirm(who, run_id)
    deliver_all(waiting, texts)
    edited = Counter(m.delivery.notice.kind for m in waiting.phones.log if m.edit)
    assert {"task_card", "task_reminder"} <= edited.keys()


# The agenda and the reminders


def test_every_entry_of_the_agenda_is_dealt_with(stage: Stage, texts: Texts) -> None:
    with stage.services.store.read() as tx:
        waiting = tx.agenda.waiting("")
    assert {entry.kind for entry in waiting} >= {
        *("acting_begins", "acting_ends", "digest", "end", "group", "look", "start")
    }
    for entry in waiting:
        agenda.fire(stage.services, entry, max(stage.now, entry.due_at))
    deliver_all(stage, texts)


def test_the_days_that_follow_bring_their_mornings_and_reminders(
    stage: Stage, texts: Texts
) -> None:
    deliver_all(stage, texts)
    seen = set()
    for moment in ("09-11-2026 11.05", "10-11-2026 07.35", "10-11-2026 08.05", "12-11-2026 08.05"):
        stage.go_to(moment)
        fire_all(stage)
        stage.phones.log.clear()
        deliver_all(stage, texts)
        seen |= {m.delivery.notice.kind for m in stage.phones.log}
    assert {"day_digest", "acting_changed", "task_reminder", "task_late", "group_news"} <= seen
    with stage.services.store.read() as tx:
        assert tx.agenda.due(stage.now, 10) == []


# The journal


@pytest.mark.parametrize("run_id", range(LAKIP, JUST_CONFIRMED + 1))
def test_every_run_is_still_what_its_journal_tells(stage: Stage, run_id: int) -> None:
    assert stage.run(run_id) == told(stage, run_id)


def test_runs_of_the_edition_before_come_to_their_end(stage: Stage, texts: Texts) -> None:
    stage.tap(SARI, ConfirmResume(stage.token(PAUSED, stage.task(PAUSED).step)))
    for run_id in (LAKIP, LPPD, RENJA, NEW_LAKIP, PAUSED, OF_A_UNIT, ANOTHER, JUST_CONFIRMED):
        stage.finish(run_id)
        assert stage.run(run_id).status is RunStatus.SELESAI
        assert stage.run(run_id) == told(stage, run_id)
    deliver_all(stage, texts)


def told(stage: Stage, run_id: int) -> object:
    """The run as its journal tells it, lines of both editions."""
    with stage.services.store.read() as tx:
        return replay(run_id, stage.run(run_id).procedure, tx.journal.events(run_id))


# Questions that were open


def test_the_open_questions_are_those_that_the_edition_before_could_ask(stage: Stage) -> None:
    with stage.services.store.read() as tx:
        asked = {
            chat: tx.people.question(chat, stage.now)
            for chat in (101, 102, 103, 105, *ASKED.values())
        }
    assert all(asked.values())
    kinds = {q.kind for q in asked.values() if q}
    assert kinds == set(stage.services.features.questions) - LATER_QUESTIONS


def say(stage: Stage, texts: Texts, chat_id: int, said: str) -> View:
    """Write a text; the view that it is answered with, behind all that waited before."""
    deliver_all(stage, texts)
    stage.phones.log.clear()
    request = stage.request(chat_id)
    free_text.text(stage.services, request, said, None, stage.now)
    return deliver_all(stage, texts)[_reply_key(stage, request.update_id)]


def _reply_key(stage: Stage, update_id: int | None) -> str:
    keys = (m.delivery.key for m in stage.phones.log)
    return next(key for key in keys if key.startswith(f"reply:{update_id}:"))


def test_a_reason_sends_the_work_back(stage: Stage, texts: Texts) -> None:
    view = say(stage, texts, SARI.chat_id, "Tabel 3 belum terisi")
    assert view == DoneView("returned", {"step": 8, "to": 7})
    assert [(t.step, t.attempt) for t in stage.run(LAKIP).current] == [(7, 3)]
    returned = stage.run(LAKIP).task(8, 2)
    assert returned is not None
    assert returned.status is TaskStatus.DIKEMBALIKAN


def test_a_typed_amount_and_then_a_reason_ask_for_time(stage: Stage, texts: Texts) -> None:
    say(stage, texts, BUDI.chat_id, "3 hari")
    view = say(stage, texts, BUDI.chat_id, "Menunggu data kecamatan")
    assert isinstance(view, DoneView)
    assert view.what == "extension_asked"
    wish = stage.task(RENJA).extensions[-1]
    assert wish.amount == Duration(3, DurationUnit.HARI)


def test_a_reason_asks_for_the_time_that_was_chosen(stage: Stage, texts: Texts) -> None:
    view = say(stage, texts, RINA.chat_id, "Menunggu data kecamatan")
    assert isinstance(view, DoneView)
    assert view.what == "extension_asked"
    wish = stage.task(RENJA).extensions[-1]
    assert (wish.amount, wish.reason) == (
        Duration(1, DurationUnit.HARI),
        "Menunggu data kecamatan",
    )


def test_a_reason_pauses_a_run(stage: Stage, texts: Texts) -> None:
    say(stage, texts, ASKED["pause_reason"], "Menunggu anggaran")
    pause = stage.run(LPPD).pause
    assert pause is not None
    assert pause.reason == "Menunggu anggaran"


def test_a_reason_cancels_a_run(stage: Stage, texts: Texts) -> None:
    say(stage, texts, ASKED["cancel_reason"], "Digabung dengan yang lain")
    assert stage.run(LPPD).status is RunStatus.DIBATALKAN


@pytest.mark.parametrize(
    ("stage_of_it", "answers", "day", "works"),
    [
        ("holiday_day", ("30 November 2026", "Hari Jadi Kota", "SE 2/2026"), (11, 30), False),
        ("holiday_name", ("Hari Jadi Kota", "SE 2/2026"), (11, 23), False),
        ("holiday_basis", ("SE 2/2026",), (11, 24), False),
        ("holiday_working", ("SE 2/2026",), (11, 28), True),
    ],
)
def test_a_day_is_set_from_wherever_it_stood(
    stage: Stage,
    texts: Texts,
    stage_of_it: str,
    answers: tuple[str, ...],
    day: tuple[int, int],
    works: bool,
) -> None:
    for said in answers:
        say(stage, texts, ASKED[stage_of_it], said)
    assert stage.services.calendar.is_working_day(date(2026, *day)) is works
    fire_all(stage)
    deliver_all(stage, texts)


@pytest.mark.parametrize(
    ("stage_of_it", "answers"),
    [
        ("acting_since", ("hari ini", "20-11-2026", "800/3/2026", "hari ini")),
        ("acting_decree", ("800/3/2026", "hari ini")),
        ("acting_check", ()),
    ],
)
def test_an_appointment_is_made_from_wherever_it_stood(
    stage: Stage, texts: Texts, stage_of_it: str, answers: tuple[str, ...]
) -> None:
    chat = ASKED[stage_of_it]
    for said in answers:
        say(stage, texts, chat, said)
    view = tapped_bytes(stage, chat, "apk", texts)
    assert not isinstance(view, RefusedView), view
    with stage.services.store.read() as tx:
        held = tx.people.staff(stage.now).roles_of(stage.id_of(ANWAR))
    assert held & {"sekretaris", "kasubbag"}
    deliver_all(stage, texts)


def test_an_answer_that_was_not_understood_is_still_told_of(waiting: Stage, texts: Texts) -> None:
    chat = ASKED["acting_since"]
    with waiting.services.store.read() as tx:
        question = tx.people.question(chat, waiting.now)
    assert question is not None
    assert question.data["fault"] is True
    shown = deliver_all(waiting, texts)
    for key in ("reply:70:1794194100", "waits:92"):
        assert "tanggal itu belum terbaca" in texts.render(shown[key]).html


def test_who_is_to_act_is_asked_again_and_chosen_by_a_button(stage: Stage, texts: Texts) -> None:
    chat = ASKED["acting_person"]
    say(stage, texts, chat, "Pak Anwar")
    view = tapped_bytes(stage, chat, f"apw:{stage.id_of(ANWAR)}", texts)
    assert not isinstance(view, RefusedView), view


@pytest.mark.parametrize(
    ("stage_of_it", "run_id", "answers"),
    [
        ("team_number", RENJA, ("188.4/14/SK/2026", "5 November 2026")),
        ("team_date", LPPD, ("5 November 2026",)),
    ],
)
def test_a_team_is_named_from_wherever_it_stood(
    stage: Stage, texts: Texts, stage_of_it: str, run_id: int, answers: tuple[str, ...]
) -> None:
    for said in answers:
        say(stage, texts, ASKED[stage_of_it], said)
    team = stage.run(run_id).team
    assert team is not None
    assert team.decree_date == date(2026, 11, 5)
    assert (team.decree_number or "").startswith("188.4/1")
    assert set(team.members) == {stage.id_of(BUDI), stage.id_of(RINA)}


def test_ticks_are_kept(stage: Stage, texts: Texts) -> None:
    chat = ASKED["team_members"]
    say(stage, texts, chat, "Bu Rina saja")
    for data in ("tmn", "tml:0", "tms"):
        view = tapped_bytes(stage, chat, data, texts)
        assert not isinstance(view, RefusedView), view
    team = stage.run(LPPD).team
    assert team is not None
    assert team.members == (stage.id_of(RINA),)


def test_a_new_name_is_taken(stage: Stage, texts: Texts) -> None:
    view = say(stage, texts, ASKED["rename"], "Joko Susilo, S.Kom.")
    assert view == DoneView("name_changed", {"name": "Joko Susilo, S.Kom."})
    with stage.services.store.read() as tx:
        assert tx.people.names()[stage.id_of(JOKO)].endswith("Joko Susilo, S.Kom.")


def test_a_text_does_not_answer_for_a_file_and_the_file_does(stage: Stage, texts: Texts) -> None:
    say(stage, texts, DEWI.chat_id, "sebentar")
    sent = SentFile("file-2", "SK.pdf", 10, False)
    hook = free_text.Hook.FILE
    free_text.message(stage.services, stage.request(DEWI), hook, stage.now, sent, None)
    with stage.services.store.read() as tx:
        (row,) = tx.inbox.waiting(stage.now, 5, ())
    assert row.task_id == stage.task_id(NEW_LAKIP)


# Buttons that are on the screens


def tapped_bytes(stage: Stage, chat_id: int, data: str, texts: Texts) -> View:
    """Tap a button by its bytes; whatever comes of it can be said."""
    answer = replies.tap(stage.services, stage.request(chat_id), data, stage.now)
    toast = texts.toast(answer.toast)
    if answer.screen is not None:
        assert texts.render(answer.screen, answer.page).html
    else:
        assert toast.text or not isinstance(answer.toast, RefusedView)
    return answer.toast


ADMINISTRATOR = replace(ADMIN, chat_id=215)

BUTTONS = [
    # who, the data; names in braces are filled in from the database
    (BUDI, "ok:{renja}"),
    (BUDI, "snz:{renja}"),
    (BUDI, "info:{renja}"),
    (BUDI, "att:{renja}"),
    (BUDI, "files:{renja}"),
    (SARI, "ret:{lakip}"),
    (SARI, "rto:{lakip}:5"),
    (BUDI, "ext:{renja}"),
    (BUDI, "exb:{renja}:2:jam"),
    (SARI, "exd:{lppd}:0:y"),
    (SARI, "exd:{lppd}:0:n"),
    (SARI, "run:jeda:{renja}"),
    (SARI, "run:lanjut:{paused}"),
    (SARI, "run:batal:{renja}"),
    (SARI, "end:{renja}"),
    (SARI, "pick:lakip"),
    (SARI, "go:lakip:2026:0"),
    (SARI, "inv:tim"),
    (SARI, "inv:kepala_bidang:penanaman_modal"),
    (SARI, "ppl:{joko}"),
    (SARI, "name:{joko}"),
    (SARI, "addr:{joko}:Ibu"),
    (SARI, "role:{joko}"),
    (SARI, "give:{joko}:tim"),
    (SARI, "give:{joko}:kasi:promosi"),
    (SARI, "rev:{jokos_role}"),
    (SARI, "rm:{joko}"),
    (SARI, "rmy:{joko}"),
    (SARI, "mv:{joko}"),
    (BUDI, "pg:tugas:0"),
    (SARI, "pg:status:1"),
    (SARI, "pg:riwayat:0"),
    (SARI, "pg:sop:0"),
    (SARI, "pg:sop:0:lakip"),
    (SARI, "pg:pegawai:1"),
    (SARI, "pg:bantuan:1"),
    (SARI, "pg:ringkas:0:5"),
    (BUDI, "pg:rincian:0:{renja}"),
    (SARI, "pg:laporan:0"),
    (ADMINISTRATOR, "pg:libur:1"),
    (SARI, "pg:unit:0:tapkin_eselon4-2026"),
    (SARI, "pg:tim:0"),
    (ADMINISTRATOR, "held:drop"),
    (SARI, "doc:run_report:pdf:5"),
    (SARI, "doc:sop_document:pdf:lakip"),
    (SARI, "doc:evaluation:xlsx:2026"),
    (SARI, "doc:evaluation:pdf:2026-2"),
    (SARI, "doc:run_picture:png:1"),
    (SARI, "doc:office_picture:png:x"),
    (SARI, "week:lakip:2027-01-02"),
    (BUDI, "dig:off"),
    (BUDI, "dig:on"),
    (ADMINISTRATOR, "lib:on"),
    (ADMINISTRATOR, "lib:off"),
    (ADMINISTRATOR, "libx:2026-12-01"),
    (ADMINISTRATOR, "liby:2026-12-01"),
]


def filled(stage: Stage, data: str) -> str:
    """A button's data with the tokens and numbers of this database."""
    runs = {"lakip": LAKIP, "lppd": LPPD, "renja": RENJA, "paused": PAUSED}
    names: dict[str, object] = {name: stage.token(run_id) for name, run_id in runs.items()}
    return data.format(**names, joko=stage.id_of(JOKO), jokos_role=stage.holding_of(JOKO))


@pytest.mark.parametrize(("who", "data"), BUTTONS, ids=[data for _, data in BUTTONS])
def test_every_button_still_does_what_it_says(
    stage: Stage, texts: Texts, who: Player, data: str
) -> None:
    view = tapped_bytes(stage, who.chat_id, filled(stage, data), texts)
    assert not isinstance(view, RefusedView), view
    deliver_all(stage, texts)


def test_a_confirmation_of_the_edition_before_is_taken_back_in_time(
    stage: Stage, texts: Texts
) -> None:
    late = tapped_bytes(stage, BUDI.chat_id, f"und:{stage.token(LAKIP, 7)}", texts)
    assert isinstance(late, RefusedView)
    assert late.reason == "undo_too_late"
    data = f"und:{stage.token(JUST_CONFIRMED, 1)}"
    assert tapped_bytes(stage, DEWI.chat_id, data, texts) == DoneView("undone", {"step": 1})
    assert stage.task(JUST_CONFIRMED).step == 1
    assert stage.run(JUST_CONFIRMED) == told(stage, JUST_CONFIRMED)
    deliver_all(stage, texts)


def test_somebody_who_joins_chooses_the_address(stage: Stage, texts: Texts) -> None:
    with stage.services.store.begin() as tx:
        tx.people.welcome(300, stage.now)
    view = tapped_bytes(stage, 300, "adr:Ibu", texts)
    assert not isinstance(view, RefusedView), view


@pytest.mark.parametrize(
    ("who", "data"),
    [
        (ASKED["acting_person"], "c:pj:pg:plh.1"),
        (ASKED["acting_person"], "c:pj:post:plh.sekretaris"),
        (ASKED["acting_person"], "c:pj:ppl:1"),
        (ASKED["acting_person"], "c:pj:who:6"),
        (ASKED["acting_since"], "c:pj:day:since.now"),
        (ASKED["acting_check"], "c:pj:ok:x"),
        (ASKED["rename"], "c:pj:endq:9"),
        (ASKED["rename"], "c:pj:end:9"),
        (ASKED["rename"], "c:tm:run:{lppd}"),
        (ASKED["team_members"], "c:tm:tick:2.1.0"),
        (ASKED["team_members"], "c:tm:next:x"),
        (ASKED["team_number"], "c:tm:keep:x"),
        (ASKED["team_date"], "c:tm:today:x"),
        (SARI.chat_id, "c:sr:from:3.0"),
        (SARI.chat_id, "c:sr:to:3.2"),
        (SARI.chat_id, "c:sr:fill:sekretaris.0"),
    ],
)
def test_a_button_of_a_conversation_is_kindly_too_old(
    stage: Stage, texts: Texts, who: int, data: str
) -> None:
    before = [stage.run(run_id) for run_id in range(LAKIP, JUST_CONFIRMED + 1)]
    view = tapped_bytes(stage, who, filled(stage, data), texts)
    assert isinstance(view, RefusedView)
    assert view.reason == "button_old"
    assert [stage.run(run_id) for run_id in range(LAKIP, JUST_CONFIRMED + 1)] == before
    with stage.services.store.read() as tx:
        assert tx.people.question(who, stage.now) is not None, "what was asked is still asked"


def test_a_text_in_reply_to_a_card_of_the_edition_before_is_a_note(
    stage: Stage, texts: Texts
) -> None:
    with stage.services.store.read() as tx:
        key = f"card:{stage.task_id(NEW_LAKIP)}:{stage.id_of(DEWI)}"
        query = select(deliveries.c.message_id).where(deliveries.c.key == key)
        message_id = tx.connection.execute(query).scalar_one()
    # The question for a file that waits for her is no question for a text.
    stage.says(DEWI, "SK menyusul besok.", message_id)
    assert [note.text for note in stage.task(NEW_LAKIP).notes] == ["SK menyusul besok."]
    deliver_all(stage, texts)
