"""The HTTP side: a request is read, fails where that was ordered, is carried out and answered."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request as HttpRequest
from starlette.types import Message as AsgiMessage
from starlette.types import Receive, Scope, Send

from bot.localtelegram.content import allowed_updates
from bot.localtelegram.errors import BotApiError, bad_request
from bot.localtelegram.faults import WELL, Faults, Moment, RateLimit
from bot.localtelegram.log import Request
from bot.localtelegram.methods import UPLOAD_LIMIT, BotApi
from bot.localtelegram.params import Params, Upload
from bot.localtelegram.world import World

TOKEN = re.compile(r"[0-9]{1,16}:[A-Za-z0-9_-]{3,64}")
_LONGEST_POLL = 50
DOWNLOAD = "download"  # fetching a file, which is no method of the Bot API, for `fail` and `hold`
_NONE = Params({}, {})
_GARBLED = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


class Application:
    """The ASGI application.

    `is_down` cuts every request off, `stopping` those under way; `rate_limit` None is no limit.
    """

    def __init__(self, world: World, token: str, faults: Faults) -> None:
        self._world = world
        self._token = token
        self._faults = faults
        self._api = BotApi(world)
        self.rate_limit: RateLimit | None = None
        self.is_down = False
        self.stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or cut it off."""
        path: str = scope["path"]
        exchange = _Exchange(scope, receive, send)
        token, _, rest = path.removeprefix("/file").removeprefix("/bot").partition("/")
        if not _from_a_bot(scope):
            await exchange.refuse(BotApiError(403, "Forbidden: this is not for browsers"))
        elif path.startswith("/file/bot"):
            await self._download(token, rest, exchange)
        elif path.startswith("/bot"):
            await self._call(token, rest, exchange)
        else:
            await exchange.refuse(BotApiError(404, "Not Found"))

    def _wrong_token(self, token: str) -> BotApiError | None:
        if not TOKEN.fullmatch(token):
            return BotApiError(404, "Not Found")
        return None if token == self._token else BotApiError(401, "Unauthorized")

    @contextmanager
    def _under_way(self, *, counts: bool = True) -> Iterator[None]:
        self._world.in_flight += counts
        self._world.requests_begun += counts
        try:
            yield
        finally:
            self._world.in_flight -= counts
            self._world.changed()

    async def _download(self, token: str, path: str, exchange: _Exchange) -> None:
        """Hand a file out, in pieces; a gate "after" holds it when the first half is on its way."""
        file = next((f for f in self._world.files.values() if f.path == path), None)
        with self._under_way():
            fault = WELL if self.is_down else self._faults.strike(DOWNLOAD, _NONE)
            goes_on = await self._faults.pass_gates("before", DOWNLOAD, _NONE)
            missing = None if file else BotApiError(404, "Not Found")
            error = self._wrong_token(token) or missing or fault.error
            if not goes_on or self.is_down or fault.drops == "before":
                await exchange.cut()
            elif error is not None:
                await exchange.refuse(error)
            elif file is not None:
                await self._hand_out(file.data, exchange, cut=fault.drops == "after")

    async def _hand_out(self, data: bytes, exchange: _Exchange, *, cut: bool) -> None:
        half = len(data) // 2
        await exchange.begin(200, len(data), b"application/octet-stream")
        first = {"type": "http.response.body", "body": data[:half], "more_body": True}
        await exchange.send(first)
        goes_on = await self._faults.pass_gates("after", DOWNLOAD, _NONE)
        if cut or not goes_on or self.is_down:
            await exchange.cut()
        else:
            await exchange.send({"type": "http.response.body", "body": data[half:]})

    async def _call(self, token: str, name: str, exchange: _Exchange) -> None:
        at = self._world.monotonic()
        try:
            params, error = await exchange.params(), self._wrong_token(token)
        except BotApiError as unreadable:
            params, error = _NONE, unreadable
        with self._under_way(counts=name.lower() != "getupdates"):
            if error is None:
                await self._carry_out(name, params, exchange, at)
            else:
                self._write_down(name, params, at, error=error)
                await exchange.refuse(error)

    async def _carry_out(self, name: str, params: Params, exchange: _Exchange, at: float) -> None:
        fault = WELL if self.is_down else self._faults.strike(name, params)
        if fault.seconds:
            await self._faults.delay(fault.seconds)
        dropped = fault.drops == "before"
        dropped = dropped or not await self._faults.pass_gates("before", name, params)
        if dropped or self.is_down or self.stopping:
            self._write_down(name, params, at, dropped="before")
            await exchange.cut()
            return
        try:
            if fault.error is not None:
                raise fault.error
            polls = name.lower() == "getupdates"
            result = await self._poll(params, exchange) if polls else self._perform(name, params)
        except BotApiError as error:
            self._write_down(name, params, at, error=error, dropped=fault.drops)
            if fault.drops:
                await exchange.cut()
            elif fault.garbles:
                await exchange.answer(502, _GARBLED, b"text/html")
            else:
                await exchange.refuse(error)
            return
        self._write_down(name, params, at, result=result, dropped=fault.drops)
        cut = fault.drops or not await self._faults.pass_gates("after", name, params)
        if cut or self.is_down or self.stopping or exchange.gone:
            await exchange.cut()
        else:
            await exchange.answer_json(200, {"ok": True, "result": result})

    def _perform(self, name: str, params: Params) -> Any:
        method = self._api.method(name)
        if method is None:
            raise BotApiError(404, "Not Found: method not found")
        if self.rate_limit is not None:
            self.rate_limit.admit(name, params.chat_id(), self._world.monotonic())
        return method(params)

    async def _poll(self, params: Params, exchange: _Exchange) -> list[dict[str, Any]]:
        limit = params.integer("limit", 100)
        poll = asyncio.ensure_future(
            self._world.updates.get(
                params.integer("offset"),
                limit if 1 <= limit <= 100 else 100,
                min(max(params.integer("timeout"), 0), _LONGEST_POLL),
                allowed_updates(params),
            )
        )
        # A poller that went away must not seem to take updates.
        gone = asyncio.ensure_future(exchange.wait_until_gone())
        try:
            await asyncio.wait({poll, gone}, return_when=asyncio.FIRST_COMPLETED)
            return poll.result() if poll.done() else []
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
        dropped: Moment | None = None,
    ) -> None:
        chat_id, now = params.chat_id(), self._world.monotonic()
        accepted, shown = error is None and dropped != "before", params.for_log()
        entry = Request(name, shown, chat_id, accepted, result, error, dropped, at, now)
        self._world.log.append(entry)
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
        """Wait until the bot closes the connection."""
        while (await self._receive())["type"] != "http.disconnect":
            continue
        self.gone = True

    async def cut(self) -> None:
        """Close the connection without an answer."""
        self._scope["state"]["cut"]()
        if not self.gone:
            await self.wait_until_gone()

    async def begin(self, status: int, size: int, kind: bytes, *more: Any) -> None:
        """Send the head of an answer of `size` bytes."""
        headers = [(b"content-type", kind), (b"content-length", str(size).encode()), *more]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})

    async def answer(self, status: int, body: bytes, kind: bytes, *more: Any) -> None:
        """Send a whole answer."""
        await self.begin(status, len(body), kind, *more)
        await self.send({"type": "http.response.body", "body": body})

    async def answer_json(self, status: int, value: Any, *more: Any) -> None:
        """Send `value` as JSON."""
        body = json.dumps(value, ensure_ascii=False).encode()
        await self.answer(status, body, b"application/json", *more)

    async def refuse(self, error: BotApiError) -> None:
        """Send `error` as the Bot API does."""
        value = {"ok": False, "error_code": error.code, "description": error.description}
        more = []
        if error.parameters:
            value["parameters"] = dict(error.parameters)
        if "retry_after" in error.parameters:
            more.append((b"retry-after", str(error.parameters["retry_after"]).encode()))
        await self.answer_json(error.code, value, *more)


def _from_a_bot(scope: Scope) -> bool:
    """Whether a program on this computer asks, and no page that a browser has open."""
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").rpartition(b":")[0]
    return host in {b"127.0.0.1", b"localhost"} and b"origin" not in headers
