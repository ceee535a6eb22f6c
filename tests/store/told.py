"""What the operator is told of an error of the store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.operator_words import sentence
from bot.store.errors import ProblemError


@contextmanager
def told(kind: type[ProblemError], pattern: str) -> Iterator[pytest.ExceptionInfo[ProblemError]]:
    """This kind of error comes, and its sentence has the pattern in it."""
    with pytest.raises(kind) as fault:
        yield fault
    said = sentence(fault.value)
    assert re.search(pattern, said), said
