"""The local Telegram, judged through the real python-telegram-bot over HTTP."""

from __future__ import annotations

import asyncio
import json
import struct
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    MessageOriginUser,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.clock import Clock
from bot.localtelegram.faults import RateLimit
from bot.localtelegram.log import Request, UpdateConfirmed, UpdateDelivered, UpdateLost, UpdateMade
from bot.localtelegram.server import Fail, Limits, LocalTelegram, Person
from bot.localtelegram.world import TapAnswer

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\0" * 16

Bot = ExtBot[None]


def client(telegram: LocalTelegram, token: str | None = None) -> Bot:
    return ExtBot(
        token or telegram.token,
        base_url=f"{telegram.api_url}/bot",
        base_file_url=f"{telegram.api_url}/file/bot",
        request=request(),
        get_updates_request=request(),
    )


def request() -> HTTPXRequest:
    """A client that loads no certificates, which the loopback does not need."""
    return HTTPXRequest(connection_pool_size=20, httpx_kwargs={"verify": False})


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.freeze(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
    return clock


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the library give `retry_after` as a timedelta, without its warning."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def telegram(clock: Clock) -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(now=clock.now) as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: LocalTelegram) -> AsyncIterator[Bot]:
    async with client(telegram) as bot:
        yield bot


@pytest.fixture
def sari(telegram: LocalTelegram) -> Person:
    """Bu Sari, who has started the bot; the update of that is gone."""
    sari = telegram.person("Sari", username="sari_kasubbag")
    sari.send("/start")
    telegram._world.updates.drop_pending()
    telegram.log.clear()
    return sari


def keyboard(*labels: str, data: str = "t") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(x, callback_data=f"{data}:{i}")] for i, x in enumerate(labels)]
    )


async def everything(bot: Bot) -> list[Update]:
    """All waiting updates, confirmed."""
    updates = list(await bot.get_updates())
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return updates


def message_of(update: Update) -> Message:
    assert update.message is not None
    return update.message


# --- what people send ---


async def test_bu_sari_starts_a_run_and_the_bot_hears_her_command(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    sent = sari.send("/mulai_lakip 2026")

    (update,) = await bot.get_updates()

    message = message_of(update)
    assert (message.text, message.message_id) == ("/mulai_lakip 2026", sent.id)
    assert message.from_user is not None
    assert (message.from_user.id, message.from_user.username) == (sari.id, "sari_kasubbag")
    assert message.chat.id == sari.id
    assert message.entities == (MessageEntity(MessageEntity.BOT_COMMAND, 0, 12),)


async def test_a_person_asked_for_twice_is_the_same(telegram: LocalTelegram) -> None:
    budi = telegram.person("Budi")

    assert telegram.person("Budi") is budi
    assert telegram.person("Budi", user_id=budi.id) is budi
    with pytest.raises(ValueError, match="is Budi, not Rina"):
        telegram.person("Rina", user_id=budi.id)


async def test_messages_carry_the_time_of_the_given_clock(
    telegram: LocalTelegram, bot: Bot, sari: Person, clock: Clock
) -> None:
    clock.move(datetime(2026, 12, 24, 1, 30, tzinfo=UTC))

    answer = await bot.send_message(sari.id, "Selamat pagi")

    assert answer.date == datetime(2026, 12, 24, 1, 30, tzinfo=UTC) == sari.last.date


async def test_an_invitation_link_starts_the_bot_with_its_code(
    telegram: LocalTelegram, bot: Bot
) -> None:
    budi = telegram.person("Budi")

    budi.open_link("https://t.me/kawal_uji_bot?start=Kode_7-a")

    assert message_of((await everything(bot))[0]).text == "/start Kode_7-a"


@pytest.mark.parametrize(
    "url",
    [
        "https://t.me/bot_lain?start=kode",
        "https://example.org/kawal_uji_bot?start=kode",
        f"https://t.me/kawal_uji_bot?start={'k' * 65}",
        "https://t.me/kawal_uji_bot?start=kode%20dua",
        "https://t.me/kawal_uji_bot?start=",
    ],
)
async def test_a_link_that_telegram_would_not_pass_on_is_a_mistake(
    telegram: LocalTelegram, url: str
) -> None:
    with pytest.raises(AssertionError, match="Budi cannot do this"):
        telegram.person("Budi").open_link(url)


async def test_a_reply_shows_what_it_answers(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    question = await bot.send_message(sari.id, "Nama resmi?", reply_markup=ForceReply())
    assert sari.last.asks_reply

    sari.reply(question.message_id, "SARI DEWI, S.E.")

    answer = message_of((await everything(bot))[0])
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "Nama resmi?"


async def test_an_attached_file_can_be_fetched(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    sari.attach(b"%PDF-1.7", "SK Tim.pdf", "SK Tim")

    message = message_of((await everything(bot))[0])

    assert message.document is not None
    assert (message.document.file_name, message.caption) == ("SK Tim.pdf", "SK Tim")
    assert message.document.mime_type == "application/pdf"
    file = await bot.get_file(message.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.7"


async def test_a_photo_comes_with_its_size(telegram: LocalTelegram, bot: Bot, sari: Person) -> None:
    sari.photo(PNG, "Lembar tanda tangan")

    photo = message_of((await everything(bot))[0]).photo[-1]

    assert (photo.width, photo.height, photo.file_size) == (640, 480, len(PNG))


async def test_a_changed_message_comes_as_an_edit(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    sent = sari.send("Pak Hady")
    sari.edit(sent, "Pak Hadi")

    updates = await everything(bot)

    assert [u.edited_message is not None for u in updates] == [False, True]
    assert sari.chat[-1].text == "Pak Hadi"


async def test_a_card_forwarded_to_the_bot_loses_its_buttons(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    await bot.send_message(sari.id, "Langkah 1", reply_markup=keyboard("✅ Selesai"))

    sari.forward(sari.last)

    message = message_of((await everything(bot))[0])
    assert (message.text, message.reply_markup) == ("Langkah 1", None)
    assert isinstance(message.forward_origin, MessageOriginUser)
    assert message.forward_origin.sender_user.id == bot.id


async def test_a_card_forwarded_to_an_outsider_loses_its_buttons_too(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    outsider = telegram.person("Orang Luar")
    await bot.send_message(sari.id, "Langkah 1", reply_markup=keyboard("✅ Selesai"))

    copy = sari.forward(sari.last, to=outsider)

    assert (copy.text, copy.buttons, outsider.chat) == ("Langkah 1", (), [])


async def test_a_protected_message_is_not_forwarded(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    await bot.send_message(sari.id, "Kode undangan", protect_content=True)

    with pytest.raises(AssertionError, match="protects"):
        sari.forward(sari.last)


# --- what the bot sends ---


async def test_the_screen_shows_plain_text_html_buttons_and_silence(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    markup = InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton("✅ Selesai", callback_data="ok:1", style="success"),
                InlineKeyboardButton("↩️ Kembalikan", callback_data="no:1", style="danger"),
            ],
            [InlineKeyboardButton("SOP", url="https://dpmptsp.id")],
        ]
    )

    sent = await bot.send_message(
        sari.id,
        "Yth. <b>Ibu Kasubbag</b> &amp; tim\n",
        parse_mode="HTML",
        reply_markup=markup,
        disable_notification=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )

    shown = sari.last
    assert (shown.id, shown.text) == (sent.message_id, "Yth. Ibu Kasubbag & tim")
    assert shown.html == "Yth. <b>Ibu Kasubbag</b> &amp; tim"
    assert [[(b.label, b.data or b.url, b.style) for b in row] for row in shown.buttons] == [
        [("✅ Selesai", "ok:1", "success"), ("↩️ Kembalikan", "no:1", "danger")],
        [("SOP", "https://dpmptsp.id/", None)],
    ]
    assert (shown.silent, shown.edited) == (True, None)
    assert sent.text_html == shown.html


@pytest.mark.parametrize("text", ["a" * 4096, "<b>" + "a" * 4096 + "</b>", "👍" * 2048])
async def test_a_text_of_4096_units_passes(bot: Bot, sari: Person, text: str) -> None:
    await bot.send_message(sari.id, text, parse_mode="HTML")

    assert sari.last.content.length == 4096


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a" * 4097, "Message is too long"),
        ("👍" * 2049, "Message is too long"),
        ("", "Message text is empty"),
        (" \n ", "Text must be non-empty"),
        ("<b> </b>", "Text must be non-empty"),
        ("<b>x", "Can't parse entities: can't find end tag corresponding to start tag \"b\""),
    ],
)
async def test_other_texts_are_refused(bot: Bot, sari: Person, text: str, why: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(sari.id, text, parse_mode="HTML")

    assert refused.value.message.lower() == why.lower()
    assert sari.heard == []


async def test_markdown_is_refused_because_this_telegram_knows_only_html(
    bot: Bot, sari: Person
) -> None:
    with pytest.raises(BadRequest, match="Unsupported parse_mode"):
        await bot.send_message(sari.id, "*tebal*", parse_mode="MarkdownV2")


async def test_entities_made_by_hand_are_checked(bot: Bot, sari: Person) -> None:
    await bot.send_message(sari.id, "tebal", entities=[MessageEntity("bold", 0, 5)])
    assert sari.last.html == "<b>tebal</b>"

    with pytest.raises(BadRequest, match="ends after the end of the text"):
        await bot.send_message(sari.id, "tebal", entities=[MessageEntity("bold", 0, 9)])
    with pytest.raises(BadRequest, match=r"(?i)unsupported type specified"):
        await bot.send_message(sari.id, "tebal", entities=[MessageEntity("x", 0, 1)])


@pytest.mark.parametrize(
    ("button", "why"),
    [
        (InlineKeyboardButton("x", callback_data="é" * 33), "Button_data_invalid"),
        (InlineKeyboardButton("x", callback_data=""), "Text buttons are unallowed"),
        (InlineKeyboardButton(" ", callback_data="x"), "text must be non-empty"),
        (InlineKeyboardButton("x", callback_data="x", style="hijau"), "Invalid button style"),
        (InlineKeyboardButton("x", url="dpmptsp"), "Wrong HTTP URL"),
        (InlineKeyboardButton("x", url="ftp://dpmptsp.id"), "Unsupported URL protocol"),
        (InlineKeyboardButton("x", pay=True), "Button_type_invalid"),
    ],
)
async def test_wrong_buttons_are_refused(
    bot: Bot, sari: Person, button: InlineKeyboardButton, why: str
) -> None:
    with pytest.raises(BadRequest, match=rf"(?i){why}"):
        await bot.send_message(sari.id, "Pilih", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_a_keyboard_has_at_most_100_buttons_of_64_bytes(bot: Bot, sari: Person) -> None:
    full = [[InlineKeyboardButton("x", callback_data="é" * 32)] * 4] * 25
    await bot.send_message(sari.id, "Pilih", reply_markup=InlineKeyboardMarkup(full))
    assert len(sari.last.labels) == 100

    more = [*full, [InlineKeyboardButton("x", callback_data="x")]]
    with pytest.raises(BadRequest, match="Reply markup is too long"):
        await bot.send_message(sari.id, "Pilih", reply_markup=InlineKeyboardMarkup(more))


async def test_a_reply_to_an_unknown_message_is_refused_unless_allowed(
    bot: Bot, sari: Person
) -> None:
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(sari.id, "x", reply_parameters=ReplyParameters(999))

    await bot.send_message(
        sari.id, "x", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True)
    )
    known = sari.send("halo")
    await bot.send_message(sari.id, "y", reply_parameters=ReplyParameters(known.id))

    assert [message.reply_to for message in sari.heard] == [None, known.id]


async def test_who_cannot_be_written_to(telegram: LocalTelegram, bot: Bot, sari: Person) -> None:
    dewi = telegram.person("Dewi")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(4711, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message("@sari_kasubbag", "x")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(dewi.id, "x")

    sari.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(sari.id, "x")
    sari.unblock()
    await bot.send_message(sari.id, "x")
    sari.deactivate()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(sari.id, "x")


async def test_the_bot_is_told_who_blocks_it_and_who_comes_back(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    sari.block()
    with pytest.raises(AssertionError, match="unblock it first"):
        sari.send("/tugas")
    sari.open_link("https://t.me/kawal_uji_bot?start=lagi")

    left, came, message = await everything(bot)

    assert left.my_chat_member is not None
    assert came.my_chat_member is not None
    assert left.my_chat_member.new_chat_member.status == "kicked"
    assert came.my_chat_member.new_chat_member.status == "member"
    assert message_of(message).text == "/start lagi"


async def test_documents_and_photos_arrive_and_are_sent_again_by_their_id(
    bot: Bot, sari: Person
) -> None:
    sent = await bot.send_document(
        sari.id, b"isi", filename="laporan.txt", caption="<b>Laporan</b>", parse_mode="HTML"
    )
    assert sent.document is not None
    again = await bot.send_document(sari.id, sent.document.file_id)
    photo = await bot.send_photo(sari.id, PNG, caption="Papan")

    assert again.document is not None
    assert again.document.file_unique_id == sent.document.file_unique_id
    assert photo.photo[0].width == 640
    files = [message.file for message in sari.heard]
    assert [file.data for file in files if file is not None] == [b"isi", b"isi", PNG]
    assert sari.heard[0].html == "<b>Laporan</b>"


async def test_wrong_files_are_refused(bot: Bot, sari: Person) -> None:
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(sari.id, b"isi", filename="a.txt", caption="x" * 1025)
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(sari.id, b"", filename="a.txt")
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(sari.id, b"bukan gambar")
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_document(sari.id, "AgACAgQ")
    with pytest.raises(BadRequest, match=r"(?i)failed to get HTTP URL content"):
        await bot.send_document(sari.id, "https://dpmptsp.id/a.pdf")
    photo = (await bot.send_photo(sari.id, PNG)).photo[0]
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type photo as document"):
        await bot.send_document(sari.id, photo.file_id)
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await bot.get_file(photo.file_unique_id)
    with pytest.raises(BadRequest, match="Invalid file_id"):
        await bot.get_file("x")


async def test_a_file_above_20_megabytes_cannot_be_fetched(bot: Bot, sari: Person) -> None:
    large = sari.attach(b"\0" * (20 * 1024 * 1024 + 1), "besar.zip").file
    just = sari.attach(b"\0" * (20 * 1024 * 1024), "pas.zip").file
    assert large is not None
    assert just is not None

    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(large.file_id)
    assert (await bot.get_file(just.file_id)).file_size == just.size


# --- what the bot changes ---


async def test_an_edit_replaces_the_card_and_drops_a_keyboard_it_does_not_pass(
    bot: Bot, sari: Person
) -> None:
    card = await bot.send_message(sari.id, "Langkah 1", reply_markup=keyboard("✅ Selesai"))
    await bot.edit_message_text(
        "Langkah 1, 50%", sari.id, card.message_id, reply_markup=keyboard("✅ Selesai")
    )
    assert sari.last.labels == ("✅ Selesai",)

    await bot.edit_message_text("Selesai oleh Pak Budi", sari.id, card.message_id)

    assert (sari.last.text, sari.last.buttons) == ("Selesai oleh Pak Budi", ())
    assert (sari.last.id, sari.last.edited is not None) == (card.message_id, True)


async def test_an_identical_edit_is_refused(bot: Bot, sari: Person) -> None:
    card = await bot.send_message(sari.id, "Langkah 1", reply_markup=keyboard("✅ Selesai"))

    with pytest.raises(BadRequest, match="Message is not modified: specified new message"):
        await bot.edit_message_text(
            "<b></b>Langkah 1 ",
            sari.id,
            card.message_id,
            parse_mode="HTML",
            reply_markup=keyboard("✅ Selesai"),
        )
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(
            sari.id, card.message_id, reply_markup=keyboard("✅ Selesai")
        )
    await bot.edit_message_reply_markup(sari.id, card.message_id)
    assert (sari.last.text, sari.last.buttons) == ("Langkah 1", ())


async def test_only_own_messages_that_exist_can_be_edited(bot: Bot, sari: Person) -> None:
    own = sari.send("halo")
    prompt = await bot.send_message(sari.id, "Nama?", reply_markup=ForceReply())
    document = await bot.send_document(sari.id, b"isi", filename="a.txt", caption="lama")
    text = await bot.send_message(sari.id, "teks")

    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", sari.id, 999)
    for message_id in (own.id, prompt.message_id):
        with pytest.raises(BadRequest, match="Message can't be edited"):
            await bot.edit_message_text("x", sari.id, message_id)
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("x", sari.id, document.message_id)
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(sari.id, text.message_id, caption="x")
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.edit_message_text("x" * 4097, sari.id, text.message_id)
    await bot.edit_message_caption(sari.id, document.message_id, caption="baru")
    changed = sari.message(document.message_id)
    assert changed is not None
    assert changed.text == "baru"


async def test_a_deleted_message_is_off_the_screen_and_an_old_one_stays(
    bot: Bot, sari: Person, clock: Clock
) -> None:
    first = await bot.send_message(sari.id, "satu")
    second = await bot.send_message(sari.id, "dua")

    await bot.delete_message(sari.id, first.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(sari.id, first.message_id)
    clock.move(clock.now() + timedelta(hours=48, seconds=1))
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(sari.id, second.message_id)

    assert [message.text for message in sari.heard] == ["dua"]


# --- taps ---


async def test_a_button_spins_until_its_tap_is_answered_once(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    await bot.send_message(sari.id, "Langkah 1", reply_markup=keyboard("✅ Selesai", "ℹ️ Rincian"))
    tap = sari.tap(sari.last, "Rincian")
    assert tap.spinning

    (update,) = await everything(bot)
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("t:1", sari.id)
    assert isinstance(query.message, Message)
    await query.answer("Sudah dicatat", show_alert=True)

    assert await tap.answered() == TapAnswer("Sudah dicatat", show_alert=True)
    assert not tap.spinning
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query"):
        await query.answer("lagi")


async def test_unknown_late_and_long_answers_are_refused(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    await bot.send_message(sari.id, "Langkah 1", reply_markup=keyboard("✅ Selesai"))
    tap = sari.tap(sari.last)

    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query("123")
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query(tap.id, "x" * 201)
    tap.grow_late()
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(tap.id, "x" * 200)
    assert (tap.answer, tap.spinning) == (None, False)


async def test_a_tap_grows_late_by_itself(clock: Clock) -> None:
    seconds = 0.0
    limits = Limits(tap_answer=timedelta(seconds=30))
    async with LocalTelegram(now=clock.now, monotonic=lambda: seconds, limits=limits) as telegram:
        hadi = telegram.person("Hadi")
        hadi.send("/start")
        async with client(telegram) as bot:
            await bot.send_message(hadi.id, "Paraf", reply_markup=keyboard("Setuju", "Kembalikan"))
            in_time, late = hadi.tap(hadi.last, 0), hadi.tap(hadi.last, 1)
            seconds = 30.0
            await bot.answer_callback_query(in_time.id)
            seconds = 30.1
            with pytest.raises(BadRequest, match="Query is too old"):
                await bot.answer_callback_query(late.id)


async def test_only_a_button_on_the_screen_can_be_tapped(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    card = await bot.send_message(sari.id, "Langkah 1", reply_markup=keyboard("✅ Selesai"))
    old = sari.last
    await bot.edit_message_text("Selesai", sari.id, card.message_id)

    with pytest.raises(AssertionError, match="no button 'Selesai'"):
        sari.tap(old, "Selesai")
    await bot.delete_message(sari.id, card.message_id)
    with pytest.raises(AssertionError, match="not on the screen"):
        sari.tap(old)


async def test_old_foreign_and_invented_buttons_reach_the_bot_from_tampered_apps(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    outsider = telegram.person("Orang Luar")
    await bot.send_message(sari.id, "Langkah 1", reply_markup=keyboard("✅ Selesai"))
    card = sari.last
    sari.tap_data(card, "sesuatu yang lain")
    sari.tap_data(card, "t:0", readable=False)
    sari.tap_data(999, "t:0")
    outsider.tap_data(card, "t:0")

    queries = [update.callback_query for update in await everything(bot)]

    assert [(q.data, q.from_user.id) for q in queries if q is not None] == [
        ("sesuatu yang lain", sari.id),
        ("t:0", sari.id),
        ("t:0", sari.id),
        ("t:0", outsider.id),
    ]
    messages = [q.message for q in queries if q is not None]
    assert [m.is_accessible for m in messages if m is not None] == [True, False, False, True]


# --- menus and the bot's own name ---


async def test_each_person_sees_the_narrowest_menu(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    budi = telegram.person("Budi")
    await bot.set_my_commands([("start", "Mulai")])
    await bot.set_my_commands([("tugas", "Tugas saya")], scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands([("undang", "Undang")], scope=BotCommandScopeChat(sari.id))

    assert sari.commands == (("undang", "Undang"),)
    assert budi.commands == (("tugas", "Tugas saya"),)
    assert await bot.get_my_commands(scope=BotCommandScopeChat(sari.id)) == (
        BotCommand("undang", "Undang"),
    )
    await bot.delete_my_commands(scope=BotCommandScopeChat(sari.id))
    await bot.delete_my_commands(scope=BotCommandScopeAllPrivateChats())
    assert sari.commands == budi.commands == (("start", "Mulai"),)


@pytest.mark.parametrize(
    ("commands", "why"),
    [
        ([("Mulai", "x")], "Bot_command_invalid"),
        ([("mulai-lakip", "x")], "Bot_command_invalid"),
        ([("m" * 33, "x")], "Command length must not exceed 32"),
        ([("mulai", "")], "Command description must be non-empty"),
        ([("mulai", "x" * 257)], "Command description length must not exceed 256"),
        ([(f"c{i}", "x") for i in range(101)], "Bot_commands_too_much"),
        ([(f"c{i}", "x" * 200) for i in range(40)], "Bot_commands_too_much"),
    ],
)
async def test_wrong_menus_are_refused(
    bot: Bot, sari: Person, commands: list[tuple[str, str]], why: str
) -> None:
    with pytest.raises(BadRequest, match=why):
        await bot.set_my_commands(commands)


async def test_a_menu_for_somebody_the_bot_never_met_is_refused(
    telegram: LocalTelegram, bot: Bot
) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands([("a", "b")], scope=BotCommandScopeChat(99))


async def test_the_bot_introduces_itself(telegram: LocalTelegram, bot: Bot, sari: Person) -> None:
    assert (bot.username, bot.id) == ("kawal_uji_bot", 7000000001)
    await bot.set_my_name("Kawal SOP")
    await bot.set_my_description("Pengawal SOP")
    await bot.set_my_short_description("SOP")
    await bot.set_chat_menu_button()
    await bot.send_chat_action(sari.id, "typing")

    assert (await bot.get_my_description()).description == "Pengawal SOP"
    assert (await bot.get_chat(sari.id)).username == "sari_kasubbag"
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await bot.send_chat_action(sari.id, "dancing")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat(99)


# --- updates ---


async def test_updates_come_again_until_an_offset_confirms_them(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    for number in range(3):
        sari.send(f"pesan {number}")
    first = await bot.get_updates(limit=2)
    again = await bot.get_updates(limit=2)
    rest = await bot.get_updates(offset=first[-1].update_id + 1)

    ids = [u.update_id for u in (*first, *rest)]
    assert [u.update_id for u in again] == ids[:2]
    assert ids == list(range(ids[0], ids[0] + 3))
    assert telegram.log.update_ids(UpdateMade) == ids
    assert telegram.log.update_ids(UpdateDelivered) == [*ids[:2], *ids[:2], ids[2]]
    assert telegram.log.update_ids(UpdateConfirmed) == ids[:2]
    assert telegram.pending == 1


async def test_a_long_poll_returns_as_soon_as_something_happens(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await telegram.wait_until(lambda: telegram.polled)

    sari.send("/status")

    assert message_of((await poll)[0]).text == "/status"


async def test_a_long_poll_without_anything_comes_back_empty(
    telegram: LocalTelegram, bot: Bot
) -> None:
    assert await bot.get_updates(timeout=0) == ()
    assert await telegram._world.updates.get(0, 100, 0.01, None) == []


async def test_of_two_pollers_the_first_is_told_of_the_conflict(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=50))
    await telegram.wait_until(lambda: telegram.polled)
    async with client(telegram) as other:
        second = asyncio.create_task(other.get_updates(timeout=50))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        sari.send("halo")
        assert len(await second) == 1


async def test_a_poller_that_was_killed_takes_no_update_with_it(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    script = "import socket,sys; s=socket.create_connection(('127.0.0.1',int(sys.argv[1]))); "
    script += "s.sendall(sys.argv[2].encode()); s.recv(1)"
    port = telegram.api_url.rpartition(":")[2]
    request = (
        f"GET /bot{telegram.token}/getUpdates?timeout=50 HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n"
    )
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", script, port, request)
    await telegram.wait_until(lambda: telegram.polled)
    child.kill()
    await child.wait()
    await telegram.wait_until(lambda: not telegram.polled)

    sari.send("/tugas")

    assert telegram.log.update_ids(UpdateDelivered) == []
    assert len(await everything(bot)) == 1


async def test_a_webhook_and_polling_exclude_each_other(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    with pytest.raises(BadRequest, match=r"(?i)an HTTPS URL must be provided"):
        await bot.set_webhook("http://dpmptsp.id/hook")
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await telegram.wait_until(lambda: telegram.polled)
    await bot.set_webhook("https://dpmptsp.id/hook")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    sari.send("halo")
    assert (await bot.get_webhook_info()).pending_update_count == 1

    await bot.delete_webhook(drop_pending_updates=True)

    assert await bot.get_updates() == ()
    assert len(telegram.log.update_ids(UpdateLost)) == 1


async def test_only_wanted_kinds_of_updates_are_made(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    sari.send("halo")
    assert await bot.get_updates() == ()

    await bot.get_updates(allowed_updates=[])
    sari.send("halo lagi")
    assert len(await bot.get_updates()) == 1


async def test_updates_are_kept_for_24_hours(
    telegram: LocalTelegram, bot: Bot, sari: Person, clock: Clock
) -> None:
    sari.send("kemarin")
    clock.move(clock.now() + timedelta(hours=23, minutes=59))
    sari.send("hari ini")
    assert telegram.pending == 2

    clock.move(clock.now() + timedelta(minutes=1))

    assert [message_of(u).text for u in await bot.get_updates()] == ["hari ini"]
    lost = [entry for entry in telegram.log if isinstance(entry, UpdateLost)]
    assert [entry.reason for entry in lost] == ["expired"]


async def test_after_a_quiet_week_updates_are_numbered_afresh(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    sari.send("lama")
    with pytest.raises(ValueError, match="updates are waiting"):
        telegram.number_afresh()
    (old,) = await everything(bot)

    telegram.number_afresh(1001)
    sari.send("baru")

    (new,) = await bot.get_updates(offset=old.update_id + 1)
    assert (new.update_id, message_of(new).text) == (1001, "baru")


async def test_a_negative_offset_keeps_only_the_last_updates(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    for text in ("satu", "dua", "tiga"):
        sari.send(text)

    assert [message_of(u).text for u in await bot.get_updates(offset=-1)] == ["tiga"]
    assert telegram.pending == 1


# --- the wire ---


async def test_a_wrong_token_and_an_unknown_method_are_refused(
    telegram: LocalTelegram, bot: Bot
) -> None:
    with pytest.raises(InvalidToken, match="rejected by the server"):
        await client(telegram, "7000000001:salah").__aenter__()
    async with httpx.AsyncClient(base_url=telegram.api_url) as http:
        malformed = await http.get("/botsalah/getMe")
        unknown = await http.get(f"/bot{telegram.token}/terbang")
        elsewhere = await http.get("/")
        file = await http.get(f"/file/bot{telegram.token}/documents/tidak-ada.pdf")
    assert [r.status_code for r in (malformed, unknown, elsewhere, file)] == [404] * 4
    assert unknown.json() == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found: method not found",
    }


async def test_parameters_come_as_json_form_multipart_or_in_the_address(
    telegram: LocalTelegram, sari: Person
) -> None:
    url = f"/bot{telegram.token}/SENDMESSAGE"
    values = {"chat_id": str(sari.id), "text": "<b>x</b>", "parse_mode": "html"}
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    async with httpx.AsyncClient(base_url=telegram.api_url) as http:
        written = {**values, "reply_markup": json.dumps(markup)}
        answers = [
            await http.post(
                url, json={**values, "chat_id": sari.id, "reply_markup": markup, "entities": None}
            ),
            await http.post(url, data=written),
            await http.post(url, files={name: (None, value) for name, value in written.items()}),
            await http.get(url, params=written),
        ]
        broken = await http.post(url, content=b"{", headers={"content-type": "application/json"})

    assert [answer.json()["ok"] for answer in answers] == [True] * 4
    assert {(m.html, m.labels) for m in sari.heard} == {("<b>x</b>", ("a",))}
    assert broken.status_code == 400


async def test_it_listens_on_the_loopback_and_can_start_again_on_its_port(clock: Clock) -> None:
    telegram = LocalTelegram(now=clock.now)
    await telegram.start()
    host, _, port = telegram.api_url.rpartition(":")
    telegram.person("Rina").send("/start")
    await telegram.stop()
    await telegram.stop()
    await telegram.start(int(port))
    async with client(telegram) as bot:
        updates = await bot.get_updates()
    await telegram.stop()

    assert (host, len(updates)) == ("http://127.0.0.1", 1)


# --- failures ---


async def test_ordered_failures_come_once_and_are_in_the_log(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    telegram.fail("sendMessage", how=Fail.TOO_MANY(retry_after=2))
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(sari.id, "satu")
    assert refused.value.retry_after == timedelta(seconds=2)
    telegram.fail("sendMessage", how=Fail.SERVER_ERROR)
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(sari.id, "dua")
    telegram.fail("sendMessage", how=Fail.ERROR(400, "Bad Request: racun"))
    with pytest.raises(BadRequest, match="Racun"):
        await bot.send_message(sari.id, "tiga")
    await bot.send_message(sari.id, "empat")

    assert [message.text for message in sari.heard] == ["empat"]
    log = telegram.log.requests("sendMessage", chat_id=sari.id)
    assert [(r.params["text"], r.accepted, r.error.code if r.error else None) for r in log] == [
        ("satu", False, 429),
        ("dua", False, 500),
        ("tiga", False, 400),
        ("empat", True, None),
    ]


async def test_a_bad_gateway_answers_with_a_page(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    telegram.fail("sendMessage", how=Fail.BAD_GATEWAY)

    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(sari.id, "x")


async def test_a_message_dropped_before_is_lost_and_one_dropped_after_is_not(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    telegram.fail("sendMessage", how=Fail.DROP_BEFORE)
    telegram.fail("sendMessage", how=Fail.DROP_AFTER)
    for text in ("hilang", "sampai"):
        with pytest.raises(NetworkError):
            await bot.send_message(sari.id, text)

    assert [message.text for message in sari.heard] == ["sampai"]
    log = telegram.log.requests("sendMessage")
    assert [(r.accepted, r.dropped) for r in log] == [(False, "before"), (True, "after")]


async def test_a_refusal_that_the_bot_never_hears_was_still_a_refusal(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    telegram.fail("sendMessage", how=Fail.DROP_AFTER)
    with pytest.raises(NetworkError):
        await bot.send_message(4711, "x")

    (request,) = telegram.log.requests("sendMessage")
    assert (request.accepted, request.dropped) == (False, "after")
    assert request.error is not None
    assert request.error.description == "Bad Request: chat not found"


async def test_a_failure_can_concern_one_chat_and_last_until_it_is_healed(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    budi = telegram.person("Budi")
    budi.send("/start")
    fault = telegram.fail(chat=budi, times=None)
    for _ in range(3):
        with pytest.raises(NetworkError):
            await bot.send_message(budi.id, "x")
    await bot.send_message(sari.id, "x")

    telegram.heal()
    await bot.send_message(budi.id, "y")

    assert (fault.hits, budi.last.text, sari.last.text) == (3, "y", "x")


async def test_a_slow_answer_comes_late(telegram: LocalTelegram, bot: Bot, sari: Person) -> None:
    telegram.fail("sendMessage", how=Fail.SLOW(60))

    with pytest.raises(TelegramError, match="Timed out"):
        await bot.send_message(sari.id, "x", read_timeout=0.02)

    assert sari.heard == []


async def test_a_slow_answer_comes_at_once_when_all_is_well_again(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    fault = telegram.fail("sendMessage", how=Fail.SLOW(3_600))
    sending = asyncio.create_task(bot.send_message(sari.id, "x"))
    while not fault.hits:  # noqa: ASYNC110 # a slow request changes nothing that is watched
        await asyncio.sleep(0)
    telegram.heal()
    await sending
    assert sari.last.text == "x"


async def test_in_an_outage_nothing_gets_through(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await telegram.wait_until(lambda: telegram.polled)
    telegram.down()
    with pytest.raises(NetworkError):
        await poll
    with pytest.raises(NetworkError):
        await bot.send_message(sari.id, "x")

    telegram.up()

    await bot.send_message(sari.id, "y")
    assert [message.text for message in sari.heard] == ["y"]


async def test_a_gate_holds_requests_before_they_are_carried_out(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    gate = telegram.hold("sendMessage")
    sending = asyncio.create_task(bot.send_message(sari.id, "x"))
    await gate.reached()
    assert (gate.held, sari.heard, sending.done()) == (1, [], False)

    gate.release()

    await sending
    await bot.send_message(sari.id, "y")
    assert [message.text for message in sari.heard] == ["x", "y"]


async def test_a_gate_holds_answers_after_the_work_is_done(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    with telegram.hold("sendMessage", "after", chat=sari) as gate:
        sending = asyncio.create_task(bot.send_message(sari.id, "x"))
        await gate.reached()
        assert (sari.last.text, sending.done()) == ("x", False)
    await sending


async def test_a_gate_opened_while_a_request_waits_before_it_does_not_hold_it(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    first, second = telegram.hold("sendMessage"), telegram.hold("sendMessage", chat=sari)
    sending = asyncio.create_task(bot.send_message(sari.id, "x"))
    await first.reached()
    second.release()
    first.release()
    await sending
    assert (second.held, sari.last.text) == (0, "x")


async def test_a_gate_can_drop_what_it_holds(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    gate = telegram.hold("sendMessage")
    sending = asyncio.create_task(bot.send_message(sari.id, "x"))
    await gate.reached()

    gate.drop()

    with pytest.raises(NetworkError):
        await sending
    assert sari.heard == []
    assert telegram.log.requests("sendMessage")[0].dropped == "before"


async def test_stopping_frees_whatever_is_held(clock: Clock) -> None:
    telegram = LocalTelegram(now=clock.now)
    await telegram.start()
    sari = telegram.person("Sari")
    sari.send("/start")
    async with client(telegram) as bot:
        gate = telegram.hold("sendMessage", "after")
        sending = asyncio.create_task(bot.send_message(sari.id, "x"))
        polling = asyncio.create_task(bot.get_updates(offset=10**9 - 1, timeout=50))
        await gate.reached()
        await telegram.stop()
        for task in (sending, polling):
            with pytest.raises(NetworkError):
                await task


async def test_too_many_messages_are_told_to_wait(clock: Clock) -> None:
    seconds = 100.0
    async with LocalTelegram(now=clock.now, monotonic=lambda: seconds) as telegram:
        people = [telegram.person(name) for name in ("Sari", "Budi", "Rina", "Hadi", "Dewi")]
        for person in people:
            person.send("/start")
        async with client(telegram) as bot:
            telegram.limit_rate()
            for _ in range(3):
                await bot.send_message(people[0].id, "x")
            with pytest.raises(RetryAfter) as refused:
                await bot.send_message(people[0].id, "x")
            assert refused.value.retry_after == timedelta(seconds=1)
            seconds += 1
            await bot.send_message(people[0].id, "x")

            telegram.limit_rate(RateLimit(per_second=3, burst=100))
            for person in people[1:4]:
                await bot.send_message(person.id, "x")
            with pytest.raises(RetryAfter):
                await bot.send_message(people[4].id, "x")
            await bot.send_chat_action(people[4].id, "typing")

            telegram.limit_rate(False)
            await bot.send_message(people[4].id, "x")


# --- waiting and watching ---


async def test_waiting_for_words_ends_when_they_come(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    old = await bot.send_message(sari.id, "Tugas baru: lama")
    waiting = asyncio.create_task(sari.wait_for("Tugas baru", after=old.message_id))
    await bot.send_message(sari.id, "Hal lain")
    assert not waiting.done()
    await bot.send_message(sari.id, "Tugas baru: Membentuk Tim")

    assert (await waiting).text == "Tugas baru: Membentuk Tim"
    assert (await sari.wait_for(lambda m: "lain" in m.text)).text == "Hal lain"


async def test_waiting_in_vain_shows_the_screen(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    await bot.send_message(sari.id, "Hal lain", reply_markup=keyboard("✅ Selesai"))

    with pytest.raises(AssertionError) as failed:
        await sari.wait_for("Tugas baru", timeout=0.01)

    for words in ("Sari to see 'Tugas baru'", "Hal lain", "[✅ Selesai]", "sendMessage", "/start"):
        assert words in str(failed.value)


async def test_waiting_for_a_screen_and_for_an_answer(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    card = await bot.send_message(sari.id, "Langkah 1", reply_markup=keyboard("✅ Selesai"))
    tap = sari.tap(sari.last)
    answered = asyncio.create_task(tap.answered())
    closed = asyncio.create_task(sari.wait_until(lambda p: not p.last.buttons))

    await bot.answer_callback_query(tap.id, "Terima kasih")
    await bot.edit_message_text("Selesai", sari.id, card.message_id)

    assert (await answered).text == "Terima kasih"
    await closed
    with pytest.raises(AssertionError, match="an answer to the tap"):
        await sari.tap_data(card.message_id, "t:9").answered(timeout=0.01)


async def test_it_is_settled_when_the_bot_has_confirmed_and_gone_quiet(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    sari.send("halo")
    with pytest.raises(AssertionError, match="did not come to rest"):
        await telegram.settled(timeout=0.02)

    async def answer_everything() -> None:
        for update in await everything(bot):
            await bot.send_message(sari.id, f"dijawab: {message_of(update).text}")

    answering = asyncio.create_task(answer_everything())
    await telegram.settled(quiet=1)

    assert answering.done()
    assert sari.last.text == "dijawab: halo"


async def test_a_watcher_is_told_of_every_change_of_one_screen(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    budi = telegram.person("Budi")
    budi.send("/start")
    with sari.watch() as watching, telegram.watch() as all_screens:
        card = await bot.send_message(sari.id, "satu", reply_markup=keyboard("✅"))
        await bot.send_message(budi.id, "dua")
        tap = sari.tap(sari.last)
        await bot.answer_callback_query(tap.id)
        await bot.edit_message_text("tiga", sari.id, card.message_id)
        await bot.delete_message(sari.id, card.message_id)
        await bot.set_my_commands([("tugas", "Tugas")])
    seen = [change.kind async for change in watching]
    everywhere = {change.user_id async for change in all_screens}

    assert seen == ["message", "tap", "answer", "edited", "deleted", "commands"]
    assert everywhere == {sari.id, budi.id}


async def test_a_watcher_that_sleeps_is_told_that_it_missed_something(
    telegram: LocalTelegram, sari: Person
) -> None:
    with sari.watch() as watching:
        for number in range(1_005):
            sari.send(f"pesan {number}")
    kinds = [change.kind async for change in watching]

    assert kinds[0] == "missed"
    assert len(kinds) < 1_000


async def test_memory_is_bounded(clock: Clock) -> None:
    limits = Limits(log=10, messages=5, file_bytes=10)
    async with LocalTelegram(now=clock.now, limits=limits) as telegram:
        sari = telegram.person("Sari")
        files = [sari.attach(b"12345678", f"{n}.txt").file for n in range(20)]
        async with client(telegram) as bot:
            assert (len(telegram.log), len(sari.chat)) == (10, 5)
            assert files[0] is not None
            assert files[-1] is not None
            with pytest.raises(BadRequest, match="Invalid file_id"):
                await bot.get_file(files[0].file_id)
            await bot.get_file(files[-1].file_id)


async def test_the_log_holds_every_request_in_order_without_file_contents(
    telegram: LocalTelegram, bot: Bot, sari: Person
) -> None:
    await bot.send_document(sari.id, b"rahasia", filename="a.txt")
    await bot.get_me()

    entries = [entry for entry in telegram.log if isinstance(entry, Request)]

    assert [entry.method for entry in entries][-2:] == ["sendDocument", "getMe"]
    assert "rahasia" not in repr(entries)
    assert entries[-2].result["chat"]["id"] == sari.id
    assert entries[-2].at <= entries[-2].decided
