"""Domain values as JSON and back, for the rows that store them whole.

A text written by an earlier version must load in a later one. So a value may gain fields with
defaults, and never loses or renames one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from bot.domain.events import Event
from bot.domain.notices import Notice
from bot.domain.run import (
    Cancelled,
    Evidence,
    Extension,
    Note,
    Pause,
    Reminded,
    Returned,
    Run,
    Task,
    Team,
)
from bot.domain.sop import Sop

_EVENT = Annotated[Event, Field(discriminator="kind")]

# An adapter is slow to build: each is built when it is first needed.
_adapter = cache(TypeAdapter[Any])


@cache
def _notices(kind: str) -> TypeAdapter[Notice]:
    return TypeAdapter(Notice.of_kind(kind))


@lru_cache(maxsize=64)
def dump_sop(sop: Sop) -> str:
    """The whole SOP as canonical JSON, with default values written out."""
    return _canonical(_adapter(Sop).dump_python(sop, mode="json"))


def load_sop(body: str) -> Sop:
    """The SOP that `dump_sop` wrote, in this or an earlier version.

    Raises:
        ValueError: the text is not an SOP.
    """
    sop: Sop = _adapter(Sop).validate_json(body)
    return sop


@lru_cache(maxsize=64)
def digest(sop: Sop) -> str:
    """The digest of an SOP version: the SHA-256 of its canonical JSON, in hexadecimal.

    Default values are left out: a new field with a default must not make every SOP look
    edited.
    """
    plain = _adapter(Sop).dump_python(sop, mode="json", exclude_defaults=True)
    return hashlib.sha256(_canonical(plain).encode()).hexdigest()


def dump_event(event: Event) -> str:
    return _adapter(_EVENT).dump_json(event).decode()


def load_event(body: str) -> Event:
    event: Event = _adapter(_EVENT).validate_json(body)
    return event


@dataclass(frozen=True)
class TaskDetails:
    """What a task has besides its columns; see `Task`."""

    returned: Returned | None = None
    extensions: tuple[Extension, ...] = ()
    notes: tuple[Note, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reminded: Reminded | None = None


@dataclass(frozen=True)
class RunDetails:
    """What a run has besides its columns; see `Run`."""

    team: Team | None = None
    pauses: tuple[Pause, ...] = ()
    cancelled: Cancelled | None = None


def dump_task(task: Task) -> str:
    """The task's details as JSON; empty where there are none."""
    kept = (task.returned, task.extensions, task.notes, task.evidence, task.reminded)
    return _dump(TaskDetails(*kept))


def load_task(body: str) -> TaskDetails:
    return _adapter(TaskDetails).validate_json(body) if body else TaskDetails()


def dump_run(run: Run) -> str:
    """The run's details as JSON; empty where there are none."""
    return _dump(RunDetails(run.team, run.pauses, run.cancelled))


def load_run(body: str) -> RunDetails:
    return _adapter(RunDetails).validate_json(body) if body else RunDetails()


def _dump(details: TaskDetails | RunDetails) -> str:
    kind: Any = type(details)
    return "" if details == kind() else _adapter(kind).dump_json(details).decode()


def dump_notice(notice: Notice) -> str:
    """The notice's fields and its kind as JSON."""
    fields = _notices(notice.kind).dump_json(notice).decode().removeprefix("{")
    return f'{{"kind":"{notice.kind}"{"" if fields == "}" else ","}{fields}'


def load_notice(body: str) -> Notice:
    """What `dump_notice` wrote, in this or an earlier version.

    Raises:
        ValueError: the text is no notice that this version knows.
    """
    try:
        adapter = _notices(json.loads(body)["kind"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"no notice of this version: {error}") from error
    return adapter.validate_json(body)


def _canonical(plain: Any) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
