"""The server on the loopback, and what a test or the demo can do with it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from bot.localtelegram import snapshot
from bot.localtelegram.changes import PATIENCE, Change, Subscription
from bot.localtelegram.faults import Fail, Fault, Faults, Gate, Moment, RateLimit
from bot.localtelegram.groups import Group, GroupAccount
from bot.localtelegram.http import TOKEN, Application
from bot.localtelegram.people import Person
from bot.localtelegram.screen import File
from bot.localtelegram.world import Account, Limits, World

__all__ = ["Fail", "Limits", "LocalTelegram", "Person"]

_FIRST_PERSON = 700_000_001


class _Connection(H11Protocol):
    """A connection whose request may cut it off, as a failing network does."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn narrows it as well
        super().connection_made(transport)
        self.app_state = {**self.app_state, "cut": transport.abort}


class LocalTelegram:
    """One bot's Telegram, to be used in the event loop that it was started in.

    The number in `token` is the bot's user id. `now` (zone-aware) dates messages and updates;
    `monotonic` seconds are for the log, late taps and rate limits.
    """

    def __init__(
        self,
        token: str = "7000000001:kawal-uji",  # noqa: S107 # no secret: it opens this server only
        bot_username: str = "kawal_uji_bot",
        bot_name: str = "Kawal SOP",
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        limits: Limits | None = None,
    ) -> None:
        if not TOKEN.fullmatch(token):
            raise ValueError("a bot token is a number, a colon and 3 to 64 of A-Z a-z 0-9 _ -")
        self.token = token
        self._world = World(
            bot_id=int(token.partition(":")[0]),
            bot_username=bot_username,
            bot_name=bot_name,
            now=now,
            monotonic=monotonic,
            limits=limits or Limits(),
        )
        self._faults = Faults(self._world)
        self._application = Application(self._world, token, self._faults)
        self._people: dict[int, Person] = {}
        self._server: asyncio.Server | None = None
        self._http = ServerState()
        self._port = 0
        self.bot_username = bot_username
        self.log = self._world.log
        self.transcript = self._world.transcript

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one. After `stop` it can start again."""
        config = Config(
            self._application,
            http=_Connection,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=3600,
        )
        config.load()
        self._application.stopping = False
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(config, self._http, {}), "127.0.0.1", port
        )
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close every connection and stop listening; people, chats and updates stay."""
        if self._server is None:
            return
        self._server.close()
        self._application.stopping = True
        self._faults.open_gates()
        self._cut_all()
        if self._http.tasks:
            await asyncio.wait(tuple(self._http.tasks))
        await self._server.wait_closed()
        self._server = None

    async def __aenter__(self) -> LocalTelegram:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def api_url(self) -> str:
        """The base before /bot<token>/: what TELEGRAM_API_URL takes."""
        return f"http://127.0.0.1:{self._port}"

    def person(
        self,
        name: str,
        user_id: int | None = None,
        username: str | None = None,
        last_name: str | None = None,
    ) -> Person:
        """Somebody called `name`; asked for again, the same person.

        Raises:
            ValueError: the id belongs to somebody of another name.
        """
        if user_id is None:
            known = [p for p in self._people.values() if p.name == name]
            if known:
                return known[0]
            user_id = max([_FIRST_PERSON - 1, *self._people]) + 1
        person = self._people.get(user_id)
        if person is None:
            account = Account(user_id, name, last_name, username)
            self._world.accounts[user_id] = account
            person = self._people[user_id] = Person(self._world, account)
            self._world.changed(Change("account", user_id))
        elif person.name != name:
            raise ValueError(f"user {user_id} is {person.name}, not {name}")
        return person

    def group(self, title: str, chat_id: int = -4001) -> Group:
        """A new group that the bot is in."""
        return Group(self._world, GroupAccount(chat_id, title, None, None, started=True))

    @property
    def people(self) -> list[Person]:
        """Everybody, in the order they appeared."""
        return list(self._people.values())

    def file(self, unique_id: str) -> File | None:
        """A file that was sent and is still kept."""
        kept = self._world.files.values()
        return next((file for file in kept if file.unique_id == unique_id), None)

    def save(self, folder: Path) -> dict[str, Any]:
        """Everything on the screens as JSON; files are written into `folder`."""
        return snapshot.save(self._world, folder)

    def resume(self, saved: dict[str, Any], folder: Path) -> None:
        """Go on where the Telegram that wrote `saved` stood.

        Raises:
            ValueError: `saved` is not what `save` wrote.
        """
        snapshot.resume(self._world, saved, folder)
        for account in self._world.accounts.values():
            self._people.setdefault(account.user_id, Person(self._world, account))

    def watch(self) -> Subscription:
        """The changes of everybody's screens from now on, as an async iterator."""
        return self._world.subscribe(None)

    @property
    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._world.updates.pending)

    @property
    def polled(self) -> bool:
        """Whether a bot waits in a long poll at this moment."""
        return self._world.updates.polled

    async def settled(self, quiet: float = 0.05, timeout: float = PATIENCE) -> None:
        """Wait until the bot has confirmed every update and asked nothing for `quiet` seconds.

        Work without requests to Telegram does not show here.

        Raises:
            AssertionError: it did not come to rest within `timeout` seconds.
        """
        world = self._world

        def idle() -> bool:
            return not world.updates.pending and world.in_flight == 0

        try:
            async with asyncio.timeout(timeout):
                while True:
                    while not idle():
                        await world.next_change()
                    before = world.requests_begun
                    try:
                        async with asyncio.timeout(quiet):
                            while idle() and world.requests_begun == before:
                                await world.next_change()
                    except TimeoutError:
                        return
        except TimeoutError:
            raise AssertionError(
                f"the bot did not come to rest in {timeout} s\n{self.transcript()}"
            ) from None

    async def wait_until(
        self, condition: Callable[[], bool], timeout: float = PATIENCE, what: str = "a condition"
    ) -> None:
        """Wait until `condition` holds; it is looked at after every request and change.

        Raises:
            AssertionError: it did not within `timeout` seconds.
        """
        await self._world.wait_until(condition, timeout, what)

    def fail(
        self,
        method: str | None = None,
        chat: int | Person | None = None,
        times: int | None = 1,
        how: Fail = Fail.SERVER_ERROR,
    ) -> Fault:
        """Let the next `times` requests fail (None: all) of a method (None: of any) to a chat."""
        chat_id = chat.id if isinstance(chat, Person) else chat
        return self._faults.order(Fault(how, method, chat_id, times))

    def heal(self) -> None:
        """End all ordered failures, gates and the outage; rate limits stay as they are."""
        self._faults.heal()
        self.up()

    def hold(
        self, method: str | None, when: Moment = "before", chat: int | Person | None = None
    ) -> Gate:
        """Hold requests before they are carried out, or after it with the answer missing."""
        chat_id = chat.id if isinstance(chat, Person) else chat
        return self._faults.hold(method, chat_id, when)

    def down(self) -> None:
        """Cut every connection and every coming request without an answer."""
        self._application.is_down = True
        self._cut_all()

    def up(self) -> None:
        """End an outage."""
        self._application.is_down = False

    def limit_rate(self, limit: RateLimit | bool = True) -> None:
        """Answer 429 to a bot that writes too fast, by Telegram's figures or others; or stop."""
        usual = RateLimit() if limit else None
        self._application.rate_limit = usual if isinstance(limit, bool) else limit

    def number_afresh(self, first_id: int = 1001) -> None:
        """Number updates from `first_id`, as Telegram does after a quiet week.

        Raises:
            ValueError: updates are still waiting.
        """
        self._world.updates.number_afresh(first_id)

    def _cut_all(self) -> None:
        for connection in tuple(self._http.connections):
            cast(_Connection, connection).transport.abort()
        self._world.updates.end_poll()
