"""/sop: the SOPs as they were signed, with what a working copy corrects as footnotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from bot.domain import regulations
from bot.domain.documents import Format
from bot.domain.notices import Reply
from bot.domain.sop import Procedure, Sop, Step, StepKind, Wording
from bot.features import phrases, replies, runs
from bot.features.feature import Command, Feature, NamedView, Topic, Words
from bot.features.papers import DocumentKind, GetDocument
from bot.features.phrases import NAME, TITLE, Phrases
from bot.features.work import Args, Work
from bot.indonesian import renewed
from bot.ui.buttons import Code, PageTap, button
from bot.ui.markup import bold, gathered, pieces, safe
from bot.ui.message import Block, Message, paged


class TurnSop(PageTap, prefix="pg:sop"):
    """A page of the SOP that has this procedure; without one, of the list of all."""

    code: Code | None = None


@dataclass(frozen=True, slots=True)
class SopListView:
    """Every SOP of the office, to choose from."""

    sops: tuple[Sop, ...]


@dataclass(frozen=True, slots=True)
class SopView:
    """One SOP as signed, from the procedure asked for; `role_names` translate its roles."""

    sop: Sop
    procedure: Procedure
    role_names: dict[str, str]


def sops(work: Work, typed: Words) -> Reply:
    """/sop [kode]: the list, or one."""
    if not typed.words:
        return Reply("sop", {})
    return Reply("sop", {"code": runs.typed_sop(work, typed.words).code})


def _sop(work: Work, args: Args) -> SopListView | SopView:
    code = args.get("code")
    if not code:
        return SopListView(work.catalog.sops)
    sop, procedure = runs.find_procedure(work, str(code))
    return SopView(sop, procedure, {role.code: role.name for role in work.office.roles})


# Words

_SIBLINGS = 20

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_KIND = {StepKind.KERJA: None, StepKind.PARAF: "paraf", StepKind.TANDA_TANGAN: "tanda tangan"}

_ASSUMED = "pelaksana"
"""The data's word for an inferred performer in `Step.assumptions`."""


def say_list(view: SopListView, say: Phrases, page: int) -> Message:
    """Every SOP of the office, procedure by procedure, to choose from."""
    entries = [(sop, procedure) for sop in view.sops for procedure in sop.procedures]
    if not entries:
        return Message("Belum ada SOP.")
    blocks = []
    for number, (sop, procedure) in enumerate(entries, start=1):
        lines = (
            f"{number}. {bold(safe(procedure.title, TITLE))}",
            *_names_of_today(procedure.title),
            f"Nomor {safe(sop.number, NAME)}, berlaku sejak {say.day(sop.effective)}",
            f"{len(procedure.steps)} langkah",
        )
        tap = TurnSop(0, procedure.code)
        blocks.append(Block(lines, rows=((button(f"{number}. {phrases.short(procedure)}", tap),),)))
    head = f"{bold('SOP ' + safe(say.office.short_name, NAME))}\nSilakan pilih salah satu."
    return paged(head, blocks, page, TurnSop(0))


def say_sop(view: SopView, say: Phrases, page: int) -> Message:
    """One SOP in the words of the signed document, headed as the working copy it is."""
    head = f"{bold('Salinan kerja')} · SOP {safe(view.sop.name, TITLE)}"
    blocks, code = list(_Copy(view, say).blocks()), view.procedure.code
    paper = GetDocument(DocumentKind.SOP, Format.PDF, code)
    others = [p for p in view.sop.procedures if p.code != code][:_SIBLINGS]
    foot = (
        (button("📄 PDF, lengkap dengan bagan alir", paper),),
        *((button(phrases.short(other), TurnSop(0, other.code)),) for other in others),
    )
    return paged(head, blocks, page, TurnSop(0, code), foot=foot)


class _Copy:
    """The working copy in the making: its footnotes are numbered as they come."""

    def __init__(self, view: SopView, say: Phrases) -> None:
        self._view = view
        self._say = say
        self._numbers = count(1)

    def blocks(self) -> Iterator[Block]:
        sop = self._view.sop
        yield self._identity()
        if names := _names_of_today(sop.name, self._view.procedure.title):
            yield Block(tuple(names))
        yield from self._legal_basis()
        for title, texts in (
            ("Kualifikasi pelaksana", sop.qualifications),
            ("Keterkaitan", sop.related),
            ("Peralatan dan perlengkapan", sop.equipment),
        ):
            yield from self._section(title, [(f"{n}. ", text) for n, text in enumerate(texts, 1)])
        for title, text in (
            ("Peringatan", sop.warning),
            ("Pencatatan dan pendataan", sop.record_keeping),
        ):
            yield from self._section(title, [("", text)] if text.signed else [])
        yield self._procedure(self._view.procedure)
        for step in self._view.procedure.steps:
            yield self._step(step)
        yield from self._remarks()

    def _identity(self) -> Block:
        sop, say = self._view.sop, self._say
        lines = [
            f"Nomor: {safe(sop.number, NAME)}",
            f"Unit: {safe(sop.unit, NAME)}",
            f"Tanggal pembuatan: {say.day(sop.created)}",
            f"Tanggal revisi: {say.day(sop.revised) if sop.revised else '-'}",
            f"Tanggal efektif: {say.day(sop.effective)}",
            f"Disahkan oleh: {safe(sop.approved_by.name, NAME)}",
            f"{safe(sop.approved_by.rank, NAME)}, NIP {safe(sop.approved_by.nip, NAME)}",
        ]
        return Block(tuple(lines))

    def _legal_basis(self) -> Iterator[Block]:
        """The items as signed, a block each: what the law has renewed since is said on its page."""
        basis = self._view.sop.legal_basis
        said = {note.item: renewed(note.renewal) for note in regulations.notes(basis)}
        for number, item in enumerate(basis, start=1):
            lines = [bold("Dasar hukum")] if number == 1 else []
            lines += pieces(f"{number}. {item.signed}")
            notes: list[str] = []
            if number in said:
                lines[-1] += self._footnote(f"{said[number]}.", notes)
            yield Block(tuple(lines), tuple(notes))

    def _section(self, title: str, texts: Iterable[tuple[str, Wording]]) -> Iterator[Block]:
        lines, notes = self._lines(texts)
        if lines:
            yield Block((bold(title), *lines), tuple(notes))

    def _procedure(self, procedure: Procedure) -> Block:
        lines = [bold(f"Langkah-langkah: {safe(procedure.title, TITLE)}")]
        if procedure.columns:
            columns = gathered([safe(column.title, NAME) for column in procedure.columns])
            lines.append(f"Kolom pelaksana: {columns}")
        return Block(tuple(lines))

    def _step(self, step: Step) -> Block:
        activity, notes = self._lines([(f"{step.number}. ", step.activity)])
        lines = [bold(line) for line in activity]
        names = [safe(self._view.role_names.get(code, code), NAME) for code in step.roles]
        who = gathered(names, joiner="dan" if step.all_must_confirm else "atau")
        assumed = " (perkiraan, belum dicocokkan)" if _ASSUMED in step.assumptions else ""
        kind = _KIND[step.kind]
        lines.append(f"Pelaksana: {who}{assumed}" + (f" · {kind}" if kind else ""))
        needs = (
            ("Kelengkapan: ", step.inputs),
            ("Waktu: ", Wording(str(step.duration))),
            ("Output: ", step.output),
            ("Keterangan: ", step.remarks),
        )
        more, footnotes = self._lines(named for named in needs if named[1].signed)
        return Block((*lines, *more), (*notes, *footnotes))

    def _remarks(self) -> Iterator[Block]:
        lines = [line for note in self._view.sop.transcription_notes for line in pieces(note)]
        if any(_ASSUMED in step.assumptions for step in self._view.procedure.steps):
            lines.append(
                "Pelaksana bertanda (perkiraan, belum dicocokkan) tidak terbaca pada naskah "
                "dan masih perlu dicocokkan dengan dokumen yang ditandatangani."
            )
        if lines:
            yield Block((bold("Catatan penyalinan"), *lines))

    def _lines(self, texts: Iterable[tuple[str, Wording]]) -> tuple[list[str], list[str]]:
        """The signed words, each after a text of ours, as HTML lines, and their footnotes."""
        lines: list[str] = []
        notes: list[str] = []
        for before, wording in texts:
            lines += pieces(before + wording.signed)
            if wording.written is not None:
                lines[-1] += self._footnote(f"Dibaca: {wording.text}", notes)
        return lines, notes

    def _footnote(self, text: str, notes: list[str]) -> str:
        """The mark of a footnote that is put under `notes`."""
        mark = str(next(self._numbers)).translate(_SUPERSCRIPTS)
        first, *rest = pieces(text)
        notes += [f"{mark} {first}", *rest]
        return mark


def _names_of_today(*texts: str) -> list[str]:
    """What the terms of these titles are called today, a line each."""
    return [f"{term.old} kini disebut {term.today}" for term in regulations.terms(*texts)]


FEATURE = Feature(
    "sops",
    asks={SopListView: ()},
    commands=(
        Command(
            "sop",
            sops,
            None,
            Topic.PEKERJAAN,
            "SOP sebagaimana ditandatangani",
            "langkah, waktu baku, dan dasar hukum SOP sebagaimana ditandatangani",
            "[kode]",
            needed=20,
        ),
    ),
    taps={TurnSop: lambda work, tap: replies.show(work, "sop", code=tap.code)},
    views={"sop": NamedView(_sop)},
    pages={SopListView: say_list, SopView: say_sop},
    refusals={
        runs.RunRefused.UNKNOWN_PROCEDURE: "Prosedur “{text}” tidak ada. Mungkin yang "
        "dimaksud: {known}. Semuanya ada di /sop."
    },
)
