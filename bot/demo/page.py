"""The page: phones side by side, the clock, and what the bot is doing.

A stream of server-sent events tells the page the whole state, then each change. What somebody
does comes as a request. `events.py` makes the events; `guard.py` says who may ask.
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
from starlette.types import ASGIApp

from bot.demo import inspector
from bot.demo.events import Event, Events
from bot.demo.guard import Guard
from bot.demo.labels import Labels
from bot.demo.office import Mischief, Office, Walk
from bot.localtelegram.html import utf16_length
from bot.localtelegram.people import Person
from bot.store import StoreUnavailableError

log = structlog.get_logger()

STATIC: Final = Path(__file__).parent / "static"
LARGEST_REQUEST: Final = 64 * 1024
LARGEST_FILE: Final = 20 * 1024 * 1024  # what a bot can fetch (Bot API, getFile)
LOOKS_INSIDE_AFTER: Final = 0.15
LOOKS_INSIDE_EVERY: Final = 2.0
_UNREAD_EVENTS: Final = 2_000
_KEEPS_ALIVE_EVERY: Final = 15.0
_AGAIN_AFTER: Final = 700  # milliseconds until a browser opens a broken stream again


class RequestError(Exception):
    """Something cannot be done; the text says why."""


class Page:
    """The web application around one office."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._labels = Labels(office.calendar, office.services.features)
        self._event = Events(office, self._labels)
        self._streams: set[asyncio.Queue[Event | None]] = set()
        self._look = asyncio.Event()
        self._inside: Event = {"type": "inside"}
        self._clock: Event = {}
        self._jobs: list[asyncio.Task[None]] = []
        self._walking = asyncio.Lock()

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
        actions = {
            "kirim": self._send,
            "ketuk": self._tap,
            "buka": self._open_link,
            "blokir": self._block,
            "jam": self._move_clock,
            "detak": self._tick,
            "gangguan": self._misbehave,
            "bot": self._bot,
        }
        routes = [
            Route("/", self._index),
            Route("/peristiwa", self._events),
            Route("/berkas/{unique_id}", self._file),
            Route("/lampiran", self._attach, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
            *(Route(f"/{n}", self._action(a), methods=["POST"]) for n, a in actions.items()),
        ]
        return Guard(Starlette(routes=routes), port)

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
        stream.put_nowait(self._event.state(self._inside))
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
                # Too slow: the browser opens another, which begins with the whole state.
                self._streams.discard(stream)
                stream.put_nowait(None)
            else:
                stream.put_nowait(event)

    async def _follow_screens(self) -> None:
        with self._office.telegram.watch() as changes:
            async for change in changes:
                if change.kind == "missed":
                    self._tell(self._event.state(self._inside))
                else:
                    for event in self._event.of_change(change):
                        self._tell(event)
                self._look.set()

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
            inside = self._event.inside(seen)
            if inside != self._inside:
                self._inside = inside
                self._tell(inside)

    async def _follow_clock(self) -> None:
        while True:
            self._clock_changed()
            await asyncio.sleep(1)

    def _clock_changed(self) -> None:
        clock = self._event.clock()
        if clock != self._clock:
            self._clock = clock
            self._tell(clock)

    def _office_changed(self) -> None:
        self._clock_changed()
        self._tell(self._event.bot())
        self._look.set()

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
        if utf16_length(text) > 4096:
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
            self._office.person(int(asked["user"])).open_link(str(asked["url"]))
        except AssertionError:
            raise RequestError("Tautan itu tidak menuju bot ini.") from None

    async def _block(self, asked: Event) -> None:
        person = self._office.person(int(asked["user"]))
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
                if utf16_length(caption) > 1024:
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
        return {"lewat": [self._labels.day_off(off) for off in walk.passed]}

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

    def _writer(self, asked: Event) -> Person:
        person = self._office.person(int(asked["user"]))
        if person.blocked:
            raise RequestError("Bot ini diblokir; buka blokirnya dahulu.")
        return person


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
