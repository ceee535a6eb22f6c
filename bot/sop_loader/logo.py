"""The office's logo: one image file beside `kantor.yaml`, as a picture that documents can draw.

Whatever the file is, an SVG comes out: a PNG or JPEG is embedded in one. A file that the renderer
could stumble over is a fault, so that it is found before a document is wanted.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from bot.sop_loader.source import Source

NAMES: Final = ("logo.svg", "logo.png", "logo.jpg", "logo.jpeg")

MOST_BYTES: Final = 500_000
MOST_PIXELS: Final = 2_000
"""On each side: on paper the logo is two centimetres high."""

_DAMAGED: Final = "gambar logo rusak atau bukan {kind}; simpan ulang dari berkas aslinya"
_SVG: Final = "{http://www.w3.org/2000/svg}"
_MOST_ELEMENTS: Final = 20_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CHUNK: Final = struct.Struct(">I4s")
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""The markers of a JPEG whose segment holds its size."""


class _LogoError(Exception):
    """What is wrong with the logo, in words."""


def logo_file(sop_dir: Path) -> Source | None:
    """The file of the logo, None where there is none. Two are a fault."""
    found = [sop_dir / name for name in NAMES if (sop_dir / name).exists()]
    if not found:
        return None
    source = Source(found[0])
    if len(found) > 1:
        names = ", ".join(file.name for file in found)
        source.fault(None, f"ada lebih dari satu logo ({names}); sisakan salah satu")
    return source


def read_logo(source: Source) -> str | None:
    """The logo as the text of an SVG; None where it cannot be used, which is a fault."""
    try:
        return _read(source.file)
    except OSError as exc:
        source.fault(None, f"berkas logo tidak dapat dibaca ({exc.strerror}); periksa izinnya")
    except _LogoError as wrong:
        source.fault(None, str(wrong))
    return None


def _read(file: Path) -> str:
    if not file.is_file():
        raise _LogoError("logo harus berkas gambar biasa, bukan folder atau perangkat")
    if (size := file.stat().st_size) > MOST_BYTES:
        raise _LogoError(
            f"logo terlalu besar ({size // 1000} kB); paling besar {MOST_BYTES // 1000} kB"
        )
    content = file.read_bytes()
    if file.suffix == ".svg":
        return _svg(content)
    kind, measure = ("PNG", _png_size) if content.startswith(_PNG) else ("JPEG", _jpeg_size)
    try:
        width, height = measure(content)
    except (struct.error, IndexError, ValueError, zlib.error) as exc:
        raise _LogoError(_DAMAGED.format(kind="gambar PNG atau JPEG")) from exc
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise _LogoError(
            f"logo berukuran {width} x {height} piksel; paling besar {MOST_PIXELS} x {MOST_PIXELS}"
        )
    embedded = base64.b64encode(content).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" '
        f'href="data:image/{kind.lower()};base64,{embedded}"/></svg>'
    )


def _svg(content: bytes) -> str:
    """The SVG, if it is one that stands alone: it names no file and no address beside it."""
    damaged = _LogoError(_DAMAGED.format(kind="SVG"))
    try:
        text = content.decode("utf-8-sig")
        if "<!ENTITY" in text:  # a short one can stand for a text of any length
            raise _LogoError("logo SVG memuat ENTITY; simpan ulang sebagai SVG biasa")
        root = ElementTree.fromstring(text)  # noqa: S314 - without entities nothing grows
    except (UnicodeDecodeError, ElementTree.ParseError) as exc:
        raise damaged from exc
    elements = list(root.iter())
    if root.tag != f"{_SVG}svg" or len(elements) == 1 or not _has_size(root):
        raise damaged
    if len(elements) > _MOST_ELEMENTS:
        raise _LogoError("logo SVG terlalu rumit; simpan sebagai PNG")
    for element in elements:
        for name, value in element.attrib.items():
            if name.rpartition("}")[2] == "href" and not value.startswith(("#", "data:image/")):
                raise _LogoError("logo SVG merujuk berkas lain; benamkan gambarnya ke dalam SVG")
    return text


def _has_size(root: ElementTree.Element) -> bool:
    """Whether width and height are said, and are more than nothing."""
    box = re.findall(r"[\d.]+", root.get("viewBox", ""))[2:]
    sides = box or [root.get("width", ""), root.get("height", "")]
    return len(sides) == 2 and all(re.match(r"0*\.?0*[1-9]", side) for side in sides)


def _png_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG that is whole: every chunk's sum is right, and its pixels end.

    Raises:
        ValueError: it is not, or struct.error or zlib.error.
    """
    at, size, pixels = len(_PNG), (0, 0), zlib.decompressobj()
    room = 8 * MOST_PIXELS * (MOST_PIXELS + 1)
    while True:
        length, kind = _CHUNK.unpack_from(content, at)
        body = content[at + 8 : at + 8 + length]
        (check,) = struct.unpack_from(">I", content, at + 8 + length)
        if zlib.crc32(kind + body) != check:
            raise ValueError("a chunk is damaged")
        if kind == b"IHDR":
            size = struct.unpack_from(">II", body)
        elif kind == b"IDAT":
            while body and room > 0:
                room -= len(pixels.decompress(body, 65_536))
                body = pixels.unconsumed_tail
        elif kind == b"IEND":
            break
        at += 12 + length
    if not pixels.eof:
        raise ValueError("the pixels do not end")
    return size


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height of a JPEG that has a beginning, a frame and an end.

    Raises:
        ValueError: it has not, or struct.error or IndexError.
    """
    if not content.startswith(b"\xff\xd8") or content.rfind(b"\xff\xd9") < 0:
        raise ValueError("it does not begin or end as a JPEG")
    at = 2
    while True:
        mark, kind, length = struct.unpack_from(">BBH", content, at)
        if mark != 0xFF or kind == 0xDA:
            raise ValueError("there is no frame")
        if kind in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + length
