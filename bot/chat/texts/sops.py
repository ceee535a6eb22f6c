"""An SOP as it was signed, with what its working copy corrects as footnotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from bot.chat.keyboards import DocumentKind, GetDocument, PagedView, Row, TurnPage, button
from bot.chat.paging import Block, Message, Turning, paged
from bot.chat.texts import voice
from bot.chat.texts.voice import NAME, TITLE, Voice
from bot.domain.documents import Format
from bot.domain.sop import Procedure, Step, StepKind, Wording
from bot.ui.markup import bold, gathered, pieces, safe
from bot.usecases.views import SopListView, SopView

_SIBLINGS = 20

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_KIND = {
    StepKind.KERJA: None,
    StepKind.PARAF: "paraf",
    StepKind.TANDA_TANGAN: "tanda tangan",
}

_ASSUMED = "pelaksana"
"""The data's word for an inferred performer in `Step.assumptions`."""


def sop_list(view: SopListView, page: int, say: Voice) -> Message:
    """Every SOP of the office, procedure by procedure, to choose from."""
    entries = [(sop, procedure) for sop in view.sops for procedure in sop.procedures]
    if not entries:
        return Message("Belum ada SOP.")
    blocks = []
    for number, (sop, procedure) in enumerate(entries, start=1):
        lines = (
            f"{number}. {bold(safe(procedure.title, TITLE))}",
            f"Nomor {safe(sop.number, NAME)}, berlaku sejak {say.day(sop.effective)}",
            f"{len(procedure.steps)} langkah",
        )
        tap = TurnPage(PagedView.SOP, 0, procedure.code)
        blocks.append(Block(lines, rows=((button(f"{number}. {voice.short(procedure)}", tap),),)))
    head = f"{bold('SOP ' + safe(say.office.short_name, NAME))}\nSilakan pilih salah satu."
    return paged(head, blocks, page, Turning(PagedView.SOP))


def sop(view: SopView, page: int, say: Voice) -> Message:
    """One SOP in the words of the signed document, headed as the working copy it is."""
    head = f"{bold('Salinan kerja')} · SOP {safe(view.sop.name, TITLE)}"
    copy = _Copy(view, say)
    turning = Turning(PagedView.SOP, view.procedure.code)
    return paged(head, list(copy.blocks()), page, turning, foot=(_as_paper(view), *_siblings(view)))


class _Copy:
    """The working copy in the making: its footnotes are numbered as they come."""

    def __init__(self, view: SopView, say: Voice) -> None:
        self._view = view
        self._say = say
        self._numbers = count(1)

    def blocks(self) -> Iterator[Block]:
        sop = self._view.sop
        yield self._identity()
        yield from self._numbered("Dasar hukum", sop.legal_basis)
        yield from self._numbered("Kualifikasi pelaksana", sop.qualifications)
        yield from self._numbered("Keterkaitan", sop.related)
        yield from self._numbered("Peralatan dan perlengkapan", sop.equipment)
        yield from self._single("Peringatan", sop.warning)
        yield from self._single("Pencatatan dan pendataan", sop.record_keeping)
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

    def _numbered(self, title: str, texts: Iterable[Wording]) -> Iterator[Block]:
        lines: list[str] = []
        notes: list[str] = []
        for number, wording in enumerate(texts, start=1):
            more, footnotes = self._lines(wording, f"{number}. ")
            lines += more
            notes += footnotes
        if lines:
            yield Block((bold(title), *lines), tuple(notes))

    def _single(self, title: str, wording: Wording) -> Iterator[Block]:
        if wording.signed:
            lines, notes = self._lines(wording)
            yield Block((bold(title), *lines), notes)

    def _procedure(self, procedure: Procedure) -> Block:
        lines = [bold(f"Langkah-langkah: {safe(procedure.title, TITLE)}")]
        if procedure.columns:
            columns = gathered([safe(column.title, NAME) for column in procedure.columns])
            lines.append(f"Kolom pelaksana: {columns}")
        return Block(tuple(lines))

    def _step(self, step: Step) -> Block:
        activity, notes = self._lines(step.activity, f"{step.number}. ")
        lines = [bold(line) for line in activity]
        names = [safe(self._view.role_names.get(code, code), NAME) for code in step.roles]
        who = gathered(names, joiner="dan" if step.all_must_confirm else "atau")
        assumed = " (asumsi)" if _ASSUMED in step.assumptions else ""
        kind = _KIND[step.kind]
        lines.append(f"Pelaksana: {who}{assumed}" + (f" · {kind}" if kind else ""))
        for title, wording in (
            ("Kelengkapan", step.inputs),
            ("Waktu", Wording(str(step.duration))),
            ("Output", step.output),
            ("Keterangan", step.remarks),
        ):
            if wording.signed:
                more, footnotes = self._lines(wording, f"{title}: ")
                lines += more
                notes = (*notes, *footnotes)
        return Block(tuple(lines), notes)

    def _remarks(self) -> Iterator[Block]:
        lines = [line for note in self._view.sop.transcription_notes for line in pieces(note)]
        if any(_ASSUMED in step.assumptions for step in self._view.procedure.steps):
            lines.append(
                "Pelaksana bertanda (asumsi) tidak terbaca pada naskah dan masih perlu "
                "dicocokkan dengan dokumen yang ditandatangani."
            )
        if lines:
            yield Block((bold("Catatan penyalinan"), *lines))

    def _lines(self, wording: Wording, before: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The signed words as whole HTML lines, and the footnote where they are corrected."""
        lines = pieces(before + wording.signed)
        if wording.written is None:
            return tuple(lines), ()
        mark = str(next(self._numbers)).translate(_SUPERSCRIPTS)
        lines[-1] += mark
        first, *rest = pieces(f"Dibaca: {wording.text}")
        return tuple(lines), (f"{mark} {first}", *rest)


def _as_paper(view: SopView) -> Row:
    wanted = GetDocument(DocumentKind.SOP, Format.PDF, view.procedure.code)
    return (button("📄 PDF, lengkap dengan bagan alir", wanted),)


def _siblings(view: SopView) -> tuple[Row, ...]:
    """The other procedures of the same SOP."""
    others = [p for p in view.sop.procedures if p.code != view.procedure.code]
    return tuple(
        (button(voice.short(procedure), TurnPage(PagedView.SOP, 0, procedure.code)),)
        for procedure in others[:_SIBLINGS]
    )
