"""What keeps the database from being used is one English line in the log, and one Indonesian
sentence for the operator."""

from __future__ import annotations

from string import Formatter

import pytest

from bot.operator_words import SENTENCES, sentence
from bot.store.errors import BackupError, LockHeldError, Problem
from tests.contracts.test_language_contract import is_sentence


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_has_a_sentence_that_names_the_same_facts(problem: Problem) -> None:
    assert _facts(SENTENCES[problem]) == _facts(problem)
    assert not is_sentence(problem)


def test_the_log_reads_english_and_the_operator_indonesian() -> None:
    error = LockHeldError(Problem.FILE_IN_USE_BY, path="data/kawal.db", holder=4711)
    assert str(error) == "another bot, process 4711, uses the database data/kawal.db"
    assert sentence(error) == (
        "basis data data/kawal.db sedang dipakai bot lain (proses nomor 4711); hentikan dahulu bot"
        " itu, karena satu basis data hanya untuk satu bot"
    )


def test_a_path_with_braces_is_said_as_it_is() -> None:
    error = BackupError(Problem.TARGET_EXISTS, path="{reason}.zip")
    assert sentence(error) == "{reason}.zip sudah ada; pilih nama berkas yang lain"
