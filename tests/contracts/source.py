"""The bot's own source, for tests that read it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import bot.features
from bot.domain.access import Permission
from bot.features.feature import Feature

PROJECT = Path(__file__).resolve().parents[2]

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def files(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    """The files of these rooms of `bot`, or of all, with their trees."""
    for room in rooms or (".",):
        place = PROJECT / "bot" / room
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            yield path.relative_to(PROJECT), ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[Function]:
    """Every function of a file, wherever it stands."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def arguments(function: Function) -> set[str]:
    """The names of what a function takes."""
    given = function.args
    return {a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)}


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text in the code with its line: no docstring, and nothing that is logged. A text
    with values in it is one text."""
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return
    if isinstance(tree, ast.Call) and ast.unparse(tree.func).startswith("log."):
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        yield tree.lineno, tree.value
    elif isinstance(tree, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "…" for p in tree.values)
        yield tree.lineno, "".join(map(str, parts))
        for part in tree.values:
            if isinstance(part, ast.FormattedValue):
                yield from texts(part.value)
    else:
        for child in ast.iter_child_nodes(tree):
            yield from texts(child)


def feature_modules() -> dict[str, ModuleType]:
    """Every module in bot/features by its name."""
    found = pkgutil.walk_packages(bot.features.__path__, "bot.features.")
    return {info.name: importlib.import_module(info.name) for info in found}


def modules_of_features() -> Iterable[ModuleType]:
    """Those that declare a feature, and those that lie beside such a one in its folder."""
    modules = feature_modules()
    own = {name for name, module in modules.items() if _feature(module) is not None}
    folders = {name.rpartition(".")[0] for name in own} - {"bot.features"}
    return [m for name, m in modules.items() if name in own or name.rpartition(".")[0] in folders]


def declared() -> set[str]:
    """The names of all features that stand in a file."""
    return {f.name for module in feature_modules().values() if (f := _feature(module))}


def permissions() -> frozenset[Permission]:
    """Every permission that some module of the features declares."""
    every = (value for module in feature_modules().values() for value in vars(module).values())
    return frozenset(value for value in every if isinstance(value, Permission))


def _feature(module: ModuleType) -> Feature | None:
    found = vars(module).get("FEATURE")
    return found if isinstance(found, Feature) else None
