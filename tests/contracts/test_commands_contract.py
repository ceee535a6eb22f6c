"""Every command is answered, in a menu, in the help and in the docs; every notice is dealt with."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast, get_args

import pytest
from bot.chat.commands import COMMANDS, general_menu, menu
from bot.chat.handlers import Handlers
from bot.chat.routes import routes
from bot.chat.texts import Texts
from telegram.ext import CommandHandler, MessageHandler

from bot.domain.access import LegacyPermission
from bot.domain.notices import Notice
from bot.domain.people import Address
from bot.domain.sop import Catalog
from bot.features.feature import MenuView, View
from bot.features.help import HelpView
from bot.features.naming import Greeting

PROJECT = Path(__file__).resolve().parents[2]

EVERYTHING = frozenset(LegacyPermission)

ALIASES = {"help"}
"""What people type by habit, beside the command that answers it."""


class Anything:
    """Handlers of which only the names matter here."""

    def __getattr__(self, name: str) -> Any:
        async def handler(update: object, context: object) -> None:
            raise AssertionError(f"{name} is not called here")

        return handler


def test_every_command_of_the_table_is_answered_and_no_other() -> None:
    answered: set[str] = set()
    for route in routes(cast(Handlers, Anything())):
        if isinstance(route, CommandHandler):
            answered |= route.commands
        elif isinstance(route, MessageHandler) and "mulai_" in str(route.filters):
            answered.add("mulai_<kode>")
    assert answered - ALIASES == {command.name for command in COMMANDS}


def test_every_command_is_in_somebodys_menu(catalog: Catalog) -> None:
    procedures = tuple(procedure for _, procedure in catalog.procedures())
    shown = {name for name, _ in (*menu(MenuView(EVERYTHING, procedures)), *general_menu())}
    wanted = {c.name for c in COMMANDS if not c.per_procedure}
    wanted |= {f"mulai_{procedure.code}" for procedure in procedures}
    assert shown == wanted


def test_every_command_is_in_the_help(catalog: Catalog) -> None:
    (_, procedure), *_ = catalog.procedures()
    view = HelpView(Greeting(Address.IBU, "Sari"), (), EVERYTHING, (procedure,))
    text = Texts(catalog.office).render(view).html
    for command in COMMANDS:
        name = command.name.replace("<kode>", procedure.code)
        assert re.search(rf"/{name}\b", text), name


def test_a_fifth_procedure_gets_its_help_line_by_itself(catalog: Catalog) -> None:
    (_, procedure), *_ = catalog.procedures()
    fifth = replace(procedure, code="arsip", title="PEMUSNAHAN ARSIP")
    view = HelpView(Greeting(Address.IBU, "Sari"), (), EVERYTHING, (fifth,))
    assert "/mulai_arsip" in Texts(catalog.office).render(view).html


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
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


@pytest.mark.parametrize(
    ("union", "reader"),
    [(Notice, "usecases/delivering.py"), (View, "chat/texts/__init__.py")],
    ids=["notices", "views"],
)
def test_every_notice_becomes_a_view_and_every_view_a_text(union: Any, reader: str) -> None:
    tree = ast.parse((PROJECT / "bot" / reader).read_text(encoding="utf-8"))
    dealt_with = {
        node.cls.id
        for node in ast.walk(tree)
        if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)
    } | {
        name.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "isinstance"
        for name in ast.walk(node.args[1])
        if isinstance(name, ast.Name)
    }
    assert {member.__name__ for member in get_args(union)} - dealt_with == set()
