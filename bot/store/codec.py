"""Values of the domain as JSON and back, for the rows that keep them whole.

Old rows outlive old code: a text written by an earlier edition must load in a later one,
so a value may gain fields with defaults, and never loses or renames one.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Annotated

from pydantic import Field, TypeAdapter

from bot.domain.notices import Notice
from bot.domain.run import Event
from bot.domain.sop import Sop


@cache
def _sops() -> TypeAdapter[Sop]:
    return TypeAdapter(Sop)


@cache
def _events() -> TypeAdapter[Event]:
    return TypeAdapter(Annotated[Event, Field(discriminator="kind")])


@cache
def _notices() -> TypeAdapter[Notice]:
    return TypeAdapter(Annotated[Notice, Field(discriminator="kind")])


def dump_sop(sop: Sop) -> str:
    """The whole SOP as canonical JSON: equal SOPs give equal texts."""
    return _sops().dump_json(sop).decode()


def load_sop(body: str) -> Sop:
    """The SOP that `dump_sop` wrote, by this or an earlier edition.

    Raises:
        pydantic.ValidationError: the text is not an SOP.
    """
    return _sops().validate_json(body)


def digest(body: str) -> str:
    """What names a version of an SOP: the SHA-256 of its JSON, in hexadecimal."""
    return hashlib.sha256(body.encode()).hexdigest()


def dump_event(event: Event) -> str:
    return _events().dump_json(event).decode()


def load_event(body: str) -> Event:
    return _events().validate_json(body)


def dump_notice(notice: Notice) -> str:
    return _notices().dump_json(notice).decode()


def load_notice(body: str) -> Notice:
    return _notices().validate_json(body)
