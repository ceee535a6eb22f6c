"""A local Telegram: a Bot API server on the loopback, with people who use it.

The bot talks to it over HTTP exactly as it talks to Telegram, so it cannot tell the two
apart; tests and the demo play the people. It is an independent judge: it knows nothing of
this project and nothing of the library the bot uses, and it is strict where Telegram is.

`world.py` holds what there is, `methods.py` what a bot may ask, `people.py` what a person
can do, `updates.py` how updates travel, `faults.py` how things fail, `log.py` what happened,
`snapshot.py` how it outlives its process.

It is one bot in private chats and groups. Unlike Telegram it knows HTML but no Markdown,
delivers no webhooks, fetches nothing from the network and answers a quarrel of two pollers at once.
"""

# ruff: noqa: ASYNC109 # a wait ends with the transcript, so its seconds are an argument

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request as HttpRequest
from starlette.types import Message as AsgiMessage
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from bot.localtelegram import snapshot
from bot.localtelegram.errors import BotApiError, bad_request
from bot.localtelegram.faults import Fail, Fault, Faults, Gate, RateLimit
from bot.localtelegram.groups import Group, GroupAccount
from bot.localtelegram.log import Log, Request
from bot.localtelegram.methods import UPLOAD_LIMIT, BotApi, allowed_updates
from bot.localtelegram.params import Params, Upload
from bot.localtelegram.people import Person
from bot.localtelegram.screen import File
from bot.localtelegram.world import PATIENCE, Account, Change, Limits, Subscription, World

__all__ = ["Fail", "Limits", "LocalTelegram", "Person"]

_TOKEN = re.compile(r"[0-9]{1,16}:[A-Za-z0-9_-]{3,64}")
_LONGEST_POLL = 50
DOWNLOAD = "download"
"""What `fail` and `hold` call the fetching of a file, which is no method of the Bot API."""

_FIRST_PERSON = 700_000_001


class _Connection(H11Protocol):
    """A connection whose request may cut it off, as a failing network does."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn narrows it as well
        super().connection_made(transport)
        self.app_state = {**self.app_state, "cut": transport.abort}


class LocalTelegram:
    """One bot's Telegram.

    Args:
        token: what the bot has to call itself; its number is the bot's user id.
        bot_username: the bot's @username, without the @.
        bot_name: the bot's name on the screens.
        now: the zone-aware time that messages carry and that updates age by.
        monotonic: seconds that never jump, for the log, late taps and rate limits.
        limits: how much and how long it keeps.

    Everything is used from the event loop it was started in.
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
        if not _TOKEN.fullmatch(token):
            raise ValueError("a bot token is a number, a colon and 3 to 64 of A-Z a-z 0-9 _ -")
        self.token = token
        self._world = World(
            int(token.partition(":")[0]),
            bot_username,
            bot_name,
            now=now,
            monotonic=monotonic,
            limits=limits or Limits(),
        )
        self._api = BotApi(self._world)
        self._faults = Faults(self._world)
        self._people: dict[int, Person] = {}
        self._rate_limit: RateLimit | None = None
        self._is_down = False
        self._server: asyncio.Server | None = None
        self._http = ServerState()
        self._stopping = asyncio.Event()
        self._port = 0

    # --- the server ---

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
        self._stopping.clear()
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(config, self._http, {}), "127.0.0.1", port
        )
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close every connection and stop listening; people, chats and updates stay."""
        if self._server is None:
            return
        self._server.close()
        self._stopping.set()
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

    @property
    def base_url(self) -> str:
        """The base that a token follows directly."""
        return f"{self.api_url}/bot"

    @property
    def base_file_url(self) -> str:
        """The base of downloads that a token follows directly."""
        return f"{self.api_url}/file/bot"

    # --- people ---

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

    @property
    def bot_username(self) -> str:
        """The bot's @username, without the @."""
        return self._world.bot_username

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

    # --- what happened ---

    @property
    def log(self) -> Log:
        """Every request, and every update made, handed out, confirmed or lost, in order."""
        return self._world.log

    @property
    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._world.updates.pending)

    @property
    def polled(self) -> bool:
        """Whether a bot waits in a long poll at this moment."""
        return self._world.updates.polled

    def transcript(self) -> str:
        """All screens and the newest requests, for people who read a failing test."""
        return self._world.transcript()

    async def settled(self, quiet: float = 0.05, timeout: float = PATIENCE) -> None:
        """Wait until the bot has confirmed every update and asked for nothing for a while.

        `quiet` and `timeout` are seconds. A bot that works on something without asking
        Telegram looks idle: wait for what people are to see where that matters.

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
        self,
        condition: Callable[[], bool],
        timeout: float = PATIENCE,
        what: str = "a condition",
    ) -> None:
        """Wait until `condition` holds; it is looked at after every request and change.

        Raises:
            AssertionError: it did not within `timeout` seconds.
        """
        await self._world.wait_until(condition, timeout, what)

    # --- how it fails ---

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
        self,
        method: str | None,
        when: Literal["before", "after"] = "before",
        chat: int | Person | None = None,
    ) -> Gate:
        """Hold requests before they are carried out, or after it with the answer missing."""
        chat_id = chat.id if isinstance(chat, Person) else chat
        return self._faults.hold(method, chat_id, when)

    def down(self) -> None:
        """Cut every connection and every coming request without an answer."""
        self._is_down = True
        self._cut_all()

    def up(self) -> None:
        """End an outage."""
        self._is_down = False

    def limit_rate(self, limit: RateLimit | bool = True) -> None:
        """Answer 429 to a bot that writes too fast, by Telegram's figures or others; or stop."""
        usual = RateLimit() if limit else None
        self._rate_limit = usual if isinstance(limit, bool) else limit

    def number_afresh(self, first_id: int = 1001) -> None:
        """Number updates from `first_id`, as Telegram does after a quiet week.

        Raises:
            ValueError: updates are still waiting.
        """
        self._world.updates.number_afresh(first_id)

    # --- HTTP ---

    def _cut_all(self) -> None:
        for connection in tuple(self._http.connections):
            cast(_Connection, connection).transport.abort()
        self._world.updates.end_poll()

    async def _application(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if not _from_a_bot(scope):
            await _answer_error(send, BotApiError(403, "Forbidden: this is not for browsers"))
        elif path.startswith("/file/bot"):
            token, _, rest = path.removeprefix("/file/bot").partition("/")
            await self._download(token, rest, _Exchange(scope, receive, send))
        elif path.startswith("/bot"):
            token, _, name = path.removeprefix("/bot").partition("/")
            await self._call(token, name, _Exchange(scope, receive, send))
        else:
            await _answer_error(send, BotApiError(404, "Not Found"))

    def _wrong_token(self, token: str) -> BotApiError | None:
        if not _TOKEN.fullmatch(token):
            return BotApiError(404, "Not Found")
        return None if token == self.token else BotApiError(401, "Unauthorized")

    async def _download(self, token: str, path: str, exchange: _Exchange) -> None:
        """Hand a file out, in pieces; DOWNLOAD is its name for failures and gates.

        A gate "after" holds it when the first half is on its way.
        """
        send, none = exchange.send, Params({}, {})
        files = self._world.files.values()
        file = next((f for f in files if f.path == path), None)
        error = self._wrong_token(token)
        self._world.in_flight += 1
        self._world.requests_begun += 1
        try:
            fault = None if self._is_down else self._faults.strike(DOWNLOAD, none)
            goes_on = await self._faults.pass_gates("before", DOWNLOAD, none)
            if not goes_on or self._is_down or (fault is not None and fault.drops == "before"):
                await exchange.cut()
            elif error is not None or file is None:
                await _answer_error(send, error or BotApiError(404, "Not Found"))
            elif fault is not None and fault.error is not None:
                await _answer_error(send, fault.error)
            else:
                cut = fault is not None and fault.drops == "after"
                await self._hand_out(file.data, exchange, cut=cut)
        finally:
            self._world.in_flight -= 1
            self._world.changed()

    async def _hand_out(self, data: bytes, exchange: _Exchange, *, cut: bool) -> None:
        headers = [
            (b"content-type", b"application/octet-stream"),
            (b"content-length", str(len(data)).encode()),
        ]
        await exchange.send({"type": "http.response.start", "status": 200, "headers": headers})
        half = len(data) // 2
        first = {"type": "http.response.body", "body": data[:half], "more_body": True}
        await exchange.send(first)
        goes_on = await self._faults.pass_gates("after", DOWNLOAD, Params({}, {}))
        if cut or not goes_on or self._is_down:
            await exchange.cut()
            return
        await exchange.send({"type": "http.response.body", "body": data[half:]})

    async def _call(self, token: str, name: str, exchange: _Exchange) -> None:
        at = self._world.monotonic()
        try:
            params = await exchange.params()
            error = self._wrong_token(token)
        except BotApiError as too_large:
            params, error = Params({}, {}), too_large
        polls = name.lower() == "getupdates"
        self._world.in_flight += not polls
        self._world.requests_begun += not polls
        try:
            if error is not None:
                raise error
            answer = await self._carry_out(name, params, exchange, at)
        except BotApiError as refused:
            self._write_down(name, params, at, error=refused)
            await _answer_error(exchange.send, refused)
        else:
            if answer is not None:
                await answer()
        finally:
            self._world.in_flight -= not polls
            self._world.changed()

    async def _carry_out(
        self, name: str, params: Params, exchange: _Exchange, at: float
    ) -> Callable[[], Awaitable[None]] | None:
        """Carry a request out and log it; how to answer, or None when it was cut off.

        Raises:
            BotApiError: it is refused, and not logged yet.
        """
        fault = None if self._is_down else self._faults.strike(name, params)
        if fault is not None and fault.seconds:
            await self._faults.delay(fault.seconds)
        cut_before = fault is not None and fault.drops == "before"
        cut_before = cut_before or not await self._faults.pass_gates("before", name, params)
        if cut_before or self._is_down or self._stopping.is_set():
            self._write_down(name, params, at, dropped="before")
            await exchange.cut()
            return None
        if fault is not None and fault.error is not None:
            if not fault.garbles:
                raise fault.error
            self._write_down(name, params, at, error=fault.error)
            page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
            return lambda: _answer(exchange.send, 502, page, b"text/html")
        cut = fault is not None and fault.drops == "after"
        try:
            if name.lower() == "getupdates":
                result = await self._poll(params, exchange)
            else:
                result = self._perform(name, params)
        except BotApiError as refused:
            if not cut:
                raise
            self._write_down(name, params, at, error=refused, dropped="after")
            await exchange.cut()
            return None
        if cut:
            self._write_down(name, params, at, result=result, dropped="after")
        else:
            self._write_down(name, params, at, result=result)
            cut = not await self._faults.pass_gates("after", name, params) or self._is_down
        if cut or exchange.gone or self._stopping.is_set():
            await exchange.cut()
            return None
        return lambda: _answer_json(exchange.send, 200, {"ok": True, "result": result})

    def _perform(self, name: str, params: Params) -> Any:
        method = self._api.method(name)
        if method is None:
            raise BotApiError(404, "Not Found: method not found")
        if self._rate_limit is not None:
            self._rate_limit.admit(name, params.chat_id(), self._world.monotonic())
        return method(params)

    async def _poll(self, params: Params, exchange: _Exchange) -> list[dict[str, Any]]:
        limit = params.integer("limit", 100)
        timeout = min(max(params.integer("timeout"), 0), _LONGEST_POLL)
        poll = asyncio.ensure_future(
            self._world.updates.get(
                params.integer("offset"),
                limit if 1 <= limit <= 100 else 100,
                timeout,
                allowed_updates(params),
            )
        )
        # A poller that went away must not seem to take updates.
        gone = asyncio.ensure_future(exchange.wait_until_gone())
        try:
            await asyncio.wait({poll, gone}, return_when=asyncio.FIRST_COMPLETED)
            if poll.done():
                return poll.result()
            return []
        finally:
            for task in (poll, gone):
                task.cancel()
            await asyncio.wait({poll, gone})

    def _write_down(
        self,
        name: str,
        params: Params,
        at: float,
        *,
        result: Any = None,
        error: BotApiError | None = None,
        dropped: Literal["before", "after"] | None = None,
    ) -> None:
        accepted = error is None and dropped != "before"
        self._world.log.add(
            Request(
                name,
                params.for_log(),
                params.chat_id(),
                accepted,
                result,
                error,
                dropped,
                at,
                self._world.monotonic(),
            )
        )
        self._world.changed()


class _Exchange:
    """One HTTP request and the way to answer it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self.send = send
        self.gone = False

    async def params(self) -> Params:
        """The request's parameters.

        Raises:
            BotApiError: 413, the body is larger than Telegram takes; 400, it cannot be read.
        """
        headers = dict(self._scope["headers"])
        values: dict[str, Any] = dict(parse_qsl(self._scope["query_string"].decode()))
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if int(headers.get(b"content-length", b"0")) > UPLOAD_LIMIT + 65_536:
            raise BotApiError(413, "Request Entity Too Large")
        if kind == b"multipart/form-data":
            return await self._multipart(values)
        body = await self._body()
        try:
            if kind == b"application/json":
                values |= json.loads(body or b"{}")
            else:
                values |= parse_qsl(body.decode(), keep_blank_values=True)
        except (ValueError, TypeError):
            raise bad_request("can't parse request parameters") from None
        return Params(values, {})

    async def _multipart(self, values: dict[str, Any]) -> Params:
        uploads: dict[str, Upload] = {}
        try:
            async with HttpRequest(self._scope, self._receive).form() as form:
                for name, value in form.multi_items():
                    if isinstance(value, UploadFile):
                        uploads[name] = Upload(value.filename or "", await value.read())
                    else:
                        values[name] = value
        except MultiPartException as error:
            raise bad_request(f"can't parse request: {error.message}") from None
        return Params(values, uploads)

    async def _body(self) -> bytes:
        parts: list[bytes] = []
        while True:
            message: AsgiMessage = await self._receive()
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                return b"".join(parts)

    async def wait_until_gone(self) -> None:
        """Wait until the other side closes the connection."""
        while (await self._receive())["type"] != "http.disconnect":
            continue
        self.gone = True

    async def cut(self) -> None:
        """Close the connection without an answer."""
        self._scope["state"]["cut"]()
        if not self.gone:
            await self.wait_until_gone()


def _from_a_bot(scope: Scope) -> bool:
    """Whether a program on this computer asks, and no page that a browser has open."""
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").rpartition(b":")[0]
    return host in {b"127.0.0.1", b"localhost"} and b"origin" not in headers


async def _answer(send: Send, status: int, body: bytes, kind: bytes, *more: Any) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _answer_json(send: Send, status: int, value: Any, *more: Any) -> None:
    body = json.dumps(value, ensure_ascii=False).encode()
    await _answer(send, status, body, b"application/json", *more)


async def _answer_error(send: Send, error: BotApiError) -> None:
    value: dict[str, Any] = {
        "ok": False,
        "error_code": error.code,
        "description": error.description,
    }
    more = []
    if error.parameters:
        value["parameters"] = dict(error.parameters)
    if "retry_after" in error.parameters:
        more.append((b"retry-after", str(error.parameters["retry_after"]).encode()))
    await _answer_json(send, error.code, value, *more)
