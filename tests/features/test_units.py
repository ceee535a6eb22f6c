"""A procedure that runs once for each unit: opened in one go, summed up, unfolded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.people import Address
from bot.domain.run import RunStatus
from bot.features.answers import RefusedView
from bot.features.feature import View
from bot.features.start.views import StartRun, UnitsView
from bot.features.status import ByUnitView, StatusView
from bot.features.tasks.views import TaskView
from bot.features.work import Services
from bot.store.tables import runs as runs_table
from tests.cast import (
    BUDI,
    DEWI,
    HADI,
    JOKO,
    LESTARI,
    SARI,
    WHOLE_OFFICE,
    Player,
    Stage,
)
from tests.words import texts_of

WATI = Player(112, "Wati Kurnia", Address.IBU, "staf", "promosi")
AGUS = Player(113, "Agus Salim", Address.BAPAK, "staf", "tenaga_kerja")

UMUM = "Subbagian Umum dan Kepegawaian"
PROMOSI = "Seksi Promosi Penanaman Modal"
TENAGA_KERJA = "Bidang Tenaga Kerja"


@pytest.fixture
def stage(services: Services) -> Stage:
    return Stage(services, *WHOLE_OFFICE, WATI)


def begun(stage: Stage, by: Player = SARI, year: int = 2026) -> View:
    return stage.tap(by, StartRun("tapkin_staf", year, None))


def units_running(stage: Stage) -> dict[str | None, int]:
    with stage.services.store.read() as tx:
        return {stored.run.unit: stored.run.id for stored in tx.runs.running()}


def test_one_run_for_each_unit_with_people_in_one_go(stage: Stage) -> None:
    view = begun(stage)
    assert isinstance(view, UnitsView)
    assert view.units == ((UMUM, PROMOSI), (), ())
    assert set(units_running(stage)) == {"umum", "promosi"}

    arrived = {m.delivery.chat_id: m.view for m in stage.deliver()}
    card = arrived[JOKO.chat_id]
    assert isinstance(card, TaskView)
    assert (card.unit, card.required) == (UMUM, 1)
    assert WATI.chat_id in arrived
    text = texts_of(stage.services).render(card).html
    assert UMUM in text


def test_a_second_tap_opens_nothing_twice_and_names_what_runs(stage: Stage) -> None:
    begun(stage)
    again = begun(stage)
    assert isinstance(again, UnitsView)
    assert again.units[:2] == ((), (UMUM, PROMOSI))
    assert len(units_running(stage)) == 2


def test_a_unit_that_has_people_later_is_opened_and_the_others_are_left_alone(
    stage: Stage,
) -> None:
    begun(stage)
    before = units_running(stage)
    stage.finish(before["umum"])
    stage.seat(AGUS)
    view = begun(stage)
    assert isinstance(view, UnitsView)
    assert view.units == ((TENAGA_KERJA,), (PROMOSI,), (UMUM,))
    assert units_running(stage)["promosi"] == before["promosi"]
    assert "umum" not in units_running(stage)


def test_another_year_is_another_matter(stage: Stage) -> None:
    begun(stage)
    view = begun(stage, year=2027)
    assert isinstance(view, UnitsView)
    assert len(view.units.to_open) == 2


def test_a_run_of_the_whole_office_that_began_before_covers_every_unit(stage: Stage) -> None:
    begun(stage)
    with stage.services.store.begin() as tx:
        tx.connection.execute(
            runs_table.update().where(runs_table.c.unit == "umum").values(unit=None)
        )
    view = begun(stage)
    assert isinstance(view, UnitsView)
    assert view.units.to_open == ()
    assert len(units_running(stage)) == 2


def test_without_people_in_any_unit_it_says_whom_to_invite(sqlite_services: Services) -> None:
    stage = Stage(sqlite_services)
    view = begun(stage)
    assert isinstance(view, RefusedView)
    assert view.reason == "nobody_in_units"
    assert "/undang staf" in texts_of(sqlite_services).render(view).html
    question = stage.show(SARI, "start_question", code="tapkin_staf")
    assert isinstance(question, RefusedView)


def test_a_year_that_is_too_far_opens_no_unit(stage: Stage) -> None:
    view = begun(stage, year=2039)
    assert isinstance(view, RefusedView)
    assert view.reason == "year_out_of_range"
    assert units_running(stage) == {}


def test_who_may_not_start_opens_no_unit(stage: Stage) -> None:
    view = begun(stage, by=BUDI)
    assert isinstance(view, RefusedView)
    assert units_running(stage) == {}


def test_each_unit_ends_with_its_own_superior(stage: Stage) -> None:
    begun(stage)
    promosi = units_running(stage)["promosi"]
    stage.finish(promosi)
    run = stage.run(promosi)
    assert run.status is RunStatus.SELESAI
    assert [t.confirmations[0].person_id for t in run.tasks] == [
        stage.id_of(WATI),
        stage.id_of(LESTARI),
        stage.id_of(LESTARI),
    ]


def test_the_status_sums_the_units_up_and_unfolds_them(stage: Stage) -> None:
    stage.seat(AGUS)
    begun(stage)
    stage.finish(units_running(stage)["umum"])
    view = stage.show(DEWI, "status")
    assert isinstance(view, StatusView)
    (group,) = view.groups
    assert (group.done, group.total, view.runs) == (1, 3, ())
    texts = texts_of(stage.services)
    message = texts.render(view)
    assert "1 dari 3 unit selesai" in message.html
    assert message.buttons[0][0].data == "pg:unit:0:tapkin_staf-2026"

    unfolded = stage.show(DEWI, "by_unit", which="tapkin_staf-2026")
    assert isinstance(unfolded, ByUnitView)
    assert [(row.unit, row.running is None) for row in unfolded.rows] == [
        (UMUM, True),
        (PROMOSI, False),
        (TENAGA_KERJA, False),
    ]
    assert WATI.called in texts.render(unfolded).html


def test_late_units_are_counted(stage: Stage) -> None:
    begun(stage)
    stage.go_to("11-11-2026 10.15")
    view = stage.show(HADI, "status")
    assert isinstance(view, StatusView)
    assert len(view.groups[0].late) == 2


def test_staf_see_their_own_unit_only(stage: Stage) -> None:
    begun(stage)
    view = stage.show(JOKO, "status")
    assert isinstance(view, StatusView)
    assert [v.run.unit for v in view.runs] == ["umum"]
    assert view.groups == ()
    unfolded = stage.show(JOKO, "by_unit", which="tapkin_staf-2026")
    assert isinstance(unfolded, ByUnitView)
    assert [row.unit for row in unfolded.rows] == [UMUM]
    forged = stage.show(BUDI, "by_unit", which="tapkin_staf-2026")
    assert isinstance(forged, RefusedView)


def test_a_unit_that_vanishes_from_the_file_keeps_its_run_and_its_head(stage: Stage) -> None:
    begun(stage)
    promosi = units_running(stage)["promosi"]
    office = stage.services.catalog.office
    poorer = replace(office, units=tuple(u for u in office.units if u.code != "promosi"))
    stage.services = replace(stage.services, catalog=replace(stage.services.catalog, office=poorer))
    view = stage.show(DEWI, "status")
    assert isinstance(view, StatusView)
    assert isinstance(stage.show(DEWI, "by_unit", which="tapkin_staf-2026"), ByUnitView)
    stage.finish(promosi)
    assert stage.run(promosi).status is RunStatus.SELESAI
    again = begun(stage)
    assert isinstance(again, UnitsView)
    assert "Promosi" in again.units.done
