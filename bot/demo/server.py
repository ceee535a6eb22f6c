"""The whole life of `kawal demo`: an office, a page, one address."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shutil
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Thread
from typing import Final

import uvicorn

from bot import logs
from bot.app import stop_at_signals
from bot.demo.office import Office
from bot.demo.page import Page
from bot.settings import OperatorError, load_settings

PORTS_TRIED: Final = 20


def serve(
    *, folder: Path | None, port: int, empty: bool, browser: bool, say: Callable[[str], None]
) -> int:
    """Run the demo until it is interrupted; the exit code. `folder` None: nothing is kept.

    Raises:
        OperatorError: the folder or the port cannot be used.
        LockHeldError: another demo uses the folder.
        DataError: the SOPs cannot be used.
    """
    settings = load_settings()
    logs.configure()
    logging.getLogger().setLevel(logging.WARNING)
    listening = listen(port)
    home = folder.absolute() if folder else Path(tempfile.mkdtemp(prefix="kawal-demo-"))
    try:
        office = Office(settings, home, keep=folder is not None, cast=not empty)
        office.prepare()
        taken = listening.getsockname()[1]
        if taken != port and port != 0:
            say(f"Port {port} sedang dipakai; kantor contoh memakai port {taken}.")
        asyncio.run(_live(office, listening, browser, say))
    finally:
        listening.close()
        if folder is None:
            shutil.rmtree(home, ignore_errors=True)
    return 0


async def _live(
    office: Office, listening: socket.socket, browser: bool, say: Callable[[str], None]
) -> None:
    async with open_page(office, listening) as server:

        def stop() -> None:
            server.should_exit = True

        stop_at_signals(stop)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        say(f"Kantor contoh: {address}")
        say("Ctrl+C untuk berhenti.")
        if browser and _has_browser():
            # Some browsers keep whoever opens them waiting.
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        await server.serve(sockets=[listening])


@asynccontextmanager
async def open_page(office: Office, listening: socket.socket) -> AsyncIterator[Server]:
    """An office at work with its page; `serve` of the server shows it on `listening`."""
    page = Page(office)
    config = uvicorn.Config(
        page.application(listening.getsockname()[1]),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    page.start()
    try:
        await office.open()
        yield Server(config, page)
    finally:
        await page.stop()
        await office.close()


class Server(uvicorn.Server):
    """A server that ends the page's streams before it waits for its connections.

    It leaves signals alone: uvicorn raises them again, before the office is put away.
    """

    def __init__(self, config: uvicorn.Config, page: Page) -> None:
        super().__init__(config)
        self._page = page

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take no signals."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop taking requests, and end those under way."""
        await self._page.stop()
        await super().shutdown(sockets)


def listen(port: int) -> socket.socket:
    """A socket on the loopback: on `port`, or on the next that is free.

    Raises:
        OperatorError: none is free.
    """
    last = min(port + PORTS_TRIED, 65_535) if port else 0
    for tried in range(port, last + 1):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform != "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", tried))
            listening.listen(128)
        except OSError as error:
            listening.close()
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
        else:
            return listening
    raise OperatorError(
        f"port {port} sampai {last} tidak dapat dipakai; pilih yang lain dengan --port"
    )


def _has_browser() -> bool:
    """Whether there is a screen to open a browser on; a text browser would take the terminal."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform in {"win32", "darwin"} or bool(screen)
