"""What people read stands among the words, and a file holds one idea."""

from __future__ import annotations

import ast
import re
from collections import Counter

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

LONGEST = 400


def is_sentence(text: str) -> bool:
    """Whether a text says something in Indonesian."""
    return sum(word in COMMON for word in re.findall("[a-z_]+", text.lower())) >= 2


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
        if is_sentence(text)
    }
    assert spoken == set()


LONG = """\
bot/store/outbox.py
  The outbox: one row for one notice to one chat (kiriman).
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


def test_a_module_binds_no_name_twice() -> None:
    """Of two constants with one name the second counts everywhere, and nobody sees it."""
    twice = set()
    for path, tree in files():
        bound = Counter(name for node in tree.body for name in _bound(node))
        twice |= {f"{path}: {name}" for name, times in bound.items() if times > 1}
    assert twice == set()


def _bound(node: ast.stmt) -> list[str]:
    """The names that a statement at the top of a module binds; imports are left to the linter."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return []
    names = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return [n.id for n in names if isinstance(n.ctx, ast.Store)]
