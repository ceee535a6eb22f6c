"""The text of an SOP that a run keeps, and the fingerprint that tells two of them apart."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.domain.sop import Sop

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def dump_sop(sop: Sop) -> str:
    """The SOP as canonical JSON: every field spelt out, so that the text explains itself."""
    return _canonical(_adapter().dump_python(sop, mode="json"))


def parse_sop(text: str) -> Sop:
    """The SOP that `dump_sop` wrote, by this edition or an older one.

    Raises:
        ValueError: the text is not such an SOP.
    """
    return _adapter().validate_json(text)


def digest(sop: Sop) -> str:
    """The SOP's fingerprint: sha256, in hex, of its canonical JSON.

    Fields that stand at their default are left out of it: an upgrade that gives the domain
    another defaulted field does not make every SOP look edited.
    """
    plain = _adapter().dump_python(sop, mode="json", exclude_defaults=True)
    return hashlib.sha256(_canonical(plain).encode()).hexdigest()


@cache
def _adapter() -> TypeAdapter[Sop]:
    # Imported at the first use: commands that read no SOP need not wait for it.
    from pydantic import TypeAdapter

    return TypeAdapter(Sop)


def _canonical(plain: Any) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
