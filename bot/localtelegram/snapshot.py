"""How the local Telegram outlives its process: its screens as JSON, its files as files."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.localtelegram.html import Entity, FormattedText
from bot.localtelegram.screen import Button, File, JsonObject, Message
from bot.localtelegram.updates import Update
from bot.localtelegram.world import Account, World

_FORM = 1

_SKIPPED = 1_000
"""Numbers left out after a resumption. What was saved may be a moment older than what the
bot has on record, and a number that was given out once must not mean something else."""


def save(world: World, folder: Path) -> JsonObject:
    """Everything that people see and that waits for the bot; files go into `folder`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in world.files.values():
        path = folder / file.unique_id
        if not path.exists():
            path.write_bytes(file.data)
    return {
        "form": _FORM,
        "accounts": [asdict(account) for account in world.accounts.values()],
        "messages": [_message(message) for message in world.chats()],
        "files": [_file(file) for file in world.files.values()],
        "commands": [
            [list(scope), language, [list(command) for command in commands]]
            for (scope, language), commands in world.commands.items()
        ],
        "updates": [_update(update) for update in world.updates.pending],
        "next_update": world.updates.next_id,
        "last_message": world.last_message_id,
    }


def resume(world: World, saved: JsonObject, folder: Path) -> None:
    """Put into a fresh `world` what `save` returned.

    Raises:
        ValueError: it is something else.
    """
    if saved.get("form") != _FORM:
        raise ValueError("saved in another form")
    try:
        for account in saved["accounts"]:
            world.accounts[account["user_id"]] = Account(**account)
        files = {
            file["file_id"]: File(**file, data=path.read_bytes())
            for file in saved["files"]
            if (path := folder / Path(file["unique_id"]).name).is_file()
        }
        messages = [_read_message(message, files) for message in saved["messages"]]
        world.resume(messages, files.values(), saved["last_message"] + _SKIPPED)
        for (kind, chat, user), language, commands in saved["commands"]:
            world.commands[(kind, chat, user), language] = tuple(
                (name, words) for name, words in commands
            )
        world.updates.resume(
            saved["next_update"] + _SKIPPED, [_read_update(update) for update in saved["updates"]]
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not what was saved: {error!r}") from error


def _message(message: Message) -> JsonObject:
    plain = asdict(replace(message, file=None))
    for moment in ("date", "edited", "forwarded_date"):
        if plain[moment] is not None:
            plain[moment] = plain[moment].isoformat()
    plain["file"] = message.file.file_id if message.file else None
    return plain


def _read_message(saved: JsonObject, files: dict[str, File]) -> Message:
    known = {field.name for field in fields(Message)}
    plain: dict[str, Any] = {name: value for name, value in saved.items() if name in known}
    for moment in ("date", "edited", "forwarded_date"):
        if plain[moment] is not None:
            plain[moment] = datetime.fromisoformat(plain[moment])
    content = plain["content"]
    plain["content"] = FormattedText(
        content["text"], tuple(Entity(**entity) for entity in content["entities"])
    )
    plain["buttons"] = tuple(tuple(Button(**b) for b in row) for row in plain["buttons"])
    plain["keyboard"] = tuple(tuple(row) for row in plain["keyboard"])
    plain["file"] = files.get(plain["file"])
    return Message(**plain)


def _file(file: File) -> JsonObject:
    return {field.name: getattr(file, field.name) for field in fields(File) if field.name != "data"}


def _update(update: Update) -> JsonObject:
    plain = asdict(update)
    return {**plain, "made": update.made.isoformat(), "expires": update.expires.isoformat()}


def _read_update(saved: JsonObject) -> Update:
    moments = {name: datetime.fromisoformat(saved[name]) for name in ("made", "expires")}
    return Update(**{**saved, **moments})
