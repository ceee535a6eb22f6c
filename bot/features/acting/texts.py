"""Plh. and Plt.: the buttons and words of putting an appointment together, and of telling it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Annotated

from bot.domain.acting import Doubt, Unfit
from bot.domain.notices import ActingStage
from bot.domain.run import Capacity
from bot.features import phrases
from bot.features.acting import views
from bot.features.acting.views import ActingField, ActingPeriod
from bot.features.choosing import Candidate
from bot.features.feature import JournalEntry
from bot.features.naming import printed
from bot.features.phrases import NAME, Phrases
from bot.indonesian import spelled_code
from bot.ui.buttons import Button, Code, Id, PageNumber, Row, Rule, Tap, button
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import ON_A_PAGE, Message, choice_rows, page_row

ActingCapacity = Annotated[str, Rule("plh|plt")]


class TurnPosts(Tap, prefix="ap", reads_only=True):
    """A page of /plh or /plt."""

    capacity: ActingCapacity
    page: PageNumber


class PickPost(Tap, prefix="apo"):
    """This is the post that somebody will act in."""

    capacity: ActingCapacity
    role: Code
    unit: Code | None = None


class TurnPeople(Tap, prefix="app", reads_only=True):
    """A page of the people to choose from."""

    page: PageNumber


class PickPerson(Tap, prefix="apw"):
    """This is who will act."""

    person_id: Id


class PickDay(Tap, prefix="apd"):
    """A day for the field that the message asked for."""

    field: ActingField
    day: date


class BeginNow(Tap, prefix="apn"):
    """It begins at this moment."""


class Appoint(Tap, prefix="apk"):
    """All is said: let it be so."""


class AskEnd(Tap, prefix="aeq", reads_only=True):
    """Ask before this appointment is ended."""

    holding_id: Id


class End(Tap, prefix="aen"):
    """End this appointment."""

    holding_id: Id


_SHORT = {Capacity.PLH: "Plh.", Capacity.PLT: "Plt."}

_LONG = {
    Capacity.PLH: "Pelaksana Harian (Plh.), bila pejabatnya berhalangan sementara",
    Capacity.PLT: "Pelaksana Tugas (Plt.), bila jabatannya kosong",
}

_OTHER = {
    Capacity.PLH: "Untuk jabatan yang kosong: /plt",
    Capacity.PLT: "Untuk pejabat yang berhalangan sementara: /plh",
}

_UNUSUAL = {
    (Capacity.PLH, True): "ℹ️ Dalam Kawal SOP jabatan itu belum ada pemegangnya. Untuk jabatan yang "
    "kosong lazimnya ditunjuk Plt.",
    (
        Capacity.PLT,
        False,
    ): "ℹ️ Dalam Kawal SOP jabatan itu masih ada pemegangnya. Untuk pejabat yang "
    "berhalangan sementara lazimnya ditunjuk Plh.",
}
"""What is remarked of a capacity in a post that is vacant, or is not."""

_ASKED = {
    ActingField.PERSON: "Siapa yang akan menjalankannya?",
    ActingField.SINCE: "Mulai kapan? Mohon menekan tombol, atau menuliskan tanggalnya, misalnya "
    "{example}, bila perlu dengan jamnya: {example} pukul 13.00.",
    ActingField.UNTIL: "Sampai dengan kapan? Hari terakhir ikut dihitung. Mohon menekan tombol, "
    "atau menuliskan tanggalnya, misalnya {example}.",
    ActingField.DECREE: "Berapa nomor surat perintahnya? Mohon menuliskannya seperti pada surat, "
    "misalnya 800/123/DISPMPTSPTK/2027.",
    ActingField.DECREE_DATE: "Tanggal berapa surat perintah itu? Mohon menuliskannya, "
    "misalnya {example}.",
}

_NOT_UNDERSTOOD = {
    ActingField.PERSON: "Mohon memilih pegawai dengan tombol di bawah.",
    ActingField.DECREE: "Mohon maaf, nomor itu belum dapat kami catat. Nomor surat paling panjang "
    "80 huruf dalam satu baris.",
}

_FAULTS = {
    Unfit.ENDS_BEFORE: "Mohon maaf, tanggal berakhirnya mendahului tanggal mulainya.",
    Unfit.OVER: "Mohon maaf, masa itu sudah lewat seluruhnya.",
    Unfit.TOO_EARLY: "Mohon maaf, tanggal itu sudah lebih dari satu bulan yang lalu.",
    Unfit.TOO_LONG: "Mohon maaf, masa itu lebih dari satu tahun.",
}

_PLT_RULE = (
    "Menurut SE Kepala BKN Nomor 1/SE/I/2021, Plt. ditunjuk paling lama tiga bulan dan dapat "
    "diperpanjang satu kali, paling lama tiga bulan"
)

_DOUBTS = {
    Doubt.LONGER: f"Masa Plt. ini lebih dari tiga bulan. {_PLT_RULE}. Tindakan setelah masa itu "
    "dapat dipersoalkan keabsahannya.",
    Doubt.EXTENDED_AGAIN: "Dengan ini masa Plt. yang bersangkutan diperpanjang lebih dari satu "
    f"kali, atau lebih dari enam bulan. {_PLT_RULE}. Tindakan setelah masa itu dapat dipersoalkan "
    "keabsahannya.",
    Doubt.FAR_BELOW: "Yang ditunjuk berada lebih dari satu tingkat di bawah jabatan itu, sehingga "
    "paraf dan tanda tangannya dapat dipersoalkan.",
    Doubt.OTHER_UNIT: "Yang ditunjuk berasal dari unit lain. Mohon memastikan bahwa surat "
    "perintahnya memang demikian.",
    Doubt.NO_POST: "Yang ditunjuk belum memegang jabatan dalam Kawal SOP, sehingga tingkat dan "
    "unitnya tidak dapat diperiksa.",
}
"""What to think over before an appointment is recorded, with the consequence.

Sources: SE Kepala BKN 1/SE/I/2021; for the level and the unit, the office's own structure.
"""

_UNREAD = "Mohon maaf, tanggal itu belum terbaca."


def say_posts(view: views.PostsView, say: Phrases) -> Message:
    """Who stands in or will, and the posts to choose from."""
    short, other = _SHORT[view.capacity], _OTHER[view.capacity]
    parts = [f"Penunjukan {_LONG[view.capacity]}."]
    count = max(1, -(-max(len(view.posts), len(view.current)) // ON_A_PAGE))
    page = min(view.page, count - 1)
    here = slice(page * ON_A_PAGE, (page + 1) * ON_A_PAGE)
    if view.current[here]:
        lines = [
            f"• {phrases.role(p.role)}: {safe(p.name, NAME)}, {_span(p, say)}"
            for p in view.current[here]
        ]
        parts.append("\n".join((bold("Yang berlaku dan yang akan datang"), *lines)))
    parts.append(f"Jabatan mana yang akan dijalankan oleh {short}?\n{other}")
    rows: list[Row] = []
    for post in view.posts[here]:
        label = f"{post.title} (kosong)" if post.vacant else post.title
        rows.append((button(label, PickPost(view.capacity, post.role, post.unit)),))
    rows += page_row(TurnPosts(view.capacity, 0), page, count)
    for period in view.current[here]:
        label = f"Akhiri: {printed(period.role)}, {period.name}"
        rows.append((button(label, AskEnd(period.holding.id), "danger"),))
    return Message("\n\n".join(parts), tuple(rows))


def say_draft(view: views.DraftView, say: Phrases) -> Message:
    """One more thing about an appointment."""
    head = bold(phrases.role(view.post))
    if view.person:
        head += f"\n{safe(view.person, NAME)}"
    parts = [head]
    tomorrow = view.today + timedelta(days=1)
    if isinstance(view.fault, str):
        parts.append(_FAULTS[Unfit(view.fault)])
    elif view.fault:
        parts.append(_NOT_UNDERSTOOD.get(view.field, _UNREAD))
    parts.append(_ASKED[view.field].format(example=say.day(tomorrow)))
    rows: list[Row] = []
    match view.field:
        case ActingField.PERSON:
            rows += choice_rows(view.people, view.page, TurnPeople(0), _person)
        case ActingField.SINCE:
            next_day = _day(f"Besok, {say.day(tomorrow)}", view.field, tomorrow)
            rows.append((button("Mulai sekarang", BeginNow()), next_day))
        case ActingField.UNTIL if view.since is not None:
            first = view.since.astimezone(say.zone).date()
            for words, days in (("1 hari", 0), ("7 hari", 6), ("30 hari", 29)):
                last = max(first + timedelta(days=days), view.today)
                rows.append((_day(f"{words}: s.d. {say.day(last)}", view.field, last),))
        case ActingField.DECREE_DATE:
            rows.append((_day(f"Hari ini, {say.day(view.today)}", view.field, view.today),))
        case _:
            pass
    return Message("\n\n".join(parts), tuple(rows))


def say_check(view: views.CheckView, say: Phrases) -> Message:
    """Everything about an appointment, before it is made."""
    parts = ["Mohon memeriksa penunjukan berikut.", _facts(view.period, say)]
    capacity = view.period.role.capacity
    if unusual := _UNUSUAL.get((capacity, view.vacant)):
        parts.append(unusual)
    parts += _warnings(view.double)
    if view.doubts:
        parts += [f"⚠️ {_DOUBTS[doubt]}" for doubt in view.doubts]
        parts.append("Penunjukan ini tetap dapat dicatat.")
    yes = button(f"Catat penunjukan {_SHORT[capacity]}", Appoint(), "success")
    return Message("\n\n".join(parts), ((yes,),))


def say_ending(view: views.EndView, say: Phrases) -> Message:
    """Whether to end it early."""
    word = "Akhiri" if view.period.begun else "Batalkan"
    text = f"{word} penunjukan ini sekarang?\n\n{_facts(view.period, say)}"
    yes = button(f"Ya, {word.lower()}", End(view.period.holding.id), "danger")
    return Message(text, ((yes,),))


def say_ending_soon(view: views.EndingView, say: Phrases) -> Message:
    """A Plt. ends soon: what follows, and what can be done."""
    when = f"berakhir {view.days} hari lagi" if view.days > 0 else "berakhir hari ini"
    parts = [phrases.salutation(view.greeting), f"⏳ Masa Plt. berikut {when}."]
    parts.append(_facts(view.period, say))
    if view.vacant:
        parts.append("Sesudahnya jabatan itu kosong, dan tugasnya menunggu pemegang yang baru.")
    more = (
        "Masa itu sudah pernah diperpanjang. Mohon menyiapkan pejabat definitif atau Plt. lain."
        if view.extended
        else "Bila diperpanjang, paling lama tiga bulan lagi, mohon mencatatnya melalui /plt."
    )
    return Message("\n\n".join([*parts, more]))


def say_told(view: views.ActingView, say: Phrases) -> Message:
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
        deed = "Dicatat" if view.stage is ActingStage.DITETAPKAN else "Diakhiri"
        parts.append(f"{deed} oleh {safe(view.by, NAME)}.")
    parts += _what_it_means(view)
    return Message("\n\n".join(parts))


def _what_it_means(view: views.ActingView) -> list[str]:
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
    if view.to_stand_in and not over:
        here = f"Tugas jabatan ini kini disampaikan kepada {address}.{tasks}"
        return [here, phrases.ROUTINE] if view.period.begun else [phrases.ROUTINE]
    return []


def _facts(period: ActingPeriod, say: Phrases) -> str:
    lines = [
        bold(phrases.role(period.role)),
        f"Yang ditunjuk: {safe(period.name, NAME)}",
        f"Berlaku: {_span(period, say)}",
    ]
    if number := period.holding.decree:
        on = period.holding.decree_date
        dated = f", {say.day(on)}" if on else ""
        lines.append(f"Surat perintah: {safe(number, NAME)}{dated}")
    return "\n".join(lines)


def _span(period: ActingPeriod, say: Phrases) -> str:
    """ "23 Januari 2027 s.d. 29 Januari 2027", with clock times where they are not whole days."""
    start, until = period.holding.since.astimezone(say.zone), period.holding.until
    begins = say.day(start.date())
    if start.time() != time(0) and not period.begun:
        begins = say.moment(start)
    if until is None:
        return f"mulai {begins}"
    end = until.astimezone(say.zone)
    whole = end.time() == time(0)
    last = say.day(end.date() - timedelta(days=1)) if whole else say.moment(end)
    return begins if begins == last else f"{begins} s.d. {last}"


def _warnings(double: Sequence[views.DoubleReviewed]) -> list[str]:
    return [
        "⚠️ Dengan ini satu orang memeriksa atau menandatangani sebagai "
        f"{gathered([safe(role, NAME) for role in found.roles])} pada "
        f"{gathered([safe(spelled_code(code), NAME) for code in found.procedures])}."
        for found in double[:3]
    ]


def role_of(line: JournalEntry) -> str:
    """The role that a line of the journal is about; who has none is an administrator."""
    return f"peran {line.role}" if line.role else "admin"


def _person(candidate: Candidate) -> Button:
    return button(candidate.label, PickPerson(candidate.person_id))


def _day(label: str, field: ActingField, day: date) -> Button:
    return button(label, PickDay(field, day))
