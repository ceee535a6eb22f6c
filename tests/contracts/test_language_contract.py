"""What people read stands among the words, and a file holds one idea."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.contracts.source import PROJECT, arguments, files, functions, texts

COMMON = frozenset(
    [
        "yang",
        "tidak",
        "sudah",
        "belum",
        "dan",
        "untuk",
        "dengan",
        "ada",
        "mohon",
        "oleh",
        "pada",
        "dapat",
        "akan",
        "ini",
        "itu",
        "dari",
        "kepada",
        "lagi",
        "atau",
        "di",
        "ke",
    ]
)
"""Words that a sentence in Indonesian can hardly do without."""

FOR_OPERATORS = frozenset(
    {
        # Whoever restores a copy or starts a second bot reads these at the command line, and
        # nobody of the office does: they are the texts of errors that `kawal` prints.
        Path("bot/store/schema.py"),
        Path("bot/store/backup.py"),
        Path("bot/store/lock.py"),
    }
)

LONGEST = 400


def is_sentence(text: str) -> bool:
    """Whether a text says something in Indonesian."""
    return sum(word in COMMON for word in re.findall("[a-z_]+", text.lower())) >= 2


def raised(tree: ast.Module) -> set[int]:
    """The lines of the texts that an error carries: in the call or the class that makes it, or
    under a name that such a call uses."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _is_error(n.func)]
    names = {n.id for call in calls for n in ast.walk(call) if isinstance(n, ast.Name)}
    carriers: list[ast.AST] = [*calls]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
            carriers.append(node)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in names:
            carriers.append(node.value)
    return {line for carrier in carriers for line, _ in texts(carrier)}


def _is_error(function: ast.expr) -> bool:
    return ast.unparse(function).endswith("Error")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tugas ini sudah selesai.", True),
        ("Tidak ada {name} di sini", True),
        ("belum", False),
        ("sudah_ada", False),
        ("task_opened", False),
        ("SELECT id FROM runs WHERE id IN (1)", False),
    ],
)
def test_a_sentence_is_known_by_its_small_words(text: str, found: bool) -> None:
    assert is_sentence(text) is found


def test_a_sentence_is_found_whatever_stands_in_it_and_no_docstring_is() -> None:
    code = '''
def f(work):
    """Ini dan itu."""
    log.info("ini dan itu")
    return f"ini {work} itu"
'''
    assert [text for _, text in texts(ast.parse(code))] == ["ini … itu"]


def test_what_people_do_is_written_without_a_sentence() -> None:
    spoken = {
        f"{path}:{line}: {text}"
        for path, tree in files("features")
        for function in functions(tree)
        if "work" in arguments(function)
        for line, text in texts(function)
        if is_sentence(text)
    }
    assert spoken == set()


def test_store_and_domain_speak_to_nobody() -> None:
    spoken = {
        f"{path}:{line}: {text}"
        for path, tree in files("store", "domain")
        for line, text in texts(tree)
        if is_sentence(text) and not (path in FOR_OPERATORS and line in raised(tree))
    }
    assert spoken == set()


def test_no_place_is_excused_that_needs_no_excuse() -> None:
    needed = {
        path
        for path, tree in files("store", "domain")
        if any(is_sentence(t) for _, t in texts(tree))
    }
    assert needed == FOR_OPERATORS


LONG = """\
bot/cli.py
  The command line: `kawal run`, `demo`, `check`, `doctor`, `backup`, `restore`, `migrate`,
bot/demo/html.py
  The HTML subset of Telegram messages: text and entities, both ways.
bot/demo/methods.py
  What a bot may ask of Telegram, and when Telegram refuses it.
bot/demo/office.py
  The demo's office: the real bot, the local Telegram, a database and a clock to be moved.
bot/demo/page.py
  The page: phones side by side, the clock, and a look inside, for browsers on this computer.
bot/demo/telegram.py
  A local Telegram: a Bot API server on the loopback, with people who use it.
bot/demo/world.py
  The world between the bot and its people: accounts, chats, files, taps, and who watches.
bot/doctor.py
  `kawal doctor`: what keeps the bot from working, and how to correct it.
bot/domain/events.py
  The events of a run (event sourcing).
bot/domain/notices.py
  Notices: facts that people are told, not sentences.
bot/domain/sop.py
  The office and its signed procedures, as values.
bot/features/acting/usecases.py
  /plh and /plt: somebody acts for an official, from one moment to another.
bot/features/extension.py
  More time for a step: how much, why, and the decision of whoever decides.
bot/features/groups.py
  The office's groups: linking them, and telling them what happens, a few times a day.
bot/features/holidays.py
  /libur: an admin's word on single days, and what it means for deadlines under way.
bot/features/start.py
  /mulai and /mulai_<kode>: a run begins, or one for each unit where the superior matters.
bot/features/steering.py
  /jeda, /lanjut and /batal: a run is paused, resumed, or cancelled; and leaving a question.
bot/reports/evaluation_report.py
  Monitoring of a semester and evaluation of a year: pages to sign, tables to work on.
bot/reports/run_report.py
  The report of one run (laporan pelaksanaan): pages for a file, tables for a desk.
bot/sop_loader/sheet.py
  One YAML file, read value by value; each fault is noted with its line.
bot/store/outbox.py
  The outbox: one row for one notice to one chat (kiriman).
bot/store/people.py
  Persons, what they hold, invitations, and questions that wait for an answer.
bot/store/runs.py
  Runs, their tasks and confirmations.
bot/store/tables.py
  The schema. `migrations/` makes the same one, as a test checks.
"""
"""Files that are longer than the others, for all of it is one idea: the first line of each says
which. Before another comes here, look whether it is two."""


def test_a_file_holds_one_idea() -> None:
    long = {}
    for path, tree in files():
        if len((PROJECT / path).read_text(encoding="utf-8").splitlines()) > LONGEST:
            long[path.as_posix()] = (ast.get_docstring(tree) or "").partition("\n")[0]
    lines = LONG.splitlines()
    assert long == dict(zip(lines[::2], (line.strip() for line in lines[1::2]), strict=True))
