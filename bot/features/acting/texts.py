"""Plh. and Plt.: the buttons and words of putting an appointment together, and of telling it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.acting import Unfit
from bot.domain.notices import ActingStage
from bot.domain.run import Capacity
from bot.features import phrases
from bot.features.acting.views import (
    ActingField,
    ActingPeriod,
    ActingView,
    CheckView,
    DoubleReviewed,
    DraftView,
    EndView,
    PostsView,
)
from bot.features.naming import printed
from bot.features.phrases import LEAVE, NAME, Phrases
from bot.ui.buttons import Button, Code, Id, PageNumber, Row, Tap, button
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import ON_A_PAGE, Message, choices_on_page, page_row


@dataclass(frozen=True, slots=True)
class TurnPosts(Tap):
    """A page of /plh or /plt."""

    prefix = "ap"
    reads_only = True
    capacity: Capacity
    page: PageNumber


@dataclass(frozen=True, slots=True)
class PickPost(Tap):
    """This is the post that somebody will act in."""

    prefix = "apo"
    capacity: Capacity
    role: Code
    unit: Code | None = None


@dataclass(frozen=True, slots=True)
class TurnPeople(Tap):
    """A page of the people to choose from."""

    prefix = "app"
    reads_only = True
    page: PageNumber


@dataclass(frozen=True, slots=True)
class PickPerson(Tap):
    """This is who will act."""

    prefix = "apw"
    person_id: Id


@dataclass(frozen=True, slots=True)
class PickDay(Tap):
    """A day for the field that the message asked for."""

    prefix = "apd"
    field: ActingField
    day: date


@dataclass(frozen=True, slots=True)
class BeginNow(Tap):
    """It begins at this moment."""

    prefix = "apn"


@dataclass(frozen=True, slots=True)
class Appoint(Tap):
    """All is said: let it be so."""

    prefix = "apk"


@dataclass(frozen=True, slots=True)
class AskEnd(Tap):
    """Ask before this appointment is ended."""

    prefix = "aeq"
    reads_only = True
    holding_id: Id


@dataclass(frozen=True, slots=True)
class End(Tap):
    """End this appointment."""

    prefix = "aen"
    holding_id: Id


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


def say_posts(view: PostsView, say: Phrases) -> Message:
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
        label = post.title if post.holder else f"{post.title} (kosong)"
        rows.append((button(label, PickPost(view.capacity, post.role, post.unit)),))
    rows += page_row(TurnPosts(view.capacity, 0), page, count)
    rows += [
        (
            button(
                f"Akhiri: {printed(period.role)}, {period.name}",
                AskEnd(period.holding_id),
                "danger",
            ),
        )
        for period in view.current[here]
    ]
    return Message("\n\n".join(parts), tuple(rows))


def say_draft(view: DraftView, say: Phrases) -> Message:
    """One more thing about an appointment."""
    head = bold(phrases.role(view.post))
    if view.person:
        head += f"\n{safe(view.person, NAME)}"
    parts = [head]
    example = say.day(view.today + timedelta(days=1))
    if isinstance(view.fault, str):
        parts.append(_FAULTS[Unfit(view.fault)])
    elif view.fault:
        parts.append(_NOT_UNDERSTOOD.get(view.field, _UNREAD))
    parts.append(_ASKED[view.field].format(example=example))
    parts.append(LEAVE)
    rows: list[Row] = []
    match view.field:
        case ActingField.PERSON:
            shown, turn = choices_on_page(view.people, view.page, TurnPeople(0))
            for person_id, name, roles in shown:
                held = f" ({roles[0]})" if roles else ""
                tap = PickPerson(person_id)
                rows.append((button(f"{name}{held}", tap),))
            rows += turn
        case ActingField.SINCE:
            tomorrow = view.today + timedelta(days=1)
            rows.append(
                (
                    button("Mulai sekarang", BeginNow()),
                    _day(f"Besok, {say.day(tomorrow)}", view.field, tomorrow),
                )
            )
        case ActingField.UNTIL if view.since is not None:
            first = view.since.astimezone(say.zone).date()
            for words, days in (("Sehari", 0), ("7 hari", 6), ("30 hari", 29)):
                last = max(first + timedelta(days=days), view.today)
                label = f"{words}: s.d. {say.day(last)}"
                rows.append((_day(label, view.field, last),))
        case ActingField.DECREE_DATE:
            label = f"Hari ini, {say.day(view.today)}"
            rows.append((_day(label, view.field, view.today),))
        case _:
            pass
    return Message("\n\n".join(parts), tuple(rows))


def say_check(view: CheckView, say: Phrases) -> Message:
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
    parts.append(LEAVE)
    label = f"Tetapkan {printed_capacity(capacity)}"
    return Message("\n\n".join(parts), ((button(label, Appoint(), "success"),),))


def say_ending(view: EndView, say: Phrases) -> Message:
    """Whether to end it early."""
    word = "Akhiri" if view.period.begun else "Batalkan"
    text = f"{word} penunjukan ini sekarang?\n\n{_facts(view.period, say)}\n\n"
    tap = End(view.period.holding_id)
    return Message(
        f"{text}Bila tidak jadi, pesan ini boleh diabaikan.",
        ((button(f"Ya, {word.lower()}", tap, "danger"),),),
    )


def say_told(view: ActingView, say: Phrases) -> Message:
    """What somebody is told of an appointment."""
    address = view.greeting.address
    held, name = bold(phrases.role(view.period.role)), safe(view.period.name, NAME)
    parts = [phrases.salutation(view.greeting)]
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


def _facts(period: ActingPeriod, say: Phrases) -> str:
    lines = [
        bold(phrases.role(period.role)),
        f"Oleh: {safe(period.name, NAME)}",
        f"Berlaku: {_span(period, say)}",
    ]
    if period.decree:
        dated = f", {say.day(period.decree_date)}" if period.decree_date else ""
        lines.append(f"Surat perintah: {safe(period.decree, NAME)}{dated}")
    return "\n".join(lines)


def _line(period: ActingPeriod, say: Phrases) -> str:
    return f"{phrases.role(period.role)}: {safe(period.name, NAME)}, {_span(period, say)}"


def _span(period: ActingPeriod, say: Phrases) -> str:
    """ "23 Januari 2027 s.d. 29 Januari 2027", with clock times where they are not whole days."""
    start = period.since.astimezone(say.zone)
    begins = say.day(start.date())
    if start.time() != time(0) and not period.begun:
        begins = say.moment(start)
    if period.until is None:
        return f"mulai {begins}"
    return f"{begins} s.d. {_last(period.until.astimezone(say.zone), say)}"


def _last(until: datetime, say: Phrases) -> str:
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


def _day(label: str, field: ActingField, day: date) -> Button:
    return button(label, PickDay(field, day))
