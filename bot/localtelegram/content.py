"""What a bot may send: text with entities, keyboards, commands, and when Telegram refuses it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.localtelegram import html
from bot.localtelegram.errors import BotApiError, bad_request
from bot.localtelegram.html import Entity, FormattedText, MarkupError, checked_link
from bot.localtelegram.params import Params
from bot.localtelegram.screen import Button, Buttons, JsonObject

_STYLES = frozenset({"success", "danger", "primary"})
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def allowed_updates(params: Params) -> frozenset[str] | None:
    """The kinds of updates asked for: None as before, an empty set for the usual ones."""
    given = params.structure("allowed_updates", "allowed updates")
    if not isinstance(given, list):
        return None
    return frozenset(str(kind).lower() for kind in given)


def read_text(params: Params, field: str = "text", entities: str = "entities") -> FormattedText:
    """A text with its entities, given as HTML or beside it."""
    text, mode = params.text(field), params.text("parse_mode").lower()
    if mode == "html":
        try:
            return html.finish(html.parse(text))
        except MarkupError as error:
            raise bad_request(f"can't parse entities: {error}") from None
    if mode not in {"", "none"}:
        raise bad_request("unsupported parse_mode")
    given = params.structure(entities, "entities")
    return html.finish(FormattedText(text, tuple(_entities(given or [], text))))


def read_caption(params: Params) -> FormattedText:
    """The caption of a file."""
    caption = read_text(params, "caption", "caption_entities")
    if caption.length > 1024:
        raise bad_request("message caption is too long")
    return caption


def _entities(given: list[JsonObject], text: str) -> Iterable[Entity]:
    length = html.utf16_length(text)
    for value in given:
        entry = Params(value, {})
        kind, offset, size = entry.text("type"), entry.integer("offset"), entry.integer("length")
        if kind not in html.FORMATTING | html.FOUND_BY_ITSELF:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        if offset < 0:
            raise bad_request(f"receive an entity with incorrect offset {offset}")
        if offset > length:
            where = f"UTF-16 offset {offset}"
            raise bad_request(f"entity begins after the end of the text at {where}")
        if offset + size > length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
                f"at UTF-16 offset {offset + size}"
            )
        argument: str | None = None
        if kind == "text_link":
            argument = _link(entry.text("url"), "entity")
        elif kind in {"pre", "custom_emoji"}:
            argument = entry.text("language" if kind == "pre" else "custom_emoji_id") or None
        yield Entity(kind, offset, size, argument)


def _link(url: str, owner: str) -> str:
    try:
        return checked_link(url)
    except ValueError as error:
        raise bad_request(f"{owner} URL '{url}' is invalid: {error}") from None


def read_markup(params: Params, *, inline_only: bool = False) -> dict[str, Any]:
    """What `reply_markup` sets of a message, by the names of its fields."""
    given = params.structure("reply_markup", "reply keyboard markup")
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        return {"buttons": _buttons(given["inline_keyboard"])}
    if inline_only:
        expected = "inline keyboard expected" if given else "object expected as reply markup"
        raise bad_request(expected)
    flags = Params(given, {})
    if "keyboard" in given:
        labels = tuple(
            tuple(key if isinstance(key, str) else str(key.get("text", "")) for key in row)
            for row in given["keyboard"]
        )
        return {"keyboard": labels}
    if "remove_keyboard" in given:
        return {"removes_keyboard": flags.flag("remove_keyboard")}
    if "force_reply" in given:
        return {"asks_reply": flags.flag("force_reply")}
    return {}


def _buttons(given: Any) -> Buttons:
    if not isinstance(given, list) or not all(isinstance(row, list) for row in given):
        raise bad_request('field "inline_keyboard" must be of type Array')
    rows = tuple(tuple(_button(entry) for entry in row) for row in given if row)
    if sum(len(row) for row in rows) > 100:
        raise bad_request("reply markup is too long")
    return rows


def _button(given: Any) -> Button:
    def refuse(reason: str) -> BotApiError:
        return bad_request(f"can't parse inline keyboard button: {reason}")

    if not isinstance(given, dict):
        raise refuse("InlineKeyboardButton must be an Object")
    if "text" not in given:
        raise refuse('Can\'t find field "text"')
    label, style = given["text"], given.get("style")
    if not isinstance(label, str):
        raise refuse('Field "text" must be of type String')
    if not label.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if style is not None and style not in _STYLES:
        raise refuse("Invalid button style specified")
    if given.get("url"):
        return Button(label, url=_link(given["url"], "inline keyboard button"), style=style)
    if given.get("callback_data"):
        data = given["callback_data"]
        if not isinstance(data, str):
            raise refuse('Field "callback_data" must be of type String')
        if len(data.encode()) > 64:
            raise bad_request("BUTTON_DATA_INVALID")
        return Button(label, data=data, style=style)
    if isinstance(given.get("copy_text"), dict):
        copies = str(given["copy_text"].get("text", ""))
        if not 1 <= len(copies) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return Button(label, copies=copies, style=style)
    if set(given) - {"text", "style", "callback_data", "url", "icon_custom_emoji_id"}:
        # Web apps, games, payments, log-ins and inline mode are not part of this Telegram.
        raise bad_request("BUTTON_TYPE_INVALID")
    raise refuse("Text buttons are unallowed in the inline keyboard")


def read_command(given: Any) -> tuple[str, str]:
    """One command of a menu: its name and its description."""
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(given.get("command", "")).strip().removeprefix("/")
    words = str(given.get("description", "")).strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > 32:
        raise bad_request("command length must not exceed 32")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not words:
        raise bad_request("command description must be non-empty")
    if len(words) > 256:
        raise bad_request("command description length must not exceed 256")
    return name, words
