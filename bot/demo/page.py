"""The page: phones side by side, the clock, and a look inside, for browsers on this computer.

The page learns everything from one stream of events (server-sent events): first the whole
state, then each change as it happens. What somebody does comes back as small requests. A
stream that breaks is opened anew by the browser, and begins with the whole state again.

Only this computer's browsers may ask, and only from the page itself: every request has its
Host and its Origin checked, and there is no WebSocket to be had.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import structlog
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

from bot.demo import inspector
from bot.demo.cast import CAST
from bot.demo.labels import Labels
from bot.demo.office import Mischief, Office, Walk
from bot.localtelegram.screen import Message
from bot.localtelegram.server import Person
from bot.localtelegram.world import Change
from bot.store import StoreUnavailableError

log = structlog.get_logger()

STATIC: Final = Path(__file__).parent / "static"
LARGEST_REQUEST: Final = 64 * 1024
LARGEST_FILE: Final = 20 * 1024 * 1024
"""What a bot can fetch from Telegram (Bot API, getFile)."""

LOOKS_INSIDE_AFTER: Final = 0.15
LOOKS_INSIDE_EVERY: Final = 2.0
_UNREAD_EVENTS: Final = 2_000
_KEEPS_ALIVE_EVERY: Final = 15.0
_AGAIN_AFTER: Final = 700
"""Milliseconds after which a browser opens a stream anew that broke."""

_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-cache",
}

Event = dict[str, Any]


class RequestError(Exception):
    """Something cannot be done; the text says why, in the page's words."""


class Page:
    """The web application around one office."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._words = Labels(office.calendar, office.services.features)
        self._streams: set[asyncio.Queue[Event | None]] = set()
        self._look = asyncio.Event()
        self._inside: Event = {"type": "inside"}
        self._clock: Event = {}
        self._answered: set[str] = set()
        self._jobs: list[asyncio.Task[None]] = []
        self._walking: asyncio.Lock = asyncio.Lock()

    # --- its life ---

    def start(self) -> None:
        """Begin to follow the office."""
        self._office.on_change(self._office_changed)
        self._jobs = [
            asyncio.create_task(self._follow_screens()),
            asyncio.create_task(self._follow_inside()),
            asyncio.create_task(self._follow_clock()),
        ]

    async def stop(self) -> None:
        """Follow no more, and end every stream."""
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        for stream in tuple(self._streams):
            stream.put_nowait(None)

    def application(self, port: int) -> ASGIApp:
        """The application as it is served on 127.0.0.1:`port`."""
        routes = [
            Route("/", self._index),
            Route("/peristiwa", self._events),
            Route("/berkas/{unique_id}", self._file),
            Route("/lampiran", self._attach, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
            *(
                Route(f"/{name}", self._action(action), methods=["POST"])
                for name, action in self._actions().items()
            ),
        ]
        return Guard(Starlette(routes=routes), port)

    # --- what it serves ---

    async def _index(self, request: Request) -> Response:
        return FileResponse(STATIC / "index.html")

    async def _file(self, request: Request) -> Response:
        file = self._office.telegram.file(request.path_params["unique_id"])
        if file is None:
            return JSONResponse({"mengapa": "Berkas ini tidak ada lagi."}, 404)
        if file.kind == "photo":
            kind = "image/png" if file.data.startswith(b"\x89PNG") else "image/jpeg"
            return Response(file.data, media_type=kind)
        # Never shown within the page's own origin, whatever it is.
        name = quote(file.name, safe="")
        return Response(
            file.data,
            media_type="application/octet-stream",
            headers={"content-disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    async def _events(self, request: Request) -> Response:
        stream: asyncio.Queue[Event | None] = asyncio.Queue()
        stream.put_nowait(self._state())
        self._streams.add(stream)
        return StreamingResponse(self._told(stream), media_type="text/event-stream")

    async def _told(self, stream: asyncio.Queue[Event | None]) -> AsyncIterator[str]:
        try:
            yield f"retry: {_AGAIN_AFTER}\n\n"
            while True:
                try:
                    async with asyncio.timeout(_KEEPS_ALIVE_EVERY):
                        event = await stream.get()
                except TimeoutError:
                    yield ": masih di sini\n\n"
                    continue
                if event is None:
                    return
                yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n"
        finally:
            self._streams.discard(stream)

    def _tell(self, event: Event) -> None:
        for stream in tuple(self._streams):
            if stream.qsize() > _UNREAD_EVENTS:
                # It fell behind for good: it begins anew with the whole state.
                self._streams.discard(stream)
                stream.put_nowait(None)
            else:
                stream.put_nowait(event)

    # --- what the page is told ---

    async def _follow_screens(self) -> None:
        with self._office.telegram.watch() as changes:
            async for change in changes:
                if change.kind == "missed":
                    self._tell(self._state())
                else:
                    for event in self._changes(change):
                        self._tell(event)
                self._look.set()

    def _changes(self, change: Change) -> list[Event]:
        person = self._person(change.user_id)
        user, number = person.id, change.message_id
        match change.kind:
            case "message" | "edited" if number is not None:
                message = person.message(number)
                if message is None:
                    return []
                told: list[Event] = [
                    {"type": "message", "user": user, "message": self._message(message)}
                ]
                if not message.from_bot:  # the first message starts the bot
                    told.append({"type": "person", "user": user, **_account(person)})
                return told
            case "deleted":
                return [{"type": "deleted", "user": user, "id": number}]
            case "tap" | "answer":
                return self._taps(person)
            case "commands":
                return [{"type": "commands", "user": user, "commands": person.commands}]
            case "action":
                return [{"type": "typing", "user": user}]
        return [{"type": "person", "user": user, **_account(person)}]

    def _taps(self, person: Person) -> list[Event]:
        told: list[Event] = [{"type": "spinning", "user": person.id, "spinning": _spinning(person)}]
        taps = person.taps
        for tap in taps:
            if tap.answer is None or tap.id in self._answered:
                continue
            self._answered.add(tap.id)
            if tap.answer.text:
                what = {"text": tap.answer.text, "alert": tap.answer.show_alert}
                told.append({"type": "answer", "user": person.id, **what})
        return told

    async def _follow_inside(self) -> None:
        while True:
            # Not wait_for: in Python 3.11 it swallows a cancellation that meets its answer.
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOKS_INSIDE_EVERY):
                    await self._look.wait()
            # What is recorded right after a message is sent is seen in the same look.
            await asyncio.sleep(LOOKS_INSIDE_AFTER)
            self._look.clear()
            office = self._office
            try:
                seen = await asyncio.to_thread(inspector.watch, office.services, office.clock.now())
            except StoreUnavailableError as error:
                log.warning("cannot look inside", error=str(error))
                continue
            inside = self._inside_event(seen)
            if inside != self._inside:
                self._inside = inside
                self._tell(inside)

    async def _follow_clock(self) -> None:
        while True:
            self._clock_changed()
            await asyncio.sleep(1)

    def _clock_changed(self) -> None:
        clock = self._clock_event()
        if clock != self._clock:
            self._clock = clock
            self._tell(clock)

    def _office_changed(self) -> None:
        self._clock_changed()
        self._tell(self._bot_event())
        self._look.set()

    # --- events ---

    def _state(self) -> Event:
        office = self._office
        return {
            "type": "state",
            "office": office.id,
            "bot_username": office.telegram.bot_username,
            "claim": office.claim_link,
            "people": [self._whole(player.user_id) for player in CAST],
            "clock": self._clock_event(),
            "bot": self._bot_event(),
            "inside": self._inside,
        }

    def _whole(self, user_id: int) -> Event:
        person = self._person(user_id)
        player = next(p for p in CAST if p.user_id == user_id)
        return {
            "id": user_id,
            "name": player.shown,
            "part": player.part,
            **_account(person),
            "commands": person.commands,
            "messages": [self._message(message) for message in person.chat],
            "spinning": _spinning(person),
        }

    def _message(self, message: Message) -> Event:
        file = message.file
        shown: Event = {
            "id": message.id,
            "out": not message.from_bot,
            "text": message.text,
            "entities": [entity.as_json() for entity in message.content.entities],
            "time": self._words.time(message.date),
            "day": self._words.day(message.date),
            "edited": message.edited is not None,
            "silent": message.silent,
            "reply_to": message.reply_to,
            "buttons": [
                [
                    {
                        "label": button.label,
                        "style": button.style,
                        "data": button.data,
                        "url": button.url,
                        "copies": button.copies,
                    }
                    for button in row
                ]
                for row in message.buttons
            ],
        }
        if file is not None:
            shown["file"] = {
                "kind": file.kind,
                "name": file.name,
                "size": file.size,
                "url": f"/berkas/{file.unique_id}",
                "width": file.width,
                "height": file.height,
            }
        return shown

    def _clock_event(self) -> Event:
        office = self._office
        return {
            "type": "clock",
            "words": office.dates.moment(office.clock.now()),
            "hours": office.hours(),
            "ticking": office.ticking,
        }

    def _bot_event(self) -> Event:
        office = self._office
        return {
            "type": "bot",
            "bot": office.bot.value,
            "fault": office.fault,
            "mischief": sorted(office.mischief),
        }

    def _inside_event(self, seen: inspector.Watched) -> Event:
        words = self._words
        shown = {player.user_id: player.shown for player in CAST}
        return {
            "type": "inside",
            "journal": [
                {"id": line.id, "at": words.short(line.at), "text": words.happening(line)}
                for line in seen.journal
            ],
            "ahead": [words.ahead(reminder) for reminder in seen.ahead],
            "deliveries": [
                words.sending(d, shown.get(d.chat_id, "orang luar")) for d in seen.deliveries
            ],
            "queued": seen.queued,
        }

    # --- what people do ---

    def _actions(self) -> dict[str, Callable[[Event], Awaitable[Event | None]]]:
        return {
            "kirim": self._send,
            "ketuk": self._tap,
            "buka": self._open_link,
            "blokir": self._block,
            "jam": self._move_clock,
            "detak": self._tick,
            "gangguan": self._misbehave,
            "bot": self._bot,
        }

    def _action(
        self, action: Callable[[Event], Awaitable[Event | None]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                return JSONResponse(await action(await _body(request)) or {})
            except RequestError as refused:
                return JSONResponse({"mengapa": str(refused)}, 409)
            except (KeyError, TypeError, ValueError):
                return JSONResponse({"mengapa": "Permintaan ini tidak dipahami."}, 400)

        return answer

    async def _send(self, asked: Event) -> None:
        person = self._writer(asked)
        text = str(asked["text"]).strip()
        if not text:
            raise RequestError("Pesan masih kosong.")
        if _length(text) > 4096:
            raise RequestError("Pesan paling panjang 4.096 huruf.")
        person.send(text, reply_to=_replied(person, asked.get("reply_to")))

    async def _tap(self, asked: Event) -> None:
        person = self._writer(asked)
        message, data = person.message(int(asked["message"])), str(asked["data"])
        shown = message.buttons if message is not None else ()
        if not any(button.data == data for row in shown for button in row):
            raise RequestError("Tombol itu tidak ada lagi.")
        person.tap_data(int(asked["message"]), data)

    async def _open_link(self, asked: Event) -> None:
        try:
            self._person(int(asked["user"])).open_link(str(asked["url"]))
        except AssertionError:
            raise RequestError("Tautan itu tidak menuju bot ini.") from None

    async def _block(self, asked: Event) -> None:
        person = self._person(int(asked["user"]))
        if not person.started:
            raise RequestError("Percakapan dengan bot belum dimulai.")
        if asked["blocked"]:
            person.block()
        else:
            person.unblock()

    async def _attach(self, request: Request) -> Response:
        if int(request.headers.get("content-length", LARGEST_FILE * 2)) > LARGEST_FILE + 65_536:
            return JSONResponse({"mengapa": "Berkas paling besar 20 MB."}, 413)
        try:
            async with request.form(max_files=1, max_fields=4) as form:
                file = form["file"]
                if not isinstance(file, UploadFile):
                    raise RequestError("Pilih sebuah berkas.")
                person = self._writer({"user": str(form["user"])})
                data, caption = await file.read(), str(form.get("caption", ""))
                if not data:
                    raise RequestError("Berkas ini kosong.")
                if _length(caption) > 1024:
                    raise RequestError("Keterangan paling panjang 1.024 huruf.")
                reply_to = _replied(person, form.get("reply_to"))
                if form.get("photo") == "1":
                    _send_photo(person, data, caption, reply_to)
                else:
                    person.attach(data, file.filename or "berkas", caption, reply_to)
        except RequestError as refused:
            return JSONResponse({"mengapa": str(refused)}, 409)
        except (KeyError, ValueError, MultiPartException):
            return JSONResponse({"mengapa": "Permintaan ini tidak dipahami."}, 400)
        return JSONResponse({})

    async def _move_clock(self, asked: Event) -> Event:
        moves: dict[str, Callable[[], Awaitable[Walk]]] = {
            "jam": self._office.move_hour,
            "hari": self._office.move_day,
            "pengingat": self._office.move_to_reminder,
        }
        move = moves[asked["langkah"]]
        if self._walking.locked():
            raise RequestError("Jam kantor masih berjalan maju.")
        async with self._walking:
            walk = await move()
        if walk.why_not is not None:
            raise RequestError(walk.why_not)
        return {"lewat": [self._words.day_off(off) for off in walk.passed]}

    async def _tick(self, asked: Event) -> None:
        self._office.set_ticking(bool(asked["berjalan"]))

    async def _misbehave(self, asked: Event) -> None:
        self._office.misbehave(Mischief(asked["apa"]), bool(asked["nyala"]))

    async def _bot(self, asked: Event) -> None:
        if asked["hidup"]:
            # Telegram may be down: nobody who ends the demo waits for this.
            self._jobs.append(asyncio.create_task(self._office.start_bot()))
        else:
            await self._office.kill_bot()

    # --- people ---

    def _person(self, user_id: int) -> Person:
        found = next((p for p in self._office.telegram.people if p.id == user_id), None)
        if found is None:
            raise KeyError(user_id)
        return found

    def _writer(self, asked: Event) -> Person:
        person = self._person(int(asked["user"]))
        if person.blocked:
            raise RequestError("Bot ini diblokir; buka blokirnya dahulu.")
        return person


class Guard:
    """Lets in only this computer's browsers, and only from the page itself.

    A page of somebody else's that a browser has open may send requests here: its Origin
    says so. A name that somebody else made to lead here (DNS rebinding) is not in the list
    of hosts. There is no WebSocket to be had, from nowhere.
    """

    def __init__(self, application: ASGIApp, port: int) -> None:
        self._application = application
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        if port == 80:
            self._hosts |= {"127.0.0.1", "localhost"}
        self._origins = {f"http://{host}" for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or close one WebSocket."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            return
        if not self._admits(scope):
            refusal = JSONResponse({"mengapa": "Permintaan ini bukan dari halaman demo."}, 403)
            await refusal(scope, receive, self._with_headers(send))
            return
        await self._application(scope, receive, self._with_headers(send))

    def _admits(self, scope: Scope) -> bool:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if headers.get("host") not in self._hosts:
            return False
        origin = headers.get("origin")
        if scope["method"] not in {"GET", "HEAD"}:
            return origin in self._origins
        # A browser names no origin when it merely fetches, but says whether another page asks;
        # only the page itself may be opened by a link from elsewhere.
        elsewhere = headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}
        if elsewhere and not (scope["path"] == "/" and headers.get("sec-fetch-mode") == "navigate"):
            return False
        return origin is None or origin in self._origins

    @staticmethod
    def _with_headers(send: Send) -> Send:
        async def sending(message: AsgiMessage) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                more = [
                    (name.encode(), value.encode())
                    for name, value in _HEADERS.items()
                    if name.encode() not in given
                ]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        return sending


async def _body(request: Request) -> Event:
    if int(request.headers.get("content-length", "0")) > LARGEST_REQUEST:
        raise RequestError("Permintaan ini terlalu besar.")
    body = await request.json()
    if not isinstance(body, dict):
        raise ValueError("not an object")
    return body


def _send_photo(person: Person, data: bytes, caption: str, reply_to: int | None) -> None:
    try:
        person.photo(data, caption, reply_to)
    except AssertionError:
        raise RequestError("Foto harus berupa gambar PNG atau JPEG.") from None


def _replied(person: Person, message: Any) -> int | None:
    """The message that is answered, if it is on the screen still."""
    if message in (None, ""):
        return None
    found = person.message(int(message))
    return None if found is None else found.id


def _account(person: Person) -> Event:
    return {"started": person.started, "blocked": person.blocked}


def _spinning(person: Person) -> list[list[Any]]:
    return [[tap.message_id, tap.data] for tap in person.taps if tap.spinning]


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
