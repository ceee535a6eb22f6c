"""Every command is answered, in a menu, in the help and in the docs."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people import Address
from bot.domain.sop import Catalog, Procedure
from bot.features import registry
from bot.features.answers import RefusedView
from bot.features.feature import Texts, View, allowed, general_menu, menu_of
from bot.features.help import HelpView
from bot.features.naming import Greeting
from bot.features.phrases import Phrases
from bot.features.runs import SEE_OFFICE
from bot.features.work import Services
from tests.cast import ADMIN, BUDI, CAST, Player, Stage
from tests.contracts.source import permissions
from tests.features.saying import pages

PROJECT = Path(__file__).resolve().parents[2]

FEATURES = registry.live()

ALIASES = {"help"}
"""What people type by habit, beside the command that answers it."""

NAMES = sorted({command.name for command in FEATURES.commands})


@pytest.fixture
def stage(sqlite_services: Services) -> Stage:
    """The cast and the admin, who may do everything."""
    return Stage(sqlite_services, *CAST, ADMIN)


def answer(stage: Stage, who: Player, name: str) -> View:
    """What somebody gets for the command alone."""
    code = next(p.code for _, p in stage.services.catalog.procedures())
    return stage.answer(who, "/" + name.replace("<kode>", code))


def unknown(view: View) -> bool:
    return isinstance(view, RefusedView) and view.reason == "unknown_command"


def help_of(*procedures: Procedure) -> HelpView:
    """The help of somebody who may do everything."""
    rows = allowed(FEATURES, FEATURES.permissions())
    return HelpView(Greeting(Address.IBU, "Sari"), rows, procedures)


def texts(catalog: Catalog) -> Texts:
    return Texts(FEATURES, Phrases(catalog.office))


@pytest.mark.parametrize("name", [*NAMES, *sorted(ALIASES)])
def test_every_command_is_answered(stage: Stage, name: str) -> None:
    view = answer(stage, ADMIN, name)
    assert not unknown(view)
    assert texts(stage.services.catalog).render(view).html


@pytest.mark.parametrize("name", NAMES)
def test_whoever_may_not_use_a_command_hears_whose_it_is(stage: Stage, name: str) -> None:
    view = answer(stage, BUDI, name)
    assert not unknown(view)
    open_to_all = any(c.permission is None for c in FEATURES.commands if c.name == name)
    refused = isinstance(view, RefusedView) and view.reason in ("not_allowed", "admin_only")
    assert refused is not open_to_all


@pytest.mark.parametrize("name", ["salam", "tugasku", "mul", "mulai_tidak_ada", "a" * 40])
def test_no_other_command_is_known(stage: Stage, name: str) -> None:
    view = answer(stage, ADMIN, name)
    assert isinstance(view, RefusedView)
    assert view.reason in ("unknown_command", "mistyped", "unknown_procedure")


def test_the_aliases_are_those_that_people_type_by_habit() -> None:
    assert {alias for c in FEATURES.commands for alias in c.aliases} == ALIASES


def test_every_command_is_in_somebodys_menu(stage: Stage) -> None:
    with stage.services.read(stage.now, stage.request(ADMIN)) as work:
        entries = menu_of(work, work.person).entries
    shown = {name for name, _ in (*entries, *general_menu(FEATURES))}
    # A procedure's own command would start it at one stray tap.
    assert shown == {c.name for c in FEATURES.commands if not c.per_procedure}


def whole_help(catalog: Catalog, procedure: Procedure) -> str:
    """All pages of the help of somebody who may use everything."""
    return "\n".join(page.html for page in pages(help_of(procedure), texts(catalog)))


def test_every_command_is_in_the_help(catalog: Catalog) -> None:
    (_, procedure), *_ = catalog.procedures()
    text = whole_help(catalog, procedure)
    for command in FEATURES.commands:
        name = command.name.replace("<kode>", procedure.code)
        assert re.search(rf"/{name}\b", text), name


def test_a_fifth_procedure_gets_its_help_line_by_itself(catalog: Catalog) -> None:
    (_, procedure), *_ = catalog.procedures()
    fifth = replace(procedure, code="arsip", title="PEMUSNAHAN ARSIP")
    assert "/mulai_arsip" in whole_help(catalog, fifth)


@pytest.mark.parametrize("command", FEATURES.commands, ids=lambda command: command.name)
def test_every_command_is_in_the_docs(command: Any) -> None:
    name = command.name.replace("<kode>", "lakip")
    guides = "".join(
        (PROJECT / "docs" / page).read_text(encoding="utf-8")
        for page in ("panduan.md", "operasi.md")
    )
    assert re.search(rf"/{name}\b", guides)


def test_every_command_that_starts_a_procedure_is_in_the_offices_guide(catalog: Catalog) -> None:
    guide = (PROJECT / "docs/panduan.md").read_text(encoding="utf-8")
    missing = [p.code for _, p in catalog.procedures() if f"/mulai_{p.code}" not in guide]
    assert missing == []


def test_a_command_for_groups_is_a_command() -> None:
    assert FEATURES.group_commands <= set(NAMES)
    assert FEATURES.group_commands == {"hubungkan"}


def test_every_permission_opens_some_command_but_the_one_that_widens_status() -> None:
    assert permissions() - FEATURES.permissions() == {SEE_OFFICE}
