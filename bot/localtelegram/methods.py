"""What a bot may ask of Telegram, and when Telegram refuses it, in Telegram's words.

Each method of the Bot API is one of `BotApi`: `do_<its name in small letters>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Literal

from bot.localtelegram import html
from bot.localtelegram.changes import Change
from bot.localtelegram.content import (
    allowed_updates,
    read_caption,
    read_command,
    read_markup,
    read_text,
)
from bot.localtelegram.errors import BotApiError, bad_request, forbidden
from bot.localtelegram.groups import GroupAccount
from bot.localtelegram.html import FormattedText
from bot.localtelegram.params import Params, Upload
from bot.localtelegram.pictures import picture_size
from bot.localtelegram.screen import Buttons, File, JsonObject, Message
from bot.localtelegram.world import Account, Scope, TapAnswer, World

_MEBIBYTE = 1024 * 1024
_DOWNLOAD_LIMIT = 20 * _MEBIBYTE
_PHOTO_LIMIT = 10 * _MEBIBYTE
UPLOAD_LIMIT = 50 * _MEBIBYTE
_DELETABLE_FOR = timedelta(hours=48)
_ACTION = re.compile(
    "typing|choose_sticker|find_location|upload_(photo|document)"
    "|(record|upload)_(video|voice|video_note)"
)
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "gifts_from_channels")
_TEXTS = {"name": 64, "description": 512, "short_description": 120}  # and how long each may be
_MENU_BYTES = 7800  # of names and descriptions; found by others, documented nowhere
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


class BotApi:
    """The bot's side of the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def method(self, name: str) -> Callable[[Params], Any] | None:
        """The method of that name in any case, or None."""
        name = name.lower()
        for field in _TEXTS:
            if name[3:] == f"my{field.replace('_', '')}" and name[:3] in {"get", "set"}:
                return partial(self._get_text if name[:3] == "get" else self._set_text, field)
        found: Callable[[Params], Any] | None = getattr(self, f"do_{name}", None)
        return found

    def do_getme(self, params: Params) -> JsonObject:
        return {
            **self._world.bot_user(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def do_setwebhook(self, params: Params) -> bool:
        url = params.text("url")
        if url and not url.lower().startswith("https://"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        self._set_webhook(url, params)
        return True

    def do_deletewebhook(self, params: Params) -> bool:
        self._set_webhook("", params)
        return True

    def _set_webhook(self, url: str, params: Params) -> None:
        drop = params.flag("drop_pending_updates")
        self._world.updates.set_webhook(url, allowed_updates(params), drop=drop)

    def do_getwebhookinfo(self, params: Params) -> JsonObject:
        updates = self._world.updates
        return {
            "url": updates.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": len(updates.pending),
        }

    def _get_text(self, field: str, params: Params) -> JsonObject:
        texts, language = self._world.texts, params.text("language_code")
        usual = self._world.bot_name if field == "name" else ""
        return {field: texts.get((field, language)) or texts.get((field, "")) or usual}

    def _set_text(self, field: str, params: Params) -> bool:
        text = params.text(field)
        if len(text) > _TEXTS[field]:
            raise bad_request(f"{field.replace('_', ' ')} is too long")
        self._world.texts[field, params.text("language_code")] = text
        return True

    def do_setchatmenubutton(self, params: Params) -> bool:
        chat = self._chat(params).user_id if "chat_id" in params else None
        button = params.structure("menu_button", "menu button") or {"type": "default"}
        self._world.menu_buttons[chat] = button
        return True

    def do_getchatmenubutton(self, params: Params) -> JsonObject:
        chat = self._chat(params).user_id if "chat_id" in params else None
        buttons = self._world.menu_buttons
        return buttons.get(chat) or buttons.get(None) or {"type": "commands"}

    def do_setmycommands(self, params: Params) -> bool:
        scope = self._scope(params)
        given = params.structure("commands", "commands")
        if not isinstance(given, list):
            raise bad_request("can't parse commands JSON object")
        if len(given) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        commands = tuple(read_command(entry) for entry in given)
        if sum(len(text.encode()) for command in commands for text in command) > _MENU_BYTES:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        key = (scope, params.text("language_code"))
        if commands:
            self._world.commands[key] = commands
        else:
            self._world.commands.pop(key, None)
        self._menus_changed(scope)
        return True

    def do_deletemycommands(self, params: Params) -> bool:
        scope = self._scope(params)
        self._world.commands.pop((scope, params.text("language_code")), None)
        self._menus_changed(scope)
        return True

    def do_getmycommands(self, params: Params) -> list[JsonObject]:
        key = (self._scope(params), params.text("language_code"))
        commands = self._world.commands.get(key, ())
        return [{"command": name, "description": words} for name, words in commands]

    def _menus_changed(self, scope: Scope) -> None:
        for user_id in self._world.accounts if scope[1] is None else [scope[1]]:
            self._world.changed(Change("commands", user_id))

    def _scope(self, params: Params) -> Scope:
        given = params.structure("scope", "BotCommandScope") or {"type": "default"}
        if not isinstance(given, dict):
            raise bad_request("can't parse BotCommandScope JSON object")
        match given.get("type"):
            case (
                "default" | "all_private_chats" | "all_group_chats" | "all_chat_administrators"
            ) as kind:
                return (kind, None, None)
            case "chat" | "chat_administrators" | "chat_member" as kind:
                account = self._chat(Params(given, {}))
                if not account.started:
                    raise bad_request("chat not found")
                if kind != "chat":
                    raise bad_request("can't change commands of a member of a private chat")
                return (kind, account.user_id, None)
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")

    def do_sendmessage(self, params: Params) -> JsonObject:
        if not params.text("text"):
            raise bad_request("message text is empty")
        content = read_text(params)
        account = self._writable(params)
        if not content.text:
            raise bad_request("text must be non-empty")
        if content.length > 4096:
            raise bad_request("message is too long")
        preview = params.structure("link_preview_options", "link preview options")
        return self._send(account, content, params, preview=preview)

    def do_senddocument(self, params: Params) -> JsonObject:
        return self._send_file("document", params)

    def do_sendphoto(self, params: Params) -> JsonObject:
        return self._send_file("photo", params)

    def _send_file(self, kind: Literal["document", "photo"], params: Params) -> JsonObject:
        caption, account = read_caption(params), self._writable(params)
        return self._send(account, caption, params, file=self._file(kind, params))

    def _send(
        self, account: Account, content: FormattedText, params: Params, **details: Any
    ) -> JsonObject:
        if params.integer("message_thread_id"):
            raise bad_request("message thread not found")
        message = self._world.new_message(
            account.user_id,
            content,
            sender=None,
            silent=params.flag("disable_notification"),
            protected=params.flag("protect_content"),
            reply_to=self._reply_to(account, params),
            **read_markup(params),
            **details,
        )
        return self._world.message_json(message)

    def _reply_to(self, account: Account, params: Params) -> int | None:
        given = params.structure("reply_parameters", "reply parameters")
        if given is None and "reply_to_message_id" in params:
            message_id, optional = params.integer("reply_to_message_id"), params
        elif given is None:
            return None
        elif isinstance(given, dict) and "message_id" in given:
            optional = Params(given, {})
            message_id = optional.integer("message_id")
        else:
            raise bad_request('can\'t find field "message_id"')
        if message_id in self._world.chat(account.user_id):
            return message_id
        if optional.flag("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")

    def _file(self, kind: Literal["document", "photo"], params: Params) -> File:
        given = params.upload(kind)
        if given is None:
            raise bad_request(f"there is no {kind} in the request")
        if isinstance(given, Upload):
            return self._uploaded(kind, given)
        if given.startswith(("http://", "https://")):
            # The local Telegram never leaves the loopback.
            raise bad_request("failed to get HTTP URL content")
        file = self._world.files.get(given)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
        return file

    def _uploaded(self, kind: Literal["document", "photo"], upload: Upload) -> File:
        if not upload.data:
            raise bad_request("file must be non-empty")
        if kind == "document":
            return self._world.new_file(kind, upload.name or "document", upload.data, (0, 0))
        if len(upload.data) > _PHOTO_LIMIT:
            raise bad_request(
                f"file of size {len(upload.data)} bytes is too big for a photo; "
                f"the maximum size is {_PHOTO_LIMIT} bytes"
            )
        size = picture_size(upload.data)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if sum(size) > 10_000 or min(size) == 0 or max(size) / min(size) > 20:
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._world.new_file(kind, upload.name or "photo.jpg", upload.data, size)

    def do_sendchataction(self, params: Params) -> bool:
        account = self._writable(params)
        if not _ACTION.fullmatch(params.text("action")):
            raise bad_request("wrong parameter action in request")
        self._world.changed(Change("action", account.user_id))
        return True

    def do_editmessagetext(self, params: Params) -> JsonObject:
        if not params.text("text"):
            raise bad_request("message text is empty")
        content = read_text(params)
        message = self._editable(params)
        if message.file is not None:
            raise bad_request("there is no text in the message to edit")
        if not content.text:
            raise bad_request("text must be non-empty")
        if content.length > 4096:
            raise bad_request("MESSAGE_TOO_LONG")
        return self._edit(message, params, content)

    def do_editmessagecaption(self, params: Params) -> JsonObject:
        message = self._editable(params)
        if message.file is None:
            raise bad_request("there is no caption in the message to edit")
        return self._edit(message, params, read_caption(params))

    def do_editmessagereplymarkup(self, params: Params) -> JsonObject:
        message = self._editable(params)
        return self._edit(message, params, message.content)

    def _edit(self, message: Message, params: Params, content: FormattedText) -> JsonObject:
        # An edit that passes no keyboard takes the old one away.
        buttons: Buttons = read_markup(params, inline_only=True).get("buttons", ())
        if (content, buttons) == (message.content, message.buttons):
            raise bad_request(_NOT_MODIFIED)
        edited = self._world.edit_message(message, content=content, buttons=buttons)
        return self._world.message_json(edited)

    def _editable(self, params: Params) -> Message:
        account = self._writable(params)
        message = self._world.chat(account.user_id).get(params.integer("message_id"))
        if message is None:
            raise bad_request("message to edit not found")
        own = message.from_bot and message.forwarded_from is None
        # Telegram edits no message that ever carried a reply keyboard.
        if not own or message.keyboard or message.removes_keyboard or message.asks_reply:
            raise bad_request("message can't be edited")
        return message

    def do_deletemessage(self, params: Params) -> bool:
        account = self._chat(params)
        message = self._world.chat(account.user_id).get(params.integer("message_id"))
        if message is None:
            raise bad_request("message to delete not found")
        if self._world.now() - message.date > _DELETABLE_FOR:
            raise bad_request("message can't be deleted for everyone")
        self._world.delete_message(message)
        return True

    def do_answercallbackquery(self, params: Params) -> bool:
        tap = self._world.taps.get(params.text("callback_query_id"))
        if tap is None or tap.answer is not None or self._world.too_late(tap):
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        text = params.text("text")
        if html.utf16_length(text) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        if params.text("url"):
            raise bad_request("URL_INVALID")
        tap.answer = TapAnswer(text, params.flag("show_alert"))
        self._world.changed(Change("answer", tap.user_id, tap.message_id))
        return True

    def do_getchat(self, params: Params) -> JsonObject:
        account = self._chat(params)
        if not account.started:
            raise bad_request("chat not found")
        return {
            **account.as_chat(),
            "accent_color_id": account.user_id % 7,
            "max_reaction_count": 11,
            "accepted_gift_types": {**dict.fromkeys(_GIFTS, False), "premium_subscription": False},
        }

    def do_getfile(self, params: Params) -> JsonObject:
        file_id = params.text("file_id")
        file = self._world.files.get(file_id)
        if file is None:
            if any(file_id == known.unique_id for known in self._world.files.values()):
                raise bad_request("wrong file_id or the file is temporarily unavailable")
            raise bad_request("invalid file_id")
        if file.size > _DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return {**file.identity(), "file_path": file.path}

    def _chat(self, params: Params) -> Account:
        if not params.text("chat_id"):
            raise bad_request("chat_id is empty")
        chat_id = params.chat_id()
        account = None if chat_id is None else self._world.accounts.get(chat_id)
        if account is None:
            raise bad_request("chat not found")
        return account

    def _writable(self, params: Params) -> Account:
        account = self._chat(params)
        if isinstance(account, GroupAccount):
            return _open_group(account)
        if account.deactivated:
            raise forbidden("user is deactivated")
        if not account.started:
            raise forbidden("bot can't initiate conversation with a user")
        if account.blocked:
            raise forbidden("bot was blocked by the user")
        return account


def _open_group(group: GroupAccount) -> GroupAccount:
    if group.moved_to is not None:
        parameters = {"migrate_to_chat_id": group.moved_to}
        description = "Bad Request: group chat was upgraded to a supergroup chat"
        raise BotApiError(400, description, parameters)
    if group.blocked:
        raise forbidden("bot was kicked from the group chat")
    return group
