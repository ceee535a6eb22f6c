"""Every route of the bot, in one visible list."""

from __future__ import annotations

from typing import Any

from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.chat.handlers import Handlers

GROUP = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE
PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE


def routes(on: Handlers) -> list[BaseHandler[Any, Any, Any]]:
    """The handlers in the order in which they are tried; the first that fits takes it."""
    return [
        CallbackQueryHandler(on.tap),
        ChatMemberHandler(on.membership, ChatMemberHandler.MY_CHAT_MEMBER),
        CommandHandler("start", on.start, PRIVATE),
        CommandHandler(["bantuan", "help"], on.help, PRIVATE),
        CommandHandler("tugas", on.tasks, PRIVATE),
        CommandHandler("status", on.status, PRIVATE),
        CommandHandler("riwayat", on.history, PRIVATE),
        CommandHandler("laporan", on.reports, PRIVATE),
        CommandHandler("sop", on.sop, PRIVATE),
        CommandHandler("mulai", on.start_menu, PRIVATE),
        MessageHandler(PRIVATE & filters.Regex(r"(?i)^/mulai_"), on.start_run),
        CommandHandler("undang", on.invite, PRIVATE),
        CommandHandler("pegawai", on.people, PRIVATE),
        CommandHandler("ringkasan", on.digest, PRIVATE),
        CommandHandler("hubungkan", on.groups, PRIVATE),
        CommandHandler("libur", on.holidays, PRIVATE),
        CommandHandler("jeda", on.pause, PRIVATE),
        CommandHandler("lanjut", on.resume, PRIVATE),
        CommandHandler("tim", on.teams, PRIVATE),
        CommandHandler("plh", on.acting, PRIVATE),
        CommandHandler("plt", on.acting, PRIVATE),
        CommandHandler("batal", on.cancel, PRIVATE),
        MessageHandler(PRIVATE & filters.COMMAND, on.unknown),
        MessageHandler(PRIVATE & filters.TEXT, on.text),
        MessageHandler(PRIVATE & (filters.Document.ALL | filters.PHOTO), on.file),
        MessageHandler(PRIVATE & ~filters.StatusUpdate.ALL, on.other_kind),
        MessageHandler(filters.StatusUpdate.MIGRATE, on.migrated),
        CommandHandler("hubungkan", on.link_group, GROUP),
        MessageHandler(filters.ChatType.GROUPS & filters.COMMAND, on.in_group),
    ]
