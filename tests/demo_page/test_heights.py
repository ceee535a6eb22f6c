"""Messages are low enough for a telephone: what the bot really says is measured on the page."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser
from telegram import Bot, InlineKeyboardMarkup
from telegram.constants import ParseMode

from bot.chat.sender import keyboard
from bot.domain.metrics import Lateness
from bot.domain.reminders import ReminderKind
from bot.features.feature import Texts
from bot.features.phrases import Phrases
from bot.features.runview import SentBack
from bot.features.tasks.views import Earlier
from bot.features.work import Services
from tests.cast import ANWAR
from tests.demo_page.browser import TELEPHONE, Show, on_stage
from tests.features.samples.common import BUDI, RINA, TO_BUDI, signed, wib
from tests.features.samples.tasks import card
from tests.stories.harness import Kantor, open_office

LIMITS = {
    "pengingat": 350,
    "kartu": 620,
    "ringkasan akhir": 700,
    "rincian": 1200,
    "hari libur": 900,
    "pesan lain": 1200,
}
"""Pixels of a message with its buttons on a screen that is 390 wide."""

REASON = (
    "Angka capaian kinerja triwulan IV pada bab III belum sama dengan data realisasi anggaran dari "
    "Subbagian Keuangan; mohon diperbaiki dan dilengkapi lampirannya."
)
NOTE = "Data dari bidang Penanaman Modal baru lengkap besok pagi; tabel 3.2 masih sementara."
PHONE = 102


@dataclass(frozen=True)
class Shown:
    """A message as the bot sent it: HTML, and its buttons as Telegram has them."""

    html: str
    keys: InlineKeyboardMarkup | None

    @property
    def kind(self) -> str:
        """Which of `LIMITS` it has to keep."""
        if "telah selesai. Terima kasih" in self.html and "ℹ️ Rincian" in str(self.keys):
            return "ringkasan akhir"
        if "Rincian tugas" in self.html or "Ringkasan · " in self.html:
            return "rincian"
        if "Hari libur dalam" in self.html:
            return "hari libur"
        if "Waktu baku" in self.html or "Pengulangan ke-" in self.html:
            return "kartu"
        reminds = ("kami ingatkan", "kami laporkan", "Sebagai informasi")
        return "pengingat" if any(words in self.html for words in reminds) else "pesan lain"


async def test_every_message_fits_a_telephone(
    browser: Browser, story_services: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_office(story_services) as kantor:
        await _play(kantor)
        said = [*_sent(kantor), *_every_step(story_services)]
    heights: dict[str, list[tuple[float, str]]] = defaultdict(list)
    async with on_stage(browser, tmp_path / "kantor", size=TELEPHONE) as show:
        for message, height in zip(said, await _measure(show, said), strict=True):
            heights[message.kind].append((height, message.html))
    highest = {kind: max(found) for kind, found in heights.items()}
    with capsys.disabled():
        for kind, (height, _) in highest.items():
            print(f"\n{kind}: {len(heights[kind])}, <= {height:.0f} px", end="")  # noqa: T201
    assert set(highest) == set(LIMITS)
    too_high = {k: found for k, found in highest.items() if found[0] > LIMITS[k]}
    assert not too_high


async def _play(kantor: Kantor) -> None:
    """A LAKIP late and sent back, with files, notes and more time; a step for three; holidays."""
    sari, budi, rina, hadi, dewi = kantor.sari, kantor.budi, kantor.rina, kantor.hadi, kantor.dewi
    await kantor.employ_now(ANWAR)
    await kantor.say(sari, "/mulai_lakip 2025")
    await kantor.confirm(dewi, budi, sari, budi)
    for number in range(3):
        name = f"Draft LAKIP DISPMPTSPTK tahun 2025 bab {number}.docx"
        await kantor.attach(budi, bytes([number]), name, kantor.card(budi))
        await kantor.answer(budi, kantor.card(budi), NOTE)
    await kantor.confirm(rina, budi, budi, sari)
    await kantor.tap(hadi, "Kembalikan")
    await kantor.say(hadi, REASON)
    await kantor.tap(budi, "Perpanjang")
    await kantor.tap(budi, "1 hari")
    await kantor.say(budi, REASON)
    await kantor.tap(sari, "Setujui")
    for moment in ("27-11-2026 17.00", "02-12-2026 17.00"):
        await kantor.go_to(moment)
    await kantor.confirm(rina)
    await kantor.confirm(sari)
    await kantor.tap(hadi, "Rincian")
    await kantor.pages(hadi)
    await kantor.confirm(hadi, dewi)
    await kantor.tap(sari, "Rincian", about="telah selesai")
    await kantor.pages(sari)
    await kantor.say(sari, "/mulai_tapkin_eselon3")
    await kantor.confirm(hadi)
    await kantor.say(sari, "/jeda")
    await kantor.say(sari, REASON)
    for phone in (sari, dewi, budi):
        for command in ("/tugas", "/status", "/riwayat", "/laporan", "/sop", "/mulai", "/profil"):
            await kantor.say(phone, command)
    await kantor.say(kantor.yusuf, "/libur")
    await kantor.pages(kantor.yusuf)


def _sent(kantor: Kantor) -> list[Shown]:
    """Everything that the bot has sent or edited, each once."""
    found: dict[str, Shown] = {}
    for method in ("sendMessage", "editMessageText"):
        for request in kantor.telegram.log.requests(method):
            params: dict[str, Any] = dict(request.params)
            keys = params.get("reply_markup")
            keys = json.loads(keys) if isinstance(keys, str) else keys
            markup = InlineKeyboardMarkup.de_json(keys, None) if keys else None
            found[f"{params['text']}{keys}"] = Shown(params["text"], markup)
    return list(found.values())


def _every_step(services: Services) -> Iterable[Shown]:
    """The card of each step of the signed SOPs, new, sent back, for a Plh., and its reminders."""
    texts = Texts(services.features, Phrases(services.catalog.office, "kawal_sop_bot"))
    by = signed(BUDI, wib(23, "09.00"))
    for sop, procedure in services.catalog.procedures():
        for step in procedure.steps:
            new = card(2, TO_BUDI)
            new = replace(
                new,
                sop=sop,
                procedure=procedure,
                step=step,
                task=replace(new.task, step=step.number),
                performers=(BUDI, RINA),
            )
            sent = SentBack(step, step, REASON, by)
            again = replace(
                new, repetitions=1, correction=sent, earlier=Earlier((by,), (f"{REASON[:60]}.pdf",))
            )
            late = Lateness(3, new.task.due_at - new.task.opened_at)
            for view in (
                new,
                again,
                *(replace(v, acting=True) for v in (new, again)),
                *(replace(v, reminder=k, late=late) for v in (new, again) for k in ReminderKind),
            ):
                message = texts.render(view)
                yield Shown(message.html, keyboard(message))


async def _measure(show: Show, said: list[Shown]) -> list[float]:
    """The height of each message on the page, in pixels."""
    telegram = show.office.telegram
    phone = await show.look_at("Pak Budi")
    bubbles = phone.locator(".bubble.in")
    heights: list[float] = []
    async with Bot(telegram.token, base_url=f"{telegram.api_url}/bot") as bot:
        for message in said:
            await bot.send_message(
                PHONE, message.html, parse_mode=ParseMode.HTML, reply_markup=message.keys
            )
        await bot.send_message(PHONE, "Itu semuanya.")
        await show.sees("Pak Budi", "Itu semuanya.")
        heights = await bubbles.evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height)"
        )
    return heights[-len(said) - 1 : -1]
