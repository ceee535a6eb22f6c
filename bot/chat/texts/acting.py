"""Plh. and Plt.: putting an appointment together, and who is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.chat.keyboards import Button, Choose, Row, button
from bot.chat.paging import Message
from bot.chat.texts import voice
from bot.chat.texts.voice import NAME, Voice
from bot.domain.acting import Unfit
from bot.domain.notices import ActingStage
from bot.domain.run import Capacity
from bot.ui.markup import bold, gathered, safe
from bot.usecases.views import (
    ActingCheckView,
    ActingDraftView,
    ActingEndView,
    ActingField,
    ActingPeriod,
    ActingView,
    DoubleReviewed,
    PostsView,
    Talk,
    printed,
)

ON_A_PAGE = 8

_LONG = {
    Capacity.PLH: "Pelaksana Harian (Plh.), bila pejabatnya berhalangan sementara",
    Capacity.PLT: "Pelaksana Tugas (Plt.), bila jabatannya kosong",
}
_OTHER = {
    Capacity.PLH: "Untuk jabatan yang kosong: /plt",
    Capacity.PLT: "Untuk pejabat yang berhalangan sementara: /plh",
}

_ASKED = {
    ActingField.PERSON: "Siapa yang akan menjalankannya?",
    ActingField.SINCE: "Mulai kapan? Tekan tombol, atau tuliskan tanggalnya, misalnya {example}. "
    "Bila perlu, tambahkan jamnya: {example} pukul 13.00.",
    ActingField.UNTIL: "Sampai dengan kapan? Hari terakhir ikut dihitung. Tekan tombol, atau "
    "tuliskan tanggalnya, misalnya {example}.",
    ActingField.DECREE: "Berapa nomor surat perintahnya? Mohon tuliskan seperti pada surat, "
    "misalnya 800/123/DISPMPTSPTK/2027.",
    ActingField.DECREE_DATE: "Tanggal berapa surat perintah itu? Mohon tuliskan, misalnya "
    "{example}.",
}
_NOT_UNDERSTOOD = {
    ActingField.PERSON: "Mohon memilih pegawai dengan tombol di bawah.",
    ActingField.DECREE: "Mohon maaf, itu belum dapat kami catat. Nomor surat paling panjang 80 "
    "huruf dalam satu baris.",
}
_FAULTS = {
    Unfit.ENDS_BEFORE: "Mohon maaf, tanggal berakhirnya mendahului tanggal mulainya.",
    Unfit.OVER: "Mohon maaf, masa itu sudah lewat seluruhnya.",
    Unfit.TOO_EARLY: "Mohon maaf, tanggal itu sudah lebih dari sebulan yang lalu.",
    Unfit.TOO_LONG: "Mohon maaf, masa itu lebih dari setahun.",
}
_UNREAD = "Mohon maaf, tanggal itu belum terbaca."


def posts(view: PostsView, say: Voice) -> Message:
    """Who stands in or will, and the posts to choose from."""
    short = printed_capacity(view.capacity)
    parts = [f"Penunjukan {_LONG[view.capacity]}."]
    count = max(1, -(-max(len(view.posts), len(view.current)) // ON_A_PAGE))
    page = min(view.page, count - 1)
    here = slice(page * ON_A_PAGE, (page + 1) * ON_A_PAGE)
    if view.current[here]:
        lines = [f"• {_line(period, say)}" for period in view.current[here]]
        parts.append("\n".join((bold("Yang berlaku dan yang akan datang"), *lines)))
    parts.append(f"Jabatan mana yang akan dijalankan oleh {short}?\n{_OTHER[view.capacity]}")
    rows: list[Row] = []
    for post in view.posts[here]:
        place = ".".join((view.capacity.value, post.role, post.unit or ""))
        label = post.title if post.holder else f"{post.title} (kosong)"
        rows.append((button(label, Choose(Talk.PENJABAT, "post", place)),))
    rows += turning(Talk.PENJABAT, "pg", page, count, f"{view.capacity.value}.")
    rows += [
        (
            button(
                f"Akhiri: {printed(period.role)}, {period.name}",
                Choose(Talk.PENJABAT, "endq", str(period.holding_id)),
                "danger",
            ),
        )
        for period in view.current[here]
    ]
    return Message("\n\n".join(parts), tuple(rows))


def draft(view: ActingDraftView, say: Voice) -> Message:
    """One more thing about an appointment."""
    head = bold(voice.role(view.post))
    if view.person:
        head += f"\n{safe(view.person, NAME)}"
    parts = [head]
    example = say.day(view.today + timedelta(days=1))
    if isinstance(view.fault, str):
        parts.append(_FAULTS[Unfit(view.fault)])
    elif view.fault:
        parts.append(_NOT_UNDERSTOOD.get(view.field, _UNREAD))
    parts.append(_ASKED[view.field].format(example=example))
    parts.append("Bila tidak jadi, ketik /batal.")
    rows: list[Row] = []
    match view.field:
        case ActingField.PERSON:
            count = max(1, -(-len(view.people) // ON_A_PAGE))
            page = min(view.page, count - 1)
            for person_id, name, roles in view.people[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]:
                held = f" ({roles[0]})" if roles else ""
                tap = Choose(Talk.PENJABAT, "who", str(person_id))
                rows.append((button(f"{name}{held}", tap),))
            rows += turning(Talk.PENJABAT, "ppl", page, count)
        case ActingField.SINCE:
            tomorrow = view.today + timedelta(days=1)
            rows.append(
                (
                    _day("Mulai sekarang", view.field, "now"),
                    _day(f"Besok, {say.day(tomorrow)}", view.field, tomorrow.isoformat()),
                )
            )
        case ActingField.UNTIL if view.since is not None:
            first = view.since.astimezone(say.zone).date()
            for words, days in (("Sehari", 0), ("7 hari", 6), ("30 hari", 29)):
                last = max(first + timedelta(days=days), view.today)
                label = f"{words}: s.d. {say.day(last)}"
                rows.append((_day(label, view.field, last.isoformat()),))
        case ActingField.DECREE_DATE:
            label = f"Hari ini, {say.day(view.today)}"
            rows.append((_day(label, view.field, view.today.isoformat()),))
        case _:
            pass
    return Message("\n\n".join(parts), tuple(rows))


def check(view: ActingCheckView, say: Voice) -> Message:
    """Everything about an appointment, before it is made."""
    parts = ["Mohon memeriksa penunjukan berikut.", _facts(view.period, say)]
    capacity = view.period.role.capacity
    if capacity is Capacity.PLH and view.vacant:
        parts.append(
            "ℹ️ Di sini jabatan itu belum ada pemegangnya. Untuk jabatan yang kosong lazimnya "
            "ditunjuk Plt."
        )
    if capacity is Capacity.PLT and not view.vacant:
        parts.append(
            "ℹ️ Di sini jabatan itu masih ada pemegangnya. Untuk pejabat yang berhalangan "
            "sementara lazimnya ditunjuk Plh."
        )
    parts += _warnings(view.double)
    parts.append("Bila tidak jadi, ketik /batal.")
    label = f"Tetapkan {printed_capacity(capacity)}"
    return Message(
        "\n\n".join(parts), ((button(label, Choose(Talk.PENJABAT, "ok", "ya"), "success"),),)
    )


def ending(view: ActingEndView, say: Voice) -> Message:
    """Whether to end it early."""
    word = "Akhiri" if view.period.begun else "Batalkan"
    text = f"{word} penunjukan ini sekarang?\n\n{_facts(view.period, say)}\n\n"
    tap = Choose(Talk.PENJABAT, "end", str(view.period.holding_id))
    return Message(
        f"{text}Bila tidak jadi, pesan ini boleh diabaikan.",
        ((button(f"Ya, {word.lower()}", tap, "danger"),),),
    )


def acting(view: ActingView, say: Voice) -> Message:
    """What somebody is told of an appointment."""
    address = view.greeting.address
    held, name = bold(voice.role(view.period.role)), safe(view.period.name, NAME)
    parts = [voice.hail(view.greeting)]
    who = address.value if view.to_stand_in else name
    match view.stage:
        case ActingStage.DITETAPKAN:
            parts.append(f"📄 {who} ditunjuk sebagai {held}.")
        case ActingStage.MULAI:
            parts.append(f"▶️ Mulai sekarang {who} menjalankan tugas sebagai {held}.")
        case ActingStage.BERAKHIR if view.never_began:
            parts.append(f"⏹ Penunjukan {who} sebagai {held} dibatalkan sebelum mulai berlaku.")
        case ActingStage.BERAKHIR:
            parts.append(f"⏹ Tugas {who} sebagai {held} sudah berakhir. Terima kasih.")
    if view.stage is not ActingStage.BERAKHIR:
        parts.append(_facts(view.period, say))
        parts += _warnings(view.double)
    if view.by:
        deed = "Ditetapkan" if view.stage is ActingStage.DITETAPKAN else "Diakhiri"
        # No full stop: names end with one of their own ("Sari Wulandari, S.E.").
        parts.append(f"{deed} oleh {safe(view.by, NAME)}")
    parts += _what_it_means(view)
    return Message("\n\n".join(parts))


def _what_it_means(view: ActingView) -> list[str]:
    """What changes for the reader."""
    address, over = view.greeting.address, view.stage is ActingStage.BERAKHIR
    waiting = f" Ada {view.open_tasks} tugas yang menunggu {address}: /tugas"
    tasks = waiting if view.open_tasks else ""
    if view.to_official:
        if over and not view.never_began:
            return [f"Tugas jabatan ini kembali kepada {address}.{tasks}"]
        if not over:
            return [
                f"Selama itu tugas jabatan ini disampaikan kepada {safe(view.period.name, NAME)}, "
                f"dan sesudahnya kembali kepada {address}."
            ]
    if view.to_stand_in and view.period.begun and not over:
        return [f"Tugas jabatan ini kini disampaikan kepada {address}.{tasks}"]
    return []


def _facts(period: ActingPeriod, say: Voice) -> str:
    lines = [
        bold(voice.role(period.role)),
        f"Oleh: {safe(period.name, NAME)}",
        f"Berlaku: {_span(period, say)}",
    ]
    if period.decree:
        dated = f", {say.day(period.decree_date)}" if period.decree_date else ""
        lines.append(f"Surat perintah: {safe(period.decree, NAME)}{dated}")
    return "\n".join(lines)


def _line(period: ActingPeriod, say: Voice) -> str:
    return f"{voice.role(period.role)}: {safe(period.name, NAME)}, {_span(period, say)}"


def _span(period: ActingPeriod, say: Voice) -> str:
    """ "23 Januari 2027 s.d. 29 Januari 2027", with clock times where they are not whole days."""
    start = period.since.astimezone(say.zone)
    begins = say.day(start.date())
    if start.time() != time(0) and not period.begun:
        begins = say.moment(start)
    if period.until is None:
        return f"mulai {begins}"
    return f"{begins} s.d. {_last(period.until.astimezone(say.zone), say)}"


def _last(until: datetime, say: Voice) -> str:
    if until.time() == time(0):
        return say.day(until.date() - timedelta(days=1))
    return say.moment(until)


def _warnings(double: Sequence[DoubleReviewed]) -> list[str]:
    return [
        "⚠️ Dengan ini satu orang memeriksa atau menandatangani sebagai "
        f"{gathered([safe(role, NAME) for role in found.roles])} pada "
        f"{gathered([safe(code.replace('_', ' ').upper(), NAME) for code in found.procedures])}."
        for found in double[:3]
    ]


def printed_capacity(capacity: Capacity) -> str:
    """ "Plh." or "Plt."."""
    return {Capacity.PLH: "Plh.", Capacity.PLT: "Plt."}.get(capacity, "")


def turning(talk: Talk, what: str, page: int, count: int, before: str = "") -> list[Row]:
    """‹ 2/5 ›: the buttons that turn the pages of a choice; none where there is one page."""
    if count <= 1:
        return []
    row = [button(f"{page + 1}/{count}", Choose(talk, what, f"{before}{page}"))]
    if page > 0:
        row.insert(0, button("‹ Sebelumnya", Choose(talk, what, f"{before}{page - 1}")))
    if page < count - 1:
        row.append(button("Berikutnya ›", Choose(talk, what, f"{before}{page + 1}")))
    return [tuple(row)]


def _day(label: str, field: ActingField, value: str) -> Button:
    return button(label, Choose(Talk.PENJABAT, "day", f"{field.value}.{value}"))
