"""The SOP as a document (Salinan kerja), in the form of PermenPAN-RB 35/2012.

Corrections are footnotes on the page of their mark. A symbol of the flow chart stands in the column
of whoever performs the step, so that a changed role moves it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import count
from typing import Any

from bot.domain import regulations
from bot.domain.documents import SopDocument
from bot.domain.sop import Column, Office, Procedure, Sop, Step, StepKind, Wording
from bot.indonesian import renamed, renewed
from bot.reports.words import dates, letterhead

ASSUMED = "pelaksana"
"""The data's word for an inferred performer in `Step.assumptions`."""

ASSUMED_RETURN = "kembali_ke"
"""The data's word for an inferred return in `Step.assumptions`."""


def name(document: SopDocument) -> str:
    """A file's name without its ending, by the SOP's own name."""
    plain = unicodedata.normalize("NFKD", document.sop.name).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall("[a-z0-9]+", plain.lower()))[:60].strip("-")
    return f"sop-{slug or document.sop.procedures[0].code}-salinan-kerja"


def as_data(document: SopDocument) -> dict[str, Any]:
    """What the template sets: every text as it is to be printed, every symbol with its column."""
    sop, office = document.sop, document.office
    say, approved = dates(office), sop.approved_by
    marks = _Marks()
    blocks = [
        {
            "title": title,
            "items": [
                marks.worded(wording, extra.get(number))
                for number, wording in enumerate(wordings, 1)
                if wording.signed
            ],
        }
        for title, wordings, extra in _blocks(sop)
    ]
    return {
        "number": sop.number,
        "name": sop.name,
        "unit": sop.unit,
        "created": say.day(sop.created),
        "revised": say.day(sop.revised) if sop.revised else "-",
        "year": str(sop.created.year),
        "effective": say.day(sop.effective),
        "approved": {"name": approved.name, "rank": approved.rank, "nip": approved.nip},
        "office": letterhead(office),
        "title": f"SOP {sop.name}",
        "foot": f"Salinan kerja SOP {sop.number} · dicetak {say.moment(document.made_at)}",
        "blocks": blocks,
        "procedures": [_procedure(procedure, office, marks) for procedure in sop.procedures],
        "remarks": [
            *sop.transcription_notes,
            *(f"{renamed(term)}." for term in regulations.terms_of(sop)),
        ],
    }


def columns(procedure: Procedure, office: Office) -> tuple[Column, ...]:
    """The performers' columns: those as printed, and one more for each role without one."""
    printed = list(procedure.columns)
    known = {code for column in printed for code in column.roles}
    for code in dict.fromkeys(code for step in procedure.steps for code in step.roles):
        if code not in known:
            printed.append(Column(office.known(code).name.upper(), (code,)))
    return tuple(printed)


def lanes(procedure: Procedure) -> dict[int, int]:
    """The lane right of the columns for each step that work returns to, the innermost being 0.

    Returns to one step share its lane. Two lanes that run beside the same row are different; the
    shorter one is the inner, so that a return within another never crosses it.
    """
    spans: dict[int, int] = {}
    for step in procedure.steps:
        if step.return_to is not None:
            spans[step.return_to] = max(step.number, spans.get(step.return_to, 0))
    taken: list[list[tuple[int, int]]] = []
    found: dict[int, int] = {}
    for top, bottom in sorted(spans.items(), key=lambda span: (span[1] - span[0], span)):
        inside = [
            lane
            for lane, others in enumerate(taken)
            if any(top <= other[1] and other[0] <= bottom for other in others)
        ]
        found[top] = max(inside, default=-1) + 1
        taken += [[]] if found[top] == len(taken) else []
        taken[found[top]].append((top, bottom))
    return found


class _Marks:
    """The footnotes of one document, numbered as they come."""

    def __init__(self) -> None:
        self._marks = count(1)

    def worded(self, wording: Wording, extra: str | None = None) -> dict[str, Any]:
        """The signed words, with the mark and the text of their footnote: what corrects them,
        and what else is to be said of them."""
        read = f"Dibaca: {wording.text}" if wording.written is not None else None
        note = " – ".join(said for said in (read, extra) if said)
        mark = next(self._marks) if note else None
        return {"text": wording.signed, "mark": mark, "note": note or None}


def _blocks(sop: Sop) -> Iterable[tuple[str, tuple[Wording, ...], dict[int, str]]]:
    """The parts of the first page, headed as in the signed document, and what is to be said of
    their items: the law has renewed some of the legal basis."""
    law = {note.item: f"{renewed(note.renewal)}." for note in regulations.notes(sop.legal_basis)}
    return (
        ("DASAR HUKUM :", sop.legal_basis, law),
        ("KUALIFIKASI PELAKSANA :", sop.qualifications, {}),
        ("KETERKAITAN :", sop.related, {}),
        ("PERALATAN / PERLENGKAPAN :", sop.equipment, {}),
        ("PERINGATAN :", (sop.warning,), {}),
        ("PENCATATAN DAN PENDATAAN :", (sop.record_keeping,), {}),
    )


def _procedure(procedure: Procedure, office: Office, marks: _Marks) -> dict[str, Any]:
    shown = columns(procedure, office)
    found = lanes(procedure)
    return {
        "title": procedure.title,
        "columns": [column.title for column in shown],
        "rows": [_row(step, procedure, shown, marks) for step in procedure.steps],
        "lanes": {str(step - 1): lane for step, lane in found.items()},
    }


def _row(
    step: Step, procedure: Procedure, shown: tuple[Column, ...], marks: _Marks
) -> dict[str, Any]:
    last = step.number == len(procedure.steps)
    decides = step.return_to is not None or step.kind is not StepKind.KERJA
    ends = last or step.number == 1
    time = f"{step.duration.amount} {step.duration.unit.value.capitalize()}"
    return {
        "number": str(step.number),
        "activity": marks.worded(step.activity),
        "inputs": marks.worded(step.inputs),
        "time": marks.worded(Wording(time)),
        "output": marks.worded(step.output),
        "remarks": marks.worded(step.remarks),
        "columns": [
            number for number, column in enumerate(shown) if set(column.roles) & set(step.roles)
        ],
        "shape": "decision" if decides else "terminator" if ends else "process",
        # A decision at the end is followed by the terminator, in its own row.
        "closing": last and decides,
        "back": step.return_to - 1 if step.return_to is not None else None,
        "assumed": ASSUMED in step.assumptions,
        "assumed_back": ASSUMED_RETURN in step.assumptions,
    }
