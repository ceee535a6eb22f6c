"""Rendering in a child process: one document at a time, each within a time limit.

People's texts go to a template as JSON and are never read as markup. The child starts when it
is first needed and ends after a minute without work, which saves memory. Whatever goes wrong in
it ends in `RenderError` here.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from bot.domain.documents import Format
from bot.reports.child import read_frame, write_frame
from bot.reports.sheets import Workbook, as_json

LIMIT: Final = 20.0
"""Seconds that one rendering may take: twenty times what the longest report needs. Those
who wait for their turn behind it must not outlast a delivery's lease."""

IDLE: Final = 60.0
"""Seconds without work after which the child ends."""

_ROOT: Final = Path(__file__).resolve().parents[2]
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from bot.reports.child import serve; serve()"
)
_TABS: Final = re.compile("[\t\r\v\f\x1c-\x1f\x85\u2028\u2029]")
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR", "TEMP")


class RenderError(Exception):
    """A document could not be made; the message says why, without anybody's texts."""


class Renderer:
    """A child process and the turn at it. Threads wait for each other here."""

    def __init__(
        self,
        *,
        limit: float = LIMIT,
        idle: float = IDLE,
        command: tuple[str, ...] = (sys.executable, "-I", "-c", _START, str(_ROOT)),
    ) -> None:
        self._limit = limit
        self._idle = idle
        self._command = command
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._rest: threading.Timer | None = None

    def render(self, form: Format, template: str, data: Any) -> list[bytes]:
        """The files that come of `data`, a value that JSON can hold.

        Raises:
            RenderError: there is no document; what is said in `data` is lost to nobody.
        """
        # The child ends itself a little later than it would be ended.
        seconds = self._limit + 5
        order = {"form": form, "template": template, "data": _spaced(data), "seconds": seconds}
        # Half of a sign (a lone surrogate) cannot be written; it becomes a question mark.
        request = json.dumps(order, ensure_ascii=False).encode("utf-8", "replace")
        with self._turn:
            self._stop_rest()
            try:
                return self._ask(request)
            finally:
                self._rest_later()

    def close(self) -> None:
        """End the child, if there is one."""
        with self._turn:
            self._stop_rest()
            self._end()

    def _ask(self, request: bytes) -> list[bytes]:
        child = self._started()
        late = threading.Event()

        def kill() -> None:
            late.set()
            child.kill()

        timer = _started_timer(self._limit, kill)
        try:
            files = _exchange(child, request)
        except OSError as error:
            self._end()
            raise RenderError(f"the renderer broke off: {error.strerror}") from error
        finally:
            timer.cancel()
        if files is not None and not late.is_set():
            return files
        self._end()
        if files is not None:  # the very last instant
            return files
        if late.is_set():
            raise RenderError(f"the renderer took longer than {self._limit:g} seconds")
        raise RenderError(f"the renderer died ({child.returncode})")

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end()
        try:
            self._child = subprocess.Popen(  # noqa: S603 - our own command, nothing of people's
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Neither the token nor any other secret is the renderer's business.
                env={n: os.environ[n] for n in _PASSED_ON if n in os.environ},
                # Ctrl+C is the bot's to deal with.
                start_new_session=True,
            )
        except OSError as error:
            raise RenderError(f"the renderer cannot be started: {error.strerror}") from error
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            # The other end may be gone, and with it what was not yet written.
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        child.wait()

    def _rest_later(self) -> None:
        if self._child is not None:
            self._rest = _started_timer(self._idle, self._end_if_idle)

    def _stop_rest(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    def _end_if_idle(self) -> None:
        # Whoever has the turn now needs the child; a new rest begins after that.
        if self._turn.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._turn.release()


_renderer = Renderer()
atexit.register(_renderer.close)


def pdf(template: str, data: Any) -> bytes:
    """The document that this template makes of `data`.

    Raises:
        RenderError: it cannot be made.
    """
    return _renderer.render(Format.PDF, template, data)[0]


def png(template: str, data: Any) -> bytes:
    """The page that this template makes of `data`, as a picture.

    Raises:
        RenderError: it cannot be made.
    """
    return _renderer.render(Format.PNG, template, data)[0]


def xlsx(book: Workbook) -> bytes:
    """The spreadsheet as a file.

    Raises:
        RenderError: it cannot be made.
        ValueError: a value is not of its column's kind.
    """
    return _renderer.render(Format.XLSX, "", as_json(book))[0]


def _spaced(data: Any) -> Any:
    """The data with a space for every tab and its like: no font has them, so words would join."""
    match data:
        case str():
            return _TABS.sub(" ", data)
        case dict():
            return {key: _spaced(value) for key, value in data.items()}
        case list() | tuple():
            return [_spaced(value) for value in data]
        case _:
            return data


def _exchange(child: subprocess.Popen[bytes], request: bytes) -> list[bytes] | None:
    """The child's answer, None if it died over it.

    Raises:
        RenderError: it says that it could not.
    """
    if child.stdin is None or child.stdout is None:
        raise RenderError("the renderer has no pipes")
    write_frame(child.stdin, request)
    child.stdin.flush()
    head = read_frame(child.stdout)
    if head is None:
        return None
    said = json.loads(head)
    if "error" in said:
        raise RenderError(said["error"])
    files = [read_frame(child.stdout) for _ in range(said["files"])]
    return None if None in files else [content for content in files if content is not None]


def _started_timer(seconds: float, act: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    return timer
