"""What features declare fits together: each thing in one of them, and none of it forgotten."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.chat.sender import is_file
from bot.domain.access import Permission
from bot.domain.notices import Notice, Reply
from bot.features import registry
from bot.features.answers import DoneView, RefusedView
from bot.features.feature import Command, Drawn, Feature, Features, MenuView, Question, Topic
from bot.ui.buttons import Tap, Token
from tests.contracts.source import (
    arguments,
    declared,
    feature_modules,
    files,
    functions,
    modules_of_features,
)
from tests.features import example, samples

FEATURES = registry.live()

MAPPINGS = (
    "taps",
    "views",
    "notices",
    "questions",
    "due",
    "words",
    "pages",
    "toasts",
    "refusals",
    "done",
    "show_or_undo",
    "hooks",
    "journal",
)


@dataclass(frozen=True, slots=True)
class Poke(Tap):
    """A tap of nobody's."""

    prefix = "poke"
    token: Token


@dataclass(frozen=True, slots=True)
class OtherPoke(Tap):
    """Another tap with the same prefix."""

    prefix = "poke"
    token: Token


def under(kind: type) -> Iterator[type]:
    """The classes below one, as far as the bot itself makes them."""
    for below in kind.__subclasses__():
        yield below
        yield from under(below)


# Everything is declared


def test_every_feature_that_is_declared_is_live() -> None:
    names = [feature.name for feature in registry.FEATURES]
    assert set(names) == declared()
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_notice_is_drawn_by_exactly_one_feature() -> None:
    drawn = Counter(kind for feature in registry.FEATURES for kind in feature.notices)
    every = {kind for kind in Notice._kinds.values() if kind.__module__.startswith("bot.")}
    assert set(drawn) == every - {Reply}
    assert set(drawn.values()) == {1}


def test_every_notice_is_found_by_a_kind_of_its_own() -> None:
    made = [kind for kind in under(Notice) if kind.__module__.startswith("bot.")]
    # A class with slots is made twice: the second takes the first one's place.
    assert {kind.__name__ for kind in made} == {k.__name__ for k in Notice._kinds.values()}
    assert all(Notice.of_kind(kind.kind) is kind for kind in FEATURES.notices)
    assert len({kind.kind for kind in FEATURES.notices}) == len(FEATURES.notices)


def test_every_tap_belongs_to_exactly_one_feature() -> None:
    taken = Counter(kind for feature in registry.FEATURES for kind in feature.taps)
    assert set(taken.values()) == {1}
    declared_taps = {
        value
        for module in feature_modules().values()
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Tap) and value.__module__ == module.__name__
    }
    assert set(taken) == declared_taps
    assert len({kind.prefix for kind in taken}) == len(taken)


@pytest.mark.parametrize("what", MAPPINGS)
def test_every_key_stands_in_exactly_one_feature(what: str) -> None:
    keys = Counter(key for feature in registry.FEATURES for key in getattr(feature, what))
    assert [key for key, count in keys.items() if count > 1] == []
    assert set(keys) == set(getattr(FEATURES, what))


def test_what_is_asked_for_by_name_in_the_code_is_declared() -> None:
    """Replies, questions and entries of the agenda that some feature writes are understood."""
    replies: set[str] = set()
    questions: set[str] = set()
    for _, tree in files("features"):
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name, first = ast.unparse(call.func), call.args[0] if call.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                if name in ("Reply", "Form"):
                    (replies if name == "Reply" else questions).add(first.value)
                elif name == "work.ask":
                    questions.add(first.value)
    assert {"steering_choice", "welcome"} <= replies
    assert replies <= set(FEATURES.views)
    assert {"return", "holiday"} <= questions
    assert questions <= set(FEATURES.questions)


# Views and words


def test_every_view_of_a_feature_has_words() -> None:
    views = {
        value
        for module in modules_of_features()
        for name, value in vars(module).items()
        if inspect.isclass(value) and name.endswith("View") and value.__module__ == module.__name__
    }
    assert len(views) > 50
    assert views - set(FEATURES.words) - set(FEATURES.pages) == set()


def test_a_view_has_either_words_or_pages_and_a_toast_only_beside_them() -> None:
    assert not set(FEATURES.words) & set(FEATURES.pages)
    assert set(FEATURES.toasts) <= set(FEATURES.words) | set(FEATURES.pages)
    assert set(FEATURES.show_or_undo) <= set(FEATURES.words)


def test_every_view_has_a_sample() -> None:
    shown = {type(view) for module in samples.modules().values() for view in module.SAMPLES}
    wanted = {*FEATURES.words, *FEATURES.pages}
    assert wanted | _handled_by_the_sender() <= shown
    assert shown <= wanted | {MenuView}
    assert any(is_file(view) for module in samples.modules().values() for view in module.SAMPLES)


def _handled_by_the_sender() -> set[type]:
    """The views that the sender asks after by their class."""
    sender = importlib.import_module("bot.chat.sender")
    ((_, tree),) = files("chat/sender.py")
    found = {
        vars(sender)[node.args[1].id]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "isinstance"
        and ast.unparse(node.args[0]) == "view"
        and isinstance(node.args[1], ast.Name)
    }
    assert MenuView in found
    return found


def test_the_samples_of_each_feature_are_in_the_module_of_its_name() -> None:
    modules, features = samples.modules(), {f.name: f for f in FEATURES.all}
    assert set(modules) <= set(features)
    for name, module in modules.items():
        own = {*features[name].words, *features[name].pages}
        assert {type(view) for view in module.SAMPLES} - {MenuView} == own, name


def test_everything_holds_every_sentence() -> None:
    everything = samples.everything()
    refused = {view.reason for view in everything if isinstance(view, RefusedView)}
    done = {view.what for view in everything if isinstance(view, DoneView)}
    assert (refused, done) == (set(FEATURES.refusals), set(FEATURES.done))


# Doubles


def _do(*given: Any) -> None:
    raise AssertionError("it is only declared here")


@pytest.mark.parametrize("what", MAPPINGS)
def test_two_features_with_one_key_are_found_at_the_start(what: str) -> None:
    key = next(key for feature in registry.FEATURES for key in getattr(feature, what))
    value = next(f for f in registry.FEATURES if key in getattr(f, what))
    second = Feature("second", **{what: {key: getattr(value, what)[key]}})
    with pytest.raises(ValueError, match=f"{what}: .* is claimed twice, at last by second"):
        Features((*registry.FEATURES, second))


def test_two_taps_with_one_prefix_are_found_at_the_start() -> None:
    with pytest.raises(ValueError, match="two taps have the prefix 'poke'"):
        Features((Feature("one", taps={Poke: _do}), Feature("two", taps={OtherPoke: _do})))


def _everything(permission: Permission) -> bool:
    return True


def _nothing(permission: Permission) -> bool:
    return False


def test_one_feature_more_disturbs_none() -> None:
    features = Features((*registry.FEATURES, example.FEATURE))
    assert set(FEATURES.taps) < set(features.taps)
    assert features.command("salam", _nothing) is not None
    with pytest.raises(ValueError, match="claimed twice, at last by salam"):
        Features((*features.all, example.FEATURE))


def test_a_name_in_several_rows_is_the_first_that_is_open() -> None:
    row = Command("batal", _do, None, Topic.PELAKSANAAN, "Untuk semua", "untuk semua")
    narrow = replace(
        row, permission=next(iter(FEATURES.permissions())), description="Untuk sebagian"
    )
    features = Features((Feature("a", commands=(narrow,)), Feature("b", commands=(row,))))
    assert features.command("batal", _nothing) is row
    assert features.command("batal", _everything) is narrow
    only = Features((Feature("a", commands=(narrow,)),))
    assert only.command("batal", _nothing) is narrow, "so that it can be refused by name"
    assert features.command("lain", _everything) is None


def test_what_is_declared_is_of_the_kind_that_it_says() -> None:
    assert all(isinstance(drawn, Drawn) and drawn.label for drawn in FEATURES.notices.values())
    assert all(isinstance(question, Question) for question in FEATURES.questions.values())


# Acting and wording are two things


def test_no_function_both_acts_and_words() -> None:
    both = {
        f"{path}:{function.lineno}"
        for path, tree in files("features")
        for function in functions(tree)
        if {"work", "say"} <= arguments(function)
    }
    assert both == set()
