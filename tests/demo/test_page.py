"""Who may ask the demo's page, and what it does with bad requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.demo.bot import BotState
from bot.demo.guard import Guard
from bot.demo.page import STATIC
from tests.demo.offices import Air, on_air


@pytest_asyncio.fixture
async def air(tmp_path: Path) -> AsyncIterator[Air]:
    """An office and its page."""
    async with on_air(tmp_path / "kantor") as air:
        yield air


@pytest_asyncio.fixture
async def client(air: Air) -> AsyncIterator[httpx.AsyncClient]:
    """A program that asks as the page itself does."""
    async with httpx.AsyncClient(base_url=air.address, headers={"origin": air.address}) as client:
        yield client


def test_the_page_and_all_it_needs_is_under_100_kb() -> None:
    assert sum(file.stat().st_size for file in STATIC.iterdir()) < 100_000


def test_the_page_names_no_other_host() -> None:
    own = {"http://www.w3.org/2000/svg"}
    for file in STATIC.iterdir():
        text = file.read_text(encoding="utf-8")
        for address in own:
            text = text.replace(address, "")
        assert 'src="http' not in text
        assert 'href="http' not in text
        assert "url(" not in text


async def test_the_page_is_served_with_headers_that_keep_strangers_out(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1", ""])
async def test_another_host_is_refused(client: httpx.AsyncClient, host: str) -> None:
    for path in ("/", "/static/main.js", "/peristiwa", "/berkas/x"):
        assert (await client.get(path, headers={"host": host})).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_origin_is_refused(air: Air, client: httpx.AsyncClient, origin: str) -> None:
    headers = {"origin": origin}
    body = {"user": 101, "text": "/mulai_lakip"}
    assert (await client.post("/kirim", json=body, headers=headers)).status_code == 403
    assert (await client.get("/peristiwa", headers=headers)).status_code == 403
    assert "/mulai_lakip" not in [message.text for message in air.phone(101).chat]


async def test_a_request_to_do_something_has_to_name_its_origin(air: Air) -> None:
    async with httpx.AsyncClient(base_url=air.address) as nameless:
        answer = await nameless.post("/bot", json={"hidup": False})
    assert answer.status_code == 403


async def test_what_another_page_embeds_is_refused_but_a_link_to_the_page_is_not(
    client: httpx.AsyncClient,
) -> None:
    elsewhere = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert (await client.get("/static/main.js", headers=elsewhere)).status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    client.headers.pop("origin")
    assert (await client.get("/", headers=link)).status_code == 200


async def test_there_is_no_web_socket() -> None:
    async def never(*_: object) -> None:
        raise AssertionError("it reached the application")

    sent = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: object) -> None:
        sent.append(message)

    await Guard(never, 8080)({"type": "websocket"}, receive, send)  # type: ignore[arg-type] # as servers call it
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/kirim", {"user": 999, "text": "x"}),
        ("/kirim", {"text": "x"}),
        ("/kirim", []),
        ("/ketuk", {"user": 101, "message": "x", "data": "y"}),
        ("/jam", {"langkah": "setahun"}),
        ("/gangguan", {"apa": "gempa", "nyala": True}),
        ("/blokir", {"user": 101}),
    ],
)
async def test_nonsense_is_refused_in_words(
    client: httpx.AsyncClient, path: str, body: object
) -> None:
    answer = await client.post(path, json=body)
    assert answer.status_code == 400
    assert answer.json() == {"mengapa": "Permintaan ini tidak dipahami."}


@pytest.mark.parametrize(
    ("path", "body", "why"),
    [
        ("/kirim", {"user": 101, "text": "  "}, "kosong"),
        ("/kirim", {"user": 101, "text": "😀" * 2049}, "4.096"),
        ("/kirim", {"user": 101, "text": "x" * 70_000}, "terlalu besar"),
        ("/ketuk", {"user": 101, "message": 1, "data": "t:selesai"}, "tidak ada lagi"),
        ("/buka", {"user": 101, "url": "https://t.me/lain?start=x"}, "tidak menuju"),
        ("/blokir", {"user": 106, "blocked": True}, "belum dimulai"),
    ],
)
async def test_what_cannot_be_done_is_said_why(
    client: httpx.AsyncClient, path: str, body: object, why: str
) -> None:
    answer = await client.post(path, json=body)
    assert answer.status_code == 409
    assert why in answer.json()["mengapa"]


async def test_who_blocks_the_bot_cannot_write_to_it(client: httpx.AsyncClient) -> None:
    await client.post("/blokir", json={"user": 103, "blocked": True})
    answer = await client.post("/kirim", json={"user": 103, "text": "halo"})
    assert "diblokir" in answer.json()["mengapa"]


async def test_a_demo_whose_bot_waits_for_telegram_answers_and_ends_tidily(tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    async with on_air(tmp_path / "kantor") as air:
        headers = {"origin": air.address}
        async with httpx.AsyncClient(base_url=air.address, headers=headers) as client:
            for path, body in (
                ("/bot", {"hidup": False}),
                ("/gangguan", {"apa": "down", "nyala": True}),
                ("/bot", {"hidup": True}),
            ):
                assert (await client.post(path, json=body)).status_code == 200
        while air.office.bot.state is not BotState.STARTING:  # noqa: ASYNC110 # in a turn or two
            await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not {task for task in asyncio.all_tasks() - before if not task.done()}


async def test_a_file_never_opens_within_the_page(air: Air, client: httpx.AsyncClient) -> None:
    page = b"<script>alert(1)</script>"
    sent = await client.post(
        "/lampiran", data={"user": "102"}, files={"file": ("kupas tuntas.html", page)}
    )
    assert sent.status_code == 200
    file = air.phone(102).chat[-1].file
    assert file is not None
    answer = await client.get(f"/berkas/{file.unique_id}")
    assert answer.content == page
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await client.get("/berkas/tidak-ada")).status_code == 404


async def test_a_photo_has_to_be_one(client: httpx.AsyncClient) -> None:
    files = {"file": ("foto.png", b"bukan gambar")}
    answer = await client.post("/lampiran", data={"user": "102", "photo": "1"}, files=files)
    assert "PNG atau JPEG" in answer.json()["mengapa"]
