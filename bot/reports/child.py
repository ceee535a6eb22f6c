"""The child process that renders: it knows Typst and the spreadsheet library, and no more.

It answers the requests of its standard input on its standard output, one at a time. A request
is one frame, a JSON object. An answer is a frame that says how many frames follow
(`{"files": n}`) or what went wrong (`{"error": …}`), then these. A frame is its length in four
bytes, then so many bytes.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import typst

HERE: Final = Path(__file__).parent
TEMPLATES: Final = HERE / "templates"
FONTS: Final = HERE / "fonts"

PPI: Final = 162.0
"""400 points of a picture become 900 pixels."""

LENGTH: Final = struct.Struct(">I")


def serve() -> None:
    """Answer requests until the input ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library may print must not get between the frames.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    maker = Maker()
    while (request := read_frame(requests)) is not None:
        order = json.loads(request)
        _limit(order["seconds"])
        try:
            files = maker.make(order)
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent is told
            write_frame(answers, json.dumps({"error": _in_short(error)}).encode())
        else:
            write_frame(answers, json.dumps({"files": len(files)}).encode())
            for content in files:
                write_frame(answers, content)
        answers.flush()
        _limit(0)


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next frame, None at the end of the stream (or of what a dead writer left of it)."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Write one frame; the caller flushes."""
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)


class Maker:
    """Makes what is ordered. Fonts and templates are read once."""

    def __init__(self) -> None:
        self._compiler: typst.Compiler | None = None

    def make(self, order: dict[str, Any]) -> list[bytes]:
        """The files of one order: a PDF, one PNG a page, or a spreadsheet."""
        if order["form"] == "xlsx":
            from bot.reports.spreadsheet import spreadsheet

            return [spreadsheet(order["data"])]
        if self._compiler is None:
            import typst

            fonts = typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
            )
            self._compiler = typst.Compiler(font_paths=fonts, root=str(TEMPLATES))
        made = self._compiler.compile(
            str(TEMPLATES / f"{order['template']}.typ"),
            format=order["form"],
            ppi=PPI,
            sys_inputs={"data": json.dumps(order["data"], ensure_ascii=False)},
        )
        if made is None:
            raise RuntimeError("the renderer made nothing")
        return [made] if isinstance(made, bytes) else made


def _limit(seconds: float) -> None:
    """Let the system end this process after so long: a parent that was killed cannot."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _in_short(error: Exception) -> str:
    """What went wrong, without what it went wrong with: that may be people's texts."""
    said = getattr(error, "message", None) or str(error)
    return f"{type(error).__name__}: {str(said).partition(chr(10))[0]}"[:300]
