"""What an operator or a member of the office can use, they can read about."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot import __version__, cli
from bot.settings import Settings, load_settings

PROJECT = Path(__file__).resolve().parents[2]

SETTINGS = [name.upper() for name in Settings.model_fields]


def read(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("place", ["README.md", ".env.example", "docs/operasi.md"])
def test_every_setting_is_documented(place: str) -> None:
    text = read(place)
    assert [name for name in SETTINGS if name not in text] == []


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_example_of_the_settings_works_as_it_stands(tmp_path: Path) -> None:
    example = tmp_path / ".env"
    example.write_text(read(".env.example"), encoding="utf-8")
    settings = load_settings({}, env_file=example)
    assert settings.warnings == ()
    assert settings.model_dump(exclude={"bot_token"}) == load_settings(
        {}, env_file=None
    ).model_dump(exclude={"bot_token"})
    # With the sign of a comment taken away, each line is a setting of ours.
    lines = [line.removeprefix("#").strip() for line in read(".env.example").splitlines()]
    named = {line.partition("=")[0] for line in lines if "=" in line and " " not in line}
    assert named == set(SETTINGS)


@pytest.mark.parametrize("place", ["README.md", "docs/operasi.md"])
def test_every_command_of_the_command_line_is_documented(place: str) -> None:
    text = read(place)
    assert [c.name for c in cli.COMMANDS if f"kawal {c.name}" not in text] == []


def test_the_edition_is_the_same_everywhere() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert project["version"] == __version__
    assert f"## {__version__}" in read("CHANGELOG.md")
