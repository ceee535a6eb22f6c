"""What a crash is played with: a bot in a process of its own, the local Telegram that goes
on living in the test's, and the comparison of Telegram's log with the database."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from telegram import Bot

from bot.features.work import Services
from bot.localtelegram.log import Request
from bot.localtelegram.screen import Message
from bot.localtelegram.server import LocalTelegram, Person
from bot.store.outbox import DeliveryState
from bot.store.tables import deliveries, tasks
from tests.cast import MONDAY, Player, Stage
from tests.crash import child
from tests.histories import replay
from tests.patience import SECONDS

PROJECT = Path(__file__).resolve().parents[2]
TOKEN = "7000000001:kawal-uji-kawal-uji-kawal-uji-kawal"
_TOKEN = re.compile(r"(?:ok|snz|info):([A-Za-z0-9_-]{12})")


@dataclass(frozen=True, slots=True)
class Process:
    """A bot in a process of its own. `ended` comes to its exit code; a signal is negative."""

    pid: int
    ended: Future[int]
    log: Path

    def send(self, number: int) -> None:
        os.kill(self.pid, number)

    async def code(self) -> int:
        """The exit code, when it has ended."""
        return await asyncio.wait_for(asyncio.wrap_future(self.ended), SECONDS)


class Nursery:
    """Starts bots as processes."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            text=True,
        )
        self._ended: dict[int, Future[int]] = {}
        self._begun: Future[int] = Future()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start(self, environ: dict[str, str], log: Path) -> Process:
        """Begin one bot."""
        assert self._process.stdin is not None
        self._begun = Future()
        self._process.stdin.write(json.dumps({"environ": environ, "log": str(log)}) + "\n")
        self._process.stdin.flush()
        pid = self._begun.result(SECONDS)
        return Process(pid, self._ended[pid], log)

    def close(self) -> None:
        """End it, with every bot that is still alive."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(SECONDS)
        self._reader.join(SECONDS)
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            news = json.loads(line)
            if "begun" in news:
                self._ended[news["begun"]] = Future()
                self._begun.set_result(news["begun"])
            else:
                self._ended[news["ended"]].set_result(news["code"])


@dataclass
class Scene:
    """An office on a Monday morning, and the bot that is killed there."""

    services: Services
    telegram: LocalTelegram
    nursery: Nursery
    folder: Path
    url: str
    ahead: float = field(default_factory=lambda: (MONDAY - datetime.now(UTC)).total_seconds())
    stage: Stage = field(init=False)
    bot: Process | None = None
    kills: int = 0

    def __post_init__(self) -> None:
        self.stage = Stage(self.services)

    # --- people ---

    def phone(self, player: Player) -> Person:
        """The phone of somebody of the cast."""
        return self.telegram.person(f"~{player.chat_id}~", user_id=player.chat_id)

    async def have_started(self, *players: Player) -> None:
        """Let these people have pressed Start long ago."""
        for player in players:
            self.phone(player).send("/start")
        async with Bot(TOKEN, base_url=f"{self.telegram.api_url}/bot") as bot:
            await bot.delete_webhook(drop_pending_updates=True)
        self.telegram.log.clear()

    # --- the bot ---

    def environ(self, **more: str) -> dict[str, str]:
        """What the bot finds in its environment; no `.env` of this machine has a say."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "BOT_TOKEN": TOKEN,
            "ADMIN_IDS": "109",
            "DATABASE_URL": self.url,
            "SOP_DIR": str(PROJECT / "sop_data"),
            "ARCHIVE_DIR": str(self.folder / "arsip"),
            "TELEGRAM_API_URL": self.telegram.api_url,
            "LOG_FORMAT": "text",
            child.AHEAD: str(self.ahead),
            **more,
        }

    def launch(self, **more: str) -> Process:
        """Start a bot, and wait for nothing."""
        log = self.folder / "bot.log"
        self.bot = self.nursery.start(self.environ(**more), log)
        return self.bot

    async def start(self, *, until: Awaitable[object] | None = None, **more: str) -> Process:
        """Start the bot and wait until it has nothing left to fetch, or for `until`.

        Raises:
            AssertionError: it ended instead.
        """
        bot = self.launch(**more)
        ready = asyncio.ensure_future(until or self.polled())
        ended = asyncio.wrap_future(bot.ended)
        both: set[asyncio.Future[Any]] = {ready, ended}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if ended.done() and not ready.done():
            ready.cancel()
            await asyncio.gather(ready, return_exceptions=True)
            raise AssertionError(f"the bot ended with {ended.result()}:\n{bot.log.read_text()}")
        await ready
        return bot

    async def polled(self) -> None:
        """Wait until the bot waits in a long poll."""
        await self.telegram.wait_until(lambda: self.telegram.polled, what="a long poll")

    async def kill(self) -> None:
        """SIGKILL, and wait until Telegram has noticed as well."""
        assert self.bot is not None
        self.kills += 1
        self.bot.send(signal.SIGKILL)
        assert await self.bot.code() == -signal.SIGKILL
        await self.telegram.wait_until(lambda: not self.telegram.polled, what="the end of the poll")

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.bot is not None
        self.bot.send(signal.SIGTERM)
        return await self.bot.code()

    async def quiet(self) -> None:
        """Wait until every update is confirmed and everything that can be sent was recorded."""
        async with asyncio.timeout(SECONDS):
            await self.polled()
            await self.telegram.settled(quiet=0.02)
            # In this order: what is fired meanwhile is unsent.
            while self.unfired() or self.unsent():
                await self.telegram.settled(quiet=0.02)

    def unsent(self) -> list[str]:
        """The keys of what waits in the outbox."""
        return [r["key"] for r in self.rows() if r["state"] == DeliveryState.ANTRE.value]

    def unfired(self) -> bool:
        """Whether a reminder is due by the office's clock and still waits."""
        with self.services.store.read() as tx:
            due = tx.reminders.next_due()
        return due is not None and due <= self.now()

    def now(self) -> datetime:
        """What the office's clock shows."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    # --- the truth ---

    def rows(self) -> list[Any]:
        """The outbox."""
        with self.services.store.read() as tx:
            query = deliveries.select().order_by(deliveries.c.id)
            return list(tx.connection.execute(query).mappings())

    def row(self, key: str) -> Any:
        """The outbox's row whose key begins so; the only one."""
        (found,) = [row for row in self.rows() if row["key"].startswith(key)]
        return found

    def sends(self, player: Player, words: str) -> list[Request]:
        """What Telegram accepted for somebody, with these words in it."""
        return [
            request
            for request in self.telegram.log.requests("sendMessage", chat_id=player.chat_id)
            if request.accepted and words in str(request.params["text"])
        ]

    def confirmed(self) -> list[tuple[int, int]]:
        """Who confirmed in which run, by the journal: run's id, person's id."""
        with self.services.store.read() as tx:
            lines = tx.journal.lines(1000)
        return sorted(
            (line.run_id, line.person_id)
            for line in lines
            if line.kind == "task_confirmed" and line.run_id and line.person_id
        )

    def assert_nothing_lost_or_doubled(self) -> None:
        """Telegram's log and the outbox agree: each row arrived, once unless it says maybe."""
        rows = self.rows()
        waiting = [row["key"] for row in rows if row["state"] == DeliveryState.ANTRE.value]
        assert not waiting, f"never sent: {waiting}"
        recorded = {(r["chat_id"], r["message_id"]): r for r in rows if r["message_id"]}
        accepted = [r for r in self.telegram.log.requests("sendMessage") if r.accepted]
        shown = {(r.chat_id, r.result["message_id"]): r for r in accepted}
        for place, row in recorded.items():
            assert place in shown, f"{row['key']} is recorded and was never sent"
        known = self._tasks()
        maybe = {
            (row["chat_id"], about)
            for row in rows
            if row["maybe_repeated"]
            # One message may tell of several tasks.
            for about in (row["task_id"] or row["key"], *json.loads(row["notice"]).get("tasks", ()))
        }
        # What has no button of a task is known by its words.
        words = {
            str(shown[place].params["text"]): row["task_id"] or row["key"]
            for place, row in recorded.items()
        }
        for place, request in shown.items():
            if place in recorded:
                continue
            # Nobody recorded this copy, so a row has to say that there may be one.
            text = str(request.params["text"])
            found = _TOKEN.search(json.dumps(request.params.get("reply_markup")))
            about = known[found[1]] if found else words.get(text)
            assert (place[0], about) in maybe, (
                f"a copy came to {place[0]}, and no row says so: {text}\n"
                f"{self.telegram.transcript()}"
            )

    def _tasks(self) -> dict[str, int]:
        """The ids of all tasks by what their buttons carry."""
        with self.services.store.read() as tx:
            found = tx.connection.execute(select(tasks.c.token, tasks.c.id))
            return {row.token: row.id for row in found}

    def assert_journal_is_the_state(self, run_ids: Iterable[int]) -> None:
        """The journal, played again from its first line, is the run as it is stored."""
        for run_id in run_ids:
            stored = self.stage.stored(run_id)
            with self.services.store.read() as tx:
                events = tx.journal.events(run_id)
            assert replay(run_id, stored.run.procedure, events) == stored.run

    def log_text(self) -> str:
        """Everything that the bots wrote."""
        log = self.folder / "bot.log"
        return log.read_text() if log.exists() else ""


def buttons(person: Person, label: str) -> list[Message]:
    """The messages on somebody's screen that have such a button, the oldest first."""
    return [
        message
        for message in person.heard
        if any(label in button.label for row in message.buttons for button in row)
    ]
