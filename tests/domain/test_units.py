"""Who performs a step of one unit's run: its own people, and their nearest superior upward."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bot.domain import assignment
from bot.domain.assignment import OfficeState
from bot.domain.calendar import office_calendar
from bot.domain.events import RunStarted, begin
from bot.domain.people import Address
from bot.domain.run import Capacity, Run
from bot.domain.sop import Catalog, Procedure
from tests.cast import (
    ANWAR,
    BUDI,
    DEWI,
    HADI,
    JOKO,
    LESTARI,
    MONDAY,
    SARI,
    WHOLE_OFFICE,
    Player,
    Seat,
    seats,
    staff,
)
from tests.offices import kantor
from tests.procedures import langkah, prosedur

WATI = Player(112, "Wati Kurnia", Address.IBU, "staf", "promosi")
AGUS = Player(113, "Agus Salim", Address.BAPAK, "staf", "sekretariat")


def office_of(*held: Seat) -> OfficeState:
    whole = kantor()
    return OfficeState(whole, office_calendar(whole), staff(*held))


def run_for(procedure: Procedure, unit: str | None) -> Run:
    return begin(1, procedure, RunStarted(procedure.code, 2026, SARI.chat_id, MONDAY, unit))


def who(run: Run, number: int, state: OfficeState) -> list[int]:
    return list(assignment.assignees(run, run.procedure.step(number), state))


def ids(players: Iterable[Player]) -> list[int]:
    return [player.chat_id for player in players]


@pytest.fixture(scope="module")
def tapkin_staf(catalog: Catalog) -> Procedure:
    found = catalog.find("tapkin_staf")
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def tapkin_eselon4(catalog: Catalog) -> Procedure:
    found = catalog.find("tapkin_eselon4")
    assert found is not None
    return found[1]


def test_the_staf_of_a_unit_hand_in_and_the_head_of_that_unit_signs(tapkin_staf: Procedure) -> None:
    state = office_of(*seats(*WHOLE_OFFICE, WATI))
    run = run_for(tapkin_staf, "promosi")
    assert who(run, 1, state) == ids([WATI])
    assert who(run, 2, state) == ids([LESTARI])
    assert who(run, 3, state) == ids([LESTARI])


def test_the_nearest_holder_upward_signs_where_the_unit_has_no_head(tapkin_staf: Procedure) -> None:
    run = run_for(tapkin_staf, "promosi")
    without_kasi = office_of(*seats(*(p for p in WHOLE_OFFICE if p is not LESTARI), WATI))
    assert who(run, 2, without_kasi) == ids([ANWAR])
    only_dewi = office_of(*seats(DEWI, HADI, WATI))
    assert who(run, 2, only_dewi) == ids([DEWI]), "the Sekretaris is not above a bidang"
    umum = run_for(tapkin_staf, "umum")
    assert who(umum, 2, office_of(*seats(DEWI, HADI, JOKO))) == ids([HADI])


def test_staf_directly_under_the_sekretaris_are_signed_for_by_him(tapkin_staf: Procedure) -> None:
    state = office_of(*seats(*WHOLE_OFFICE, AGUS))
    assert who(run_for(tapkin_staf, "sekretariat"), 2, state) == ids([HADI])


def test_a_head_of_a_unit_is_not_the_own_superior(tapkin_eselon4: Procedure) -> None:
    state = office_of(*seats(*WHOLE_OFFICE))
    promosi = run_for(tapkin_eselon4, "promosi")
    assert who(promosi, 1, state) == ids([LESTARI])
    assert who(promosi, 2, state) == ids([ANWAR])
    perencanaan = run_for(tapkin_eselon4, "perencanaan")
    assert who(perencanaan, 1, state) == ids([SARI])
    assert who(perencanaan, 2, state) == ids([HADI])


def test_who_stands_in_for_the_superior_signs(tapkin_staf: Procedure) -> None:
    acting = Seat(BUDI, "kasi", "promosi", Capacity.PLH)
    state = office_of(*seats(*WHOLE_OFFICE, WATI), acting)
    assert who(run_for(tapkin_staf, "promosi"), 2, state) == ids([BUDI])


def test_a_role_that_heads_no_unit_is_the_same_in_every_run() -> None:
    procedure = replace(
        prosedur(langkah(1, "staf"), langkah(2, "kepala_dinas"), langkah(3, "bappeda")),
        per_unit=True,
    )
    state = office_of(*seats(*WHOLE_OFFICE))
    run = run_for(procedure, "umum")
    assert who(run, 2, state) == ids([DEWI])
    assert who(run, 3, state) == ids([SARI]), "what is outside is recorded by the Kasubbag"


def test_a_unit_that_the_offices_file_lost_breaks_no_run(tapkin_staf: Procedure) -> None:
    lost = office_of(Seat(WATI, "staf", "arsip"), Seat(LESTARI, "kasi", "arsip"), *seats(DEWI))
    run = run_for(tapkin_staf, "arsip")
    assert who(run, 1, lost) == ids([WATI])
    assert who(run, 2, lost) == ids([LESTARI]), "its head is still registered there"
    headless = office_of(Seat(WATI, "staf", "arsip"), *seats(DEWI))
    assert who(run, 2, headless) == ids([DEWI])
    assert headless.office.unit_name("arsip_lama") == "Arsip Lama"


def test_units_whose_parents_go_in_a_circle_end_at_the_kepala_dinas(tapkin_staf: Procedure) -> None:
    whole = kantor()
    circled = replace(
        whole,
        units=tuple(
            replace(u, parent="promosi") if u.code == "penanaman_modal" else u for u in whole.units
        ),
    )
    state = OfficeState(circled, office_calendar(circled), staff(*seats(DEWI, WATI)))
    assert who(run_for(tapkin_staf, "promosi"), 2, state) == ids([DEWI])


def test_only_units_with_people_are_opened_in_the_offices_order(tapkin_staf: Procedure) -> None:
    state = office_of(*seats(WATI, JOKO, SARI), Seat(BUDI, "staf", "arsip"))
    assert assignment.units_with(tapkin_staf.step(1), state) == ("umum", "promosi", "arsip")


def test_a_units_run_concerns_its_own_people_and_those_above_it(tapkin_staf: Procedure) -> None:
    state = office_of(*seats(*WHOLE_OFFICE, WATI))
    run = run_for(tapkin_staf, "promosi")
    assert assignment.concerns(run, WATI.chat_id, state)
    assert assignment.concerns(run, LESTARI.chat_id, state)
    assert not assignment.concerns(run, JOKO.chat_id, state), "he is staf of another unit"
    assert not assignment.concerns(run, BUDI.chat_id, state)


# Whose direct superior is told


@pytest.mark.parametrize(
    ("number", "gone", "superior"),
    [
        (1, [], [LESTARI]),  # Bu Wati is late
        (1, [LESTARI], [ANWAR]),
        (1, [LESTARI, ANWAR], []),  # along the units there is nobody else
        (2, [], [ANWAR]),  # Bu Lestari is late
        (2, [LESTARI], []),  # Pak Anwar checks in her place, and is late himself
    ],
)
def test_the_direct_superior_is_the_nearest_head_above_who_is_late(
    tapkin_staf: Procedure, number: int, gone: list[Player], superior: list[Player]
) -> None:
    run = run_for(tapkin_staf, "promosi")
    here = [p for p in (*WHOLE_OFFICE, WATI) if p not in gone]
    found = assignment.superiors(run, run.procedure.step(number), office_of(*seats(*here)))
    assert [h.person_id for h in found] == ids(superior)


def test_a_plh_is_the_direct_superior_of_others_and_never_of_themselves(
    tapkin_staf: Procedure,
) -> None:
    run = run_for(tapkin_staf, "promosi")
    plh = Seat(LESTARI, "kepala_bidang", "penanaman_modal", Capacity.PLH)
    state = office_of(*seats(ANWAR, LESTARI, WATI), plh)
    assert [
        [h.person_id for h in assignment.superiors(run, run.procedure.step(number), state)]
        for number in (1, 2)
    ] == [[LESTARI.chat_id], []]


def test_the_office_s_own_runs_have_no_direct_superior(tapkin_staf: Procedure) -> None:
    run = run_for(tapkin_staf, None)
    state = office_of(*seats(*WHOLE_OFFICE, WATI))
    assert assignment.superiors(run, run.procedure.step(1), state) == ()
