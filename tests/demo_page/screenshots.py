"""`make screenshots`: the pictures of the guide and the README, taken from the demo itself."""

from __future__ import annotations

import asyncio
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser

from tests.conftest import PROJECT
from tests.demo_page.browser import LAPTOP, TELEPHONE, Show, chromium, on_stage, open_browser

PICTURES = PROJECT / "docs" / "gambar"
LARGEST = 320_000

Scene = Callable[[Show], Awaitable[None]]


async def _started(show: Show) -> None:
    await show.start_lakip()
    await show.confirm(1)


async def _late(show: Show) -> None:
    await _started(show)
    await show.confirm(2)
    for _ in range(3):
        await show.move("+1 hari kerja")
    await show.command("Ibu Dewi", "status")
    await show.sees("Ibu Dewi", "Menyiapkan Rapat")


async def _menu(show: Show) -> None:
    sari = await show.look_at("Bu Sari")
    await sari.get_by_role("button", name="Menu perintah").click()


async def _task(show: Show) -> None:
    await _started(show)
    await show.look_at("Pak Budi")


async def _initials(show: Show) -> None:
    await show.start_lakip()
    for step in range(1, 9):
        await show.confirm(step)
    await show.look_at("Pak Hadi")


async def _signature(show: Show) -> None:
    await show.start_lakip()
    for step in range(1, 10):
        await show.confirm(step)
    await show.look_at("Ibu Dewi")


async def _people(show: Show) -> None:
    await show.command("Bu Sari", "undang")
    await show.sees("Bu Sari", "Peran apa")


SCENES: dict[str, tuple[Scene, bool, bool]] = {
    "kantor": (_started, False, False),
    "kantor-gelap": (_late, False, True),
    "kasubbag": (_menu, True, False),
    "tim": (_task, True, False),
    "sekretaris": (_initials, True, False),
    "kepala-dinas": (_signature, True, False),
    "admin": (_people, True, True),
}
"""What each picture shows, whether it is narrow, and whether it is dark."""


async def take(browser: Browser, folder: Path, name: str) -> None:
    """Play the scene of this name, and put its picture into `folder`."""
    scene, narrow, dark = SCENES[name]
    size = TELEPHONE if narrow else LAPTOP
    with tempfile.TemporaryDirectory() as home:
        async with on_stage(browser, Path(home), size=size, dark=dark) as show:
            show.office.set_ticking(False)
            await scene(show)
            # Toasts would hide what the picture is about.
            await show.tab.locator(".toasts p").first.wait_for(state="detached")
            await show.tab.mouse.move(0, 0)
            await show.tab.wait_for_timeout(400)
            picture = await show.tab.screenshot()
    target = folder / f"{name}.png"
    target.write_bytes(_small(picture))
    size_now = target.stat().st_size
    if size_now > LARGEST:
        sys.exit(f"{target} has {size_now} bytes, more than {LARGEST}")
    print(f"{target.name}: {size_now // 1024} KB")


def _small(png: bytes) -> bytes:
    """The same picture, its data packed as tightly as zlib can."""
    chunks, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        chunks.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += 12 + length
    data = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    packed = min((zlib.compress(data, 9), *_packed(data)), key=len)
    wanted = [chunk for chunk in chunks if chunk[0] in {b"IHDR", b"PLTE", b"tRNS"}]
    wanted += [(b"IDAT", packed), (b"IEND", b"")]
    return png[:8] + b"".join(_chunk(kind, body) for kind, body in wanted)


def _packed(data: bytes) -> list[bytes]:
    found = []
    for strategy in (zlib.Z_FILTERED, zlib.Z_DEFAULT_STRATEGY):
        packer = zlib.compressobj(9, zlib.DEFLATED, 15, 9, strategy)
        found.append(packer.compress(data) + packer.flush())
    return found


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


async def _take_all(executable: str, folder: Path) -> None:
    async with open_browser(executable) as browser:
        for name in SCENES:
            await take(browser, folder, name)


def main() -> None:
    """Take every picture."""
    executable = chromium()
    if executable is None:
        sys.exit("chromium is not on the PATH; on Debian: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_take_all(executable, Path(folder)))
        PICTURES.mkdir(exist_ok=True)
        for picture in Path(folder).iterdir():
            shutil.copyfile(picture, PICTURES / picture.name)


if __name__ == "__main__":
    main()
