"""What is stored outlives what it was stored with: one damaged thing stops nobody else.

A role vanishes from the office's file while it is held and needed; a row of the database
says what this edition cannot read.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import doctor
from bot.demo import inspector
from bot.domain.calendar import office_calendar
from bot.domain.reminders import ReminderKind, outranks
from bot.domain.sop import Catalog, Office, Step
from bot.features import registry, reminders, upkeep
from bot.features.answers import DoneView
from bot.features.help import HelpView
from bot.features.history import HistoryView, SummaryView
from bot.features.people.views import PeopleView, PersonView, RemovePerson, TakeRole
from bot.features.start.views import StartedView, StartQuestionView, StartRun
from bot.features.status import StatusView
from bot.features.tasks.views import ConfirmedView, TasksView, TaskView
from bot.features.work import Services
from bot.settings import load_settings
from tests.cast import (
    ADMIN,
    BUDI,
    DEWI,
    JOKO,
    MONDAY,
    SARI,
    WHOLE_OFFICE,
    Stage,
    tapped,
)
from tests.offices import kantor

LATER = MONDAY + timedelta(days=14)
"""When every first step that opened on Monday has long been due."""


def renamed(office: Office, old: str, new: str) -> Office:
    """The office that calls a role by another code."""
    return replace(
        office,
        roles=tuple(replace(r, code=new) if r.code == old else r for r in office.roles),
    )


def with_another_code(catalog: Catalog, old: str, new: str) -> Catalog:
    """The office's files after a role's code was changed everywhere in them."""

    def edited(step: Step) -> Step:
        return replace(step, roles=tuple(new if role == old else role for role in step.roles))

    sops = tuple(
        replace(
            sop,
            procedures=tuple(replace(p, steps=tuple(map(edited, p.steps))) for p in sop.procedures),
        )
        for sop in catalog.sops
    )
    return Catalog(renamed(catalog.office, old, new), sops)


def restart(stage: Stage, catalog: Catalog) -> None:
    """The bot starts again with these files."""
    stage.services = Services(
        stage.services.store, catalog, office_calendar(catalog.office), registry.live()
    )
    stage.phones.services = stage.services
    upkeep.wake_up(stage.services, stage.now)


# A role that the office no longer has


@pytest.fixture
def without_staf(services: Services) -> tuple[Stage, int]:
    """Pak Joko has a step as staf; then the office's file calls the role "pelaksana"."""
    stage = Stage(services, *WHOLE_OFFICE, ADMIN)
    run_id = stage.start("tapkin_staf")
    while "staf" not in stage.run(run_id).step_of(stage.task(run_id)).roles:
        stage.finish_step(run_id, stage.task(run_id))
    restart(stage, with_another_code(services.catalog, "staf", "pelaksana"))
    return stage, run_id


def test_everybody_can_go_on_reading_when_a_held_role_vanishes(
    without_staf: tuple[Stage, int],
) -> None:
    stage, _ = without_staf
    joko = stage.id_of(JOKO)
    found = stage.show(SARI, "people")
    assert isinstance(found, PeopleView)
    (his,) = (p for p in found.people if p.person.id == joko)
    # Nobody knows any more what the role was called: it goes by its code.
    assert [name.title for _, name in his.holdings] == ["staf Subbagian Umum dan Kepegawaian"]
    assert isinstance(stage.show(SARI, "person", person_id=joko), PersonView)
    assert isinstance(stage.show(SARI, "status"), StatusView)
    for who in (SARI, BUDI, JOKO):
        assert isinstance(stage.show(who, "all_commands"), HelpView)
        assert isinstance(stage.show(who, "tasks"), TasksView)


def test_the_holder_of_a_vanished_role_gets_the_card_and_confirms(
    without_staf: tuple[Stage, int],
) -> None:
    stage, run_id = without_staf
    cards = [m.view for m in stage.received(JOKO) if m.delivery.key.startswith("card:")]
    assert [type(card) for card in cards] == [TaskView]
    assert isinstance(stage.confirm(JOKO, run_id), ConfirmedView)
    stage.finish(run_id)
    assert isinstance(stage.show(SARI, "summary", run_id=run_id), SummaryView)


def test_a_vanished_role_can_be_taken_and_its_step_says_that_nobody_has_it(
    without_staf: tuple[Stage, int],
) -> None:
    stage, _ = without_staf
    holding = stage.holding_of(JOKO)
    assert isinstance(stage.tap(SARI, TakeRole(holding)), DoneView)
    status = stage.show(SARI, "status")
    assert isinstance(status, StatusView)
    ((current,),) = (run.current for run in status.runs)
    assert current.performers == ()
    assert "staf" in current.roles
    assert stage.received(SARI)
    assert isinstance(
        stage.tap(ADMIN, RemovePerson(stage.id_of(BUDI))),
        DoneView,
    )


def test_reminders_of_a_step_whose_role_vanished_still_come(
    without_staf: tuple[Stage, int],
) -> None:
    stage, _ = without_staf
    stage.deliver()
    stage.go_to(LATER)
    stage.remind()
    assert stage.received(JOKO)


def test_nobody_is_outranked_by_a_role_that_vanished() -> None:
    office = renamed(kantor(), "tim", "tim_kerja")
    assert outranks("kasubbag", ["tim"], office)
    assert not outranks("tim", ["kasubbag"], office)
    with pytest.raises(KeyError):
        office.role("tim")


def test_the_doctor_names_roles_that_vanished(
    without_staf: tuple[Stage, int], tmp_path: Path
) -> None:
    stage, _ = without_staf
    url = stage.services.store.url.render_as_string(hide_password=False)
    settings = load_settings(
        {"DATABASE_URL": url, "ARCHIVE_DIR": str(tmp_path / "arsip")}, env_file=None
    )
    findings = list(doctor.look_at_database(settings, stage.services.catalog, stage.now))
    (lost,) = (f for f in findings if "tidak ada lagi di kantor.yaml" in f.what)
    assert lost.level is doctor.Level.LOOK
    assert '"staf" masih dipegang pegawai dan diperlukan prosedur' in lost.what
    assert "kembalikan peran dengan kode staf" in lost.todo


# A reminder that cannot be read


def test_one_unreadable_reminder_keeps_nobody_else_from_being_reminded(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    stage = Stage(services)
    broken, _ = stage.start("lakip"), stage.start("renja")
    with services.store.begin() as tx:
        task = stage.task_id(broken)
        tx.connection.execute(
            text("UPDATE reminders SET rung = 'entah' WHERE task_id = :task"), {"task": task}
        )
    stage.deliver()
    stage.go_to(LATER)
    stage.remind()
    told = {m.delivery.run_id for m in stage.deliver()}
    assert broken not in told
    assert told
    assert "reminders cannot be read" in caplog.text
    # An hour passes before anybody looks at them again: the clock does not spin.
    assert inspector.next_reminder(services) == LATER + reminders.RETRY_AFTER
    with services.store.begin() as tx:
        tx.connection.execute(
            text("UPDATE reminders SET rung = :rung WHERE rung = 'entah'"),
            {"rung": ReminderKind.TENGGAT.value},
        )
    stage.go_to(LATER + reminders.RETRY_AFTER)
    stage.remind()
    assert broken in {m.delivery.run_id for m in stage.deliver()}


# A run whose SOP cannot be read


@pytest.fixture
def unreadable(services: Services) -> tuple[Stage, int, int]:
    """A LAKIP of which the stored SOP is damaged, and a Renja in good health."""
    stage = Stage(services, *WHOLE_OFFICE, ADMIN)
    broken, healthy = stage.start("lakip"), stage.start("renja")
    stage.deliver()
    damage(stage, broken)
    return stage, broken, healthy


def damage(stage: Stage, run_id: int) -> None:
    version = stage.stored(run_id).version_id
    with stage.services.store.begin() as tx:
        tx.connection.execute(
            text("UPDATE sop_versions SET body = '{\"rahasia\": 1}' WHERE id = :id"),
            {"id": version},
        )
    # What is in memory is still whole: the fault shows after a restart.
    stage.services.store._versions.clear()


def test_one_unreadable_run_keeps_nobody_else_from_being_reminded(
    unreadable: tuple[Stage, int, int], caplog: pytest.LogCaptureFixture
) -> None:
    stage, broken, healthy = unreadable
    stage.go_to(LATER)
    stage.remind()
    told = {m.delivery.run_id for m in stage.deliver()}
    assert healthy in told
    assert broken not in told
    assert "run cannot be read" in caplog.text
    assert "rahasia" not in caplog.text
    again = inspector.next_reminder(stage.services)
    assert again is not None
    assert again > LATER


def test_lists_leave_an_unreadable_run_out_and_show_the_others(
    unreadable: tuple[Stage, int, int],
) -> None:
    stage, _, healthy = unreadable
    status = stage.show(SARI, "status")
    assert isinstance(status, StatusView)
    assert [run.run.id for run in status.runs] == [healthy]
    for who in (SARI, BUDI, DEWI):
        assert isinstance(stage.show(who, "all_commands"), HelpView)
        assert isinstance(stage.show(who, "tasks"), TasksView)
    assert isinstance(stage.show(SARI, "people"), PeopleView)
    assert isinstance(
        stage.tap(SARI, RemovePerson(stage.id_of(BUDI))),
        DoneView,
    )
    upkeep.clean_up(stage.services, stage.now)


def test_a_run_of_a_newer_edition_can_be_started_beside_an_unreadable_one(
    unreadable: tuple[Stage, int, int],
) -> None:
    stage, broken, _ = unreadable
    catalog = stage.services.catalog
    edited = tuple(replace(sop, name=f"{sop.name} (perubahan)") for sop in catalog.sops)
    stage.services = replace(stage.services, catalog=Catalog(catalog.office, edited))
    question = stage.show(SARI, "start_question", code="lakip")
    assert isinstance(question, StartQuestionView)
    assert (question.running, question.seen) == ((), broken)
    year, seen = question.year, question.seen
    request = stage.request(SARI)
    begun = tapped(stage.services, request, StartRun("lakip", year, seen), stage.now)
    assert isinstance(begun, StartedView)
    assert begun.run.id != broken


def test_the_history_leaves_an_unreadable_run_out(services: Services) -> None:
    stage = Stage(services, *WHOLE_OFFICE)
    broken, healthy = stage.start("lakip"), stage.start("renja")
    stage.finish(broken)
    stage.finish(healthy)
    damage(stage, broken)
    history = stage.show(SARI, "history")
    assert isinstance(history, HistoryView)
    assert len(history.rows) == 1
    with services.store.read() as tx, pytest.raises(ValueError, match="Sop"):
        tx.runs.get(broken)
