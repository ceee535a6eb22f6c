"""Views to be put into words, a module for each feature, found by its name.

A module of the feature's name has `samples`, which makes its views of a `Given`; `SAMPLES`, made
of the usual one; and `FACTS`, what its sentences need, as long as they get in real life.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from bot.features import registry
from bot.features.answers import DoneView, Fact, RefusedView
from bot.features.feature import MenuView, View
from tests.features.samples.common import Given

_FEATURES = registry.live()


def modules() -> dict[str, Any]:
    """The modules by the name of their feature."""
    names = [m.name for m in pkgutil.iter_modules(__path__) if m.name != "common"]
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}


def everything(text: str = "Menyusun laporan", many: int = 3) -> list[View]:
    """Every view, with `text` wherever people or data give a text, and
    `many` of whatever there can be many of. Every refusal and every deed is among them."""
    given = Given(text, many)
    views = [view for module in modules().values() for view in module.samples(given)]
    return [*views, *sentences(given)]


def messages(text: str = "Menyusun laporan", many: int = 3) -> list[View]:
    """The same without command menus, which are set and not said."""
    return [view for view in everything(text, many) if not isinstance(view, MenuView)]


def sentences(given: Given | None = None) -> list[RefusedView | DoneView]:
    """Every refusal and every deed with its facts; full of a text where one is given."""
    found: list[RefusedView | DoneView] = []
    for feature in _FEATURES.all:
        module = modules().get(feature.name)
        facts = {
            name: _filled(fact, given) for name, fact in (module.FACTS if module else {}).items()
        }
        found += [RefusedView(str(reason), facts) for reason in feature.refusals]
        found += [DoneView(what.value, facts) for what in feature.done]
    return found


def _filled(fact: Fact, given: Given | None) -> Fact:
    if given is None:
        return fact
    if isinstance(fact, str):
        return given.text
    # A count may be any number; a year is one.
    return given.many if isinstance(fact, int) and fact < 100 else fact
