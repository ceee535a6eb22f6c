"""Short answers: what was done, and kindly why something was not, in plain text (a tap's answer
knows no markup). Each feature declares its own sentences; here are those that belong to all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.actions import Reason
from bot.domain.notices import Reply
from bot.features.naming import owner_title
from bot.features.phrases import Phrases
from bot.ui.markup import escaped, plain, width
from bot.ui.message import Message, Toast

TOAST_LIMIT = 200
"""UTF-16 units that Telegram shows in answer to a tap."""

FACT_LENGTH = 300

Fact = str | int | datetime | None


class Refused(StrEnum):
    """Why anything at all may be refused, with the facts that its sentence gets."""

    OUTSIDER = "outsider"  # owner: title of the post to ask
    STILL_JOINING = "still_joining"
    PRIVATE_ONLY = "private_only"
    NOT_ALLOWED = "not_allowed"  # who: titles of those who may
    ADMIN_ONLY = "admin_only"
    UNKNOWN_COMMAND = "unknown_command"
    MISTYPED = "mistyped"  # address: of who asks, command: the nearest
    TOO_MANY_ARGUMENTS = "too_many_arguments"  # usage
    FREE_TEXT = "free_text"
    BUTTON_OLD = "button_old"
    PERSON_GONE = "person_gone"
    UNEXPECTED = "unexpected"  # number


class Done(StrEnum):
    """What several features do, with the facts that its sentence gets."""

    SNOOZED = "snoozed"  # until
    THANKED = "thanked"


class Refuse(Exception):  # noqa: N818 - "refusal" is the word for it: nothing went wrong
    """Something is refused: the transaction is rolled back, and whoever asked is told why. `reason`
    is a key of the declared sentences; `facts` are what its sentence needs."""

    def __init__(self, reason: StrEnum, **facts: Fact) -> None:
        super().__init__(reason.value)
        self.reason = reason.value
        self.facts = facts

    @property
    def view(self) -> RefusedView:
        """The refusal as something to be shown."""
        return RefusedView(self.reason, self.facts)


@dataclass(frozen=True, slots=True)
class RefusedView:
    """Something was refused, and nothing was changed."""

    reason: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class DoneView:
    """Something small was done. `what` is a key of the sentences that the features declare."""

    what: str
    facts: Mapping[str, Fact]


def done(what: StrEnum, **facts: Fact) -> DoneView:
    """Something small was done, with the facts that its sentence needs."""
    return DoneView(what.value, facts)


# As answers that wait in the outbox

_FACT, _MOMENT = "fact_", "moment_"
"""How a reply's arguments name the facts of a sentence."""

_Args = Mapping[str, str | int | bool | None]


def refusal(why: Refuse | RefusedView) -> Reply:
    """A refusal as an answer that waits in the outbox."""
    return Reply("refused", {"reason": why.reason, **_packed(why.facts)})


def done_reply(view: DoneView) -> Reply:
    """Something small that was done, as an answer that waits in the outbox."""
    return Reply("done", {"what": view.what, **_packed(view.facts)})


def refused_again(args: _Args) -> RefusedView:
    """What `refusal` wrote."""
    return RefusedView(str(args["reason"]), _unpacked(args))


def done_again(args: _Args) -> DoneView:
    """What `done_reply` wrote."""
    return DoneView(str(args["what"]), _unpacked(args))


def _packed(facts: Mapping[str, Fact]) -> dict[str, str | int | bool | None]:
    """Facts as the arguments of a reply; moments are marked, for JSON knows none."""
    args: dict[str, str | int | bool | None] = {}
    for name, fact in facts.items():
        if isinstance(fact, datetime):
            args[_MOMENT + name] = fact.isoformat()
        else:
            args[_FACT + name] = fact
    return args


def _unpacked(args: _Args) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        name.removeprefix(_FACT): value for name, value in args.items() if name.startswith(_FACT)
    }
    return facts | {
        name.removeprefix(_MOMENT): datetime.fromisoformat(str(value))
        for name, value in args.items()
        if name.startswith(_MOMENT)
    }


# Words

REFUSALS = {
    Refused.OUTSIDER: "Mohon maaf, layanan ini hanya untuk pegawai yang sudah diundang. Silakan "
    "menghubungi {owner}.",
    Refused.STILL_JOINING: "Pendaftaran belum selesai. Mohon menjawab dahulu pertanyaan kami "
    "di bawah ini.",
    Refused.PRIVATE_ONLY: "Kawal SOP hanya melayani percakapan pribadi. Silakan mengirim pesan "
    "langsung kepada bot ini.",
    Refused.NOT_ALLOWED: "Mohon maaf, hal ini hanya untuk {who}. Daftar perintah ada di /bantuan.",
    Refused.ADMIN_ONLY: "Mohon maaf, hal ini hanya dapat dilakukan oleh admin.",
    Refused.UNKNOWN_COMMAND: "Mohon maaf, perintah itu belum kami kenal. Daftar perintah ada di "
    "/bantuan.",
    Refused.MISTYPED: "Maksud {address} /{command}? Daftar perintah ada di /bantuan.",
    Refused.TOO_MANY_ARGUMENTS: "Ada kata yang berlebih setelah perintah. Penulisan yang benar: "
    "{usage}",
    Refused.FREE_TEXT: "Mohon maaf, pesan bebas tidak kami catat. Untuk menyelesaikan tugas, "
    "mohon menekan tombol pada kartunya; untuk menulis catatan, mohon membalas kartunya. Tugas "
    "ditampilkan dengan /tugas.",
    Refused.BUTTON_OLD: "Tombol ini sudah tidak berlaku. Silakan mengulang perintahnya.",
    Refused.PERSON_GONE: "Pegawai ini sudah tidak terdaftar. Daftar terbaru ada di /pegawai.",
    Refused.UNEXPECTED: "Mohon maaf, terjadi gangguan dan tidak ada yang tercatat. Silakan "
    "mencoba lagi; bila terulang, mohon menyampaikan nomor {number} kepada admin.",
}

DONE = {
    Done.SNOOZED: "Kami ingatkan kembali pada {until}.",
    Done.THANKED: "Terima kasih kembali.",
}


def say_answer(template: str, facts: Mapping[str, Fact], say: Phrases) -> Message:
    """A sentence with its facts, as a message."""
    html = escaped(_sentence(template, facts, say, FACT_LENGTH))
    if usage := facts.get("usage"):
        # A stray tap on a bare command would send it; this is copied.
        shown = escaped(_fact(usage, say, FACT_LENGTH))
        html = html.replace(shown, f"<code>{shown}</code>")
    return Message(html)


def toast_answer(template: str, view: RefusedView | DoneView, say: Phrases) -> Toast:
    """What a tap did, or why it was refused: in a box, except after a double tap."""
    text = fitted(lambda room: _sentence(template, view.facts, say, room))
    boxed = isinstance(view, RefusedView) and view.reason != Reason.ALREADY_YOURS
    return Toast(text, alert=boxed)


def fitted(sentence: Callable[[int], str]) -> str:
    """The sentence with as much room for its facts as a toast leaves."""
    tries = (sentence(room) for room in (FACT_LENGTH, 80, 50, 35, 20))
    return next((t for t in tries if width(t) <= TOAST_LIMIT), plain(sentence(10), TOAST_LIMIT))


def _sentence(template: str, facts: Mapping[str, Fact], say: Phrases, room: int) -> str:
    """The template with its facts, each text cut to `room` units.

    Raises:
        KeyError: a fact that the sentence needs is missing.
    """
    known = {"owner": owner_title(say.office), **facts}
    return template.format_map({name: _fact(fact, say, room) for name, fact in known.items()})


def _fact(value: Fact, say: Phrases, room: int) -> str:
    if isinstance(value, datetime):
        return say.moment(value)
    return "-" if value is None else plain(str(value), room)
