"""A whole office played on the page: what people click, and what they see."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.demo_page.browser import TELEPHONE, Show, at, on_stage


async def test_bu_sari_runs_lakip_to_the_signature_by_clicking_only(show: Show) -> None:
    await show.start_lakip()
    for step in range(1, 11):
        await show.confirm(step)
    await show.sees("Bu Sari", "selesai")
    await expect(show.tab.locator("#journal li").first).to_contain_text("LAKIP 2025 selesai.")


async def test_a_deadline_passes_and_is_reminded_of_and_escalated(show: Show) -> None:
    await show.start_lakip()
    await show.confirm(1)
    await show.confirm(2)
    await show.move("Ke pengingat berikutnya")
    await show.sees("Bu Sari", "Menyiapkan Rapat")
    for _ in range(4):
        await show.move("+1 hari kerja")
    await show.sees("Bu Sari", "erlambat")
    await show.sees("Pak Hadi", "Menyiapkan Rapat")
    await show.sees("Ibu Dewi", "Menyiapkan Rapat")
    await expect(show.tab.locator("#now")).to_contain_text("Jumat, 27 November 2026")


async def test_what_the_clock_passes_over_is_named(browser: Browser, tmp_path: Path) -> None:
    christmas = at(23, 12, 2026, "10.00")
    async with on_stage(browser, tmp_path / "kantor", at=christmas) as show:
        await show.move("+1 hari kerja")
        passed = show.tab.locator("#passed")
        await expect(passed).to_contain_text("Kamis, 24 Desember")
        await expect(passed).to_contain_text("Natal")
        await expect(passed).to_contain_text("Sabtu, 26 Desember: akhir pekan")
        await expect(show.tab.locator("#now")).to_contain_text("Senin, 28 Desember 2026")


async def test_a_stranger_is_refused(show: Show) -> None:
    stranger = await show.look_at("Pak Joko")
    await stranger.get_by_role("button", name="Mulai").click()
    await show.sees("Pak Joko", "Kasubbag Perencanaan")
    await show.say("Pak Joko", "/mulai_lakip")
    await expect(stranger.locator(".bubble.in")).to_have_count(2)
    await expect(stranger.locator(".key")).to_have_count(0)


async def test_an_empty_office_begins_with_the_claim_link(browser: Browser, tmp_path: Path) -> None:
    async with on_stage(browser, tmp_path / "kantor", cast=False) as show:
        await show.tab.get_by_role("button", name="Buka tautan admin").click()
        choice = show.tab.get_by_role("dialog", name="Buka tautan di telepon siapa?")
        await choice.get_by_role("button", name="Bu Sari").click()
        await show.tap("Bu Sari", "Ibu")
        await show.say("Bu Sari", "Sari Wulandari, S.E.")
        await show.tap("Bu Sari", "Benar")
        await show.sees("Bu Sari", "Sari Wulandari, S.E.")
        await show.say("Bu Sari", "/undang tim")
        invitation = await show.sees("Bu Sari", "t.me/")
        await invitation.get_by_role("button", name="t.me/").first.click()
        await choice.get_by_role("button", name="Pak Budi").click()
        await show.tap("Pak Budi", "Bapak")
        await show.say("Pak Budi", "Budi Santoso, S.Kom.")
        await show.tap("Pak Budi", "Benar")
        await show.sees("Pak Budi", "Tim Pelaksana")


async def test_a_text_with_markup_and_emoji_is_shown_as_text(show: Show) -> None:
    words = "<b>tebal</b> & <img src=x onerror=alert(1)> 😀👩🏽‍💻 </script>"
    await show.say("Bu Sari", words)
    phone = show.phone("Bu Sari")
    await expect(phone.locator(".bubble.out .words").last).to_contain_text(words)
    assert await phone.locator(".bubble.out img").count() == 0


async def test_a_name_with_markup_is_text_in_every_phone_and_in_the_journal(
    browser: Browser, tmp_path: Path
) -> None:
    async with on_stage(browser, tmp_path / "kantor", cast=False) as show:
        assert show.office.claim_link is not None
        await show.tab.get_by_role("button", name="Buka tautan admin").click()
        await show.tab.get_by_role("dialog").get_by_role("button", name="Bu Sari").click()
        await show.tap("Bu Sari", "Ibu")
        await show.say("Bu Sari", "<i>Sari</i> & 😀, S.E.")
        await show.tap("Bu Sari", "Benar")
        await show.sees("Bu Sari", "<i>Sari</i> & 😀, S.E.")
        journal = show.tab.locator("#journal")
        await expect(journal).to_contain_text("Ibu <i>Sari</i> & 😀, S.E. bergabung.")
        assert await journal.locator("i").count() == 0


async def test_a_step_by_keyboard_only(show: Show) -> None:
    keyboard = show.tab.keyboard
    await show.tab.get_by_role("region", name="Telepon Bu Sari,").get_by_role("textbox").focus()
    await keyboard.type("/mul")
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await show.sees("Bu Sari", "LAKIP")
    await _tab_to(show, "LAKIP · 2025")
    await keyboard.press("Space")
    await show.sees("Bu Sari", "Mulai pelaksanaan")
    await _tab_to(show, "Mulai")
    await keyboard.press("Space")
    await show.sees("Bu Sari", "sudah dimulai")
    dewi = show.phone("Ibu Dewi")
    await expect(dewi.get_by_role("button", name="✅ Selesai")).to_be_visible()
    await _tab_to(show, "✅ Selesai")
    await keyboard.press("Space")
    await expect(dewi.locator(".bubble.in").last).to_contain_text("Selesai oleh")
    focus = await show.tab.evaluate("document.activeElement.closest('.phone')?.id")
    assert focus == "phone-105", "the focus stays in the phone whose card was edited"


async def _tab_to(show: Show, label: str) -> None:
    for _ in range(200):
        focused = await show.tab.evaluate("document.activeElement.textContent")
        if label in focused and len(focused) < len(label) + 12:
            return
        await show.tab.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never came to {label!r}")


async def test_one_phone_at_a_time_in_a_narrow_window(browser: Browser, tmp_path: Path) -> None:
    async with on_stage(browser, tmp_path / "kantor", size=TELEPHONE) as show:
        await expect(show.tab.locator("#hint")).to_be_visible()
        clock = await show.tab.locator(".office").bounding_box()
        assert clock is not None
        assert clock["height"] <= 60, "the clock and its buttons stand in one row"
        await show.is_at_the_end("Bu Sari")
        await show.start_lakip()
        await show.confirm(1)
        await expect(show.tab.locator(".phone")).to_have_count(1)
        people = show.tab.get_by_role("navigation")
        await expect(
            people.get_by_role("button", name=re.compile("Bu Rina.*belum"))
        ).to_be_visible()
        await show.tab.get_by_role("button", name="Kegiatan bot").click()
        await expect(show.tab.locator("#journal")).to_contain_text("mengonfirmasi langkah 1")
        await show.tab.keyboard.press("Escape")
        await expect(show.tab.locator("#journal")).to_be_hidden()
        wider = await show.tab.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider == 0, "nothing sticks out of the window"


async def test_files_pictures_and_replies(show: Show, tmp_path: Path) -> None:
    phone = await show.look_at("Pak Budi")
    text = tmp_path / "notulen <1>.txt"
    text.write_text("isi", encoding="utf-8")
    dialog = show.tab.get_by_role("dialog", name="Kirim berkas")

    await phone.locator("input[type=file]").set_input_files(text)
    await dialog.get_by_role("button", name="Batal").click()
    await expect(dialog).to_be_hidden()
    await phone.locator("input[type=file]").set_input_files(text)
    await dialog.get_by_label("Keterangan").fill("Notulen & daftar hadir")
    await dialog.get_by_label("Keterangan").press("Enter")
    sent = phone.locator(".bubble.out").last
    await expect(sent).to_contain_text("notulen <1>.txt")
    await expect(sent).to_contain_text("Notulen & daftar hadir")
    async with show.tab.expect_download() as download:
        await sent.get_by_role("link").click()
    assert (await (await download.value).path()).read_text(encoding="utf-8") == "isi"

    await phone.locator("input[type=file]").set_input_files(
        {"name": "rapat.png", "mimeType": "image/png", "buffer": _PNG}
    )
    await dialog.get_by_role("button", name="Kirim", exact=True).click()
    picture = phone.locator(".bubble.out img").last
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 1)

    heard = phone.locator(".bubble.in").first
    await heard.hover()
    await heard.get_by_role("button", name="Balas pesan ini").click()
    await show.say("Pak Budi", "Baik.")
    await expect(phone.locator(".bubble.out").last.locator(".quote")).to_contain_text("Kawal SOP")


_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


async def test_what_was_read_last_stays_in_sight_when_something_takes_its_room(
    browser: Browser, tmp_path: Path
) -> None:
    async with on_stage(browser, tmp_path / "kantor", at=at(27, 11, 2026, "10.00")) as show:
        await show.move("+1 hari kerja")
        await expect(show.tab.locator("#passed")).to_contain_text("akhir pekan")
        # By a script: a mouse would scroll the message to where it can be clicked.
        heard = show.phone("Bu Sari").locator(".bubble.in").last
        await heard.get_by_role("button", name="Balas pesan ini").dispatch_event("click")
        await expect(show.phone("Bu Sari").locator(".answering")).to_be_visible()
        await show.is_at_the_end("Bu Sari")


async def test_blocking_and_unblocking_the_bot(show: Show) -> None:
    rina = await show.look_at("Bu Rina")
    await rina.get_by_role("button", name="Blokir bot di telepon Bu Rina").click()
    await expect(rina.get_by_role("textbox")).to_be_hidden()
    await show.start_lakip()
    await show.confirm(1)
    deliveries = show.tab.locator("#deliveries")
    await expect(deliveries).to_contain_text("ditolak")
    await (await show.look_at("Bu Rina")).locator(".begin").click()
    await show.sees("Bu Rina", "Mengumpulkan bahan")


async def test_a_task_at_night_comes_silently_and_is_marked_so(
    browser: Browser, tmp_path: Path
) -> None:
    async with on_stage(browser, tmp_path / "kantor", at=at(23, 11, 2026, "20.00")) as show:
        await expect(show.tab.locator("#hours")).to_have_text("kantor tutup")
        await show.start_lakip()
        card = await show.sees("Ibu Dewi", "Membentuk Tim")
        await expect(card.locator(".when")).to_contain_text("🔕")


async def test_the_menu_is_each_persons_own(show: Show) -> None:
    sari, joko = await show.look_at("Bu Sari"), await show.look_at("Pak Joko")
    await sari.get_by_role("button", name="Menu perintah").click()
    await expect(sari.get_by_role("group").get_by_text("/mulai", exact=True)).to_be_visible()
    await joko.get_by_role("button", name="Mulai").click()
    await joko.get_by_role("button", name="Menu perintah").click()
    await expect(joko.get_by_role("group").get_by_role("button")).to_have_count(2)


async def test_the_theme_can_be_chosen_and_is_remembered(show: Show) -> None:
    for wanted in ("Tema: terang", "Tema: gelap"):
        await show.tab.locator("#theme").click()
        await expect(show.tab.locator("#theme")).to_have_text(wanted)
    await show.tab.reload()
    await expect(show.tab.locator("html[data-theme=dark]")).to_be_attached()
