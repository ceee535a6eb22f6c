"""How the local Telegram outlives its process: its screens as JSON, its files as files."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from bot.localtelegram.screen import File, JsonObject, Message
from bot.localtelegram.updates import Update
from bot.localtelegram.world import Account, Scope, World

_SKIPPED = 1_000
"""Numbers left out at a resumption: the bot may know newer ones than were saved."""


@dataclass(frozen=True, slots=True)
class _Saved:
    """What is written. In JSON a message names its file by its id."""

    form: Literal[1]
    accounts: list[Account]
    messages: list[Message]
    files: list[dict[str, Any]]
    commands: list[tuple[Scope, str, tuple[tuple[str, str], ...]]]
    updates: list[Update]
    next_update: int
    last_message: int


_SAVED = TypeAdapter(_Saved)
_KEPT = tuple(field.name for field in fields(File) if field.name != "data")


def save(world: World, folder: Path) -> JsonObject:
    """Everything that people see and that waits for the bot; files go into `folder`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in world.files.values():
        path = folder / file.unique_id
        if not path.exists():
            path.write_bytes(file.data)
    messages = list(world.chats())
    state = _Saved(
        1,
        list(world.accounts.values()),
        [replace(message, file=None) for message in messages],
        [{name: getattr(file, name) for name in _KEPT} for file in world.files.values()],
        [(*key, commands) for key, commands in world.commands.items()],
        list(world.updates.pending),
        world.updates.next_id,
        world.last_message_id,
    )
    saved: JsonObject = _SAVED.dump_python(state, mode="json")
    for plain, message in zip(saved["messages"], messages, strict=True):
        plain["file"] = message.file.file_id if message.file else None
    return saved


def resume(world: World, saved: JsonObject, folder: Path) -> None:
    """Put into a fresh `world` what `save` returned.

    Raises:
        ValueError: it is something else.
    """
    try:
        files = {
            file["file_id"]: File(**file, data=path.read_bytes())
            for file in saved["files"]
            if (path := folder / Path(file["unique_id"]).name).is_file()
        }
        messages = [{**plain, "file": files.get(plain["file"])} for plain in saved["messages"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not what was saved: {error!r}") from error
    state = _SAVED.validate_python({**saved, "messages": messages})
    world.accounts.update({account.user_id: account for account in state.accounts})
    world.commands.update({(scope, code): commands for scope, code, commands in state.commands})
    world.resume(state.messages, files.values(), state.last_message + _SKIPPED)
    world.updates.resume(state.next_update + _SKIPPED, state.updates)
