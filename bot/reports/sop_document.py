"""The SOP as a document (Salinan kerja), in the form of PermenPAN-RB 35/2012.

Corrections are footnotes. A symbol of the flow chart stands in the column of whoever performs
the step, so that a changed role moves it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import count
from typing import Any

from bot.domain.documents import SopDocument
from bot.domain.sop import Column, Office, Procedure, Sop, Step, StepKind, Wording
from bot.reports.words import dates, letterhead

ASSUMED = "pelaksana"
"""The data's word for an inferred performer in `Step.assumptions`."""


def name(document: SopDocument) -> str:
    """A file's name without its ending, by the SOP's own name."""
    plain = unicodedata.normalize("NFKD", document.sop.name).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall("[a-z0-9]+", plain.lower()))[:60].strip("-")
    return f"sop-{slug or document.sop.procedures[0].code}-salinan-kerja"


def as_data(document: SopDocument) -> dict[str, Any]:
    """What the template sets: every text as it is to be printed, every symbol with its column."""
    sop, office = document.sop, document.office
    say, approved = dates(office), sop.approved_by
    marks = count(1)
    first = _Notes(marks)
    blocks = [
        {"title": title, "items": [first.mark(wording) for wording in wordings if wording.signed]}
        for title, wordings in _blocks(sop)
    ]
    return {
        "number": sop.number,
        "name": sop.name,
        "unit": sop.unit,
        "created": say.day(sop.created),
        "revised": say.day(sop.revised) if sop.revised else "-",
        "effective": say.day(sop.effective),
        "approved": {"name": approved.name, "rank": approved.rank, "nip": approved.nip},
        "office": letterhead(office),
        "title": f"SOP {sop.name}",
        "foot": f"Salinan kerja SOP {sop.number} · dicetak {say.moment(document.made_at)}",
        "blocks": blocks,
        "notes": first.notes,
        "procedures": [_procedure(procedure, office, marks) for procedure in sop.procedures],
        "assumed": any(ASSUMED in step.assumptions for p in sop.procedures for step in p.steps),
        "remarks": list(sop.transcription_notes),
    }


def columns(procedure: Procedure, office: Office) -> tuple[Column, ...]:
    """The performers' columns: those as printed, and one more for each role without one."""
    printed = list(procedure.columns)
    known = {code for column in printed for code in column.roles}
    for code in dict.fromkeys(code for step in procedure.steps for code in step.roles):
        if code not in known:
            printed.append(Column(office.known(code).name.upper(), (code,)))
    return tuple(printed)


class _Notes:
    def __init__(self, marks: count[int]) -> None:
        self._marks = marks
        self.notes: list[list[str | int]] = []

    def mark(self, wording: Wording) -> dict[str, Any]:
        """The signed words, with the mark of the footnote that corrects them."""
        if wording.written is None:
            return {"text": wording.text, "mark": None}
        mark = next(self._marks)
        self.notes.append([mark, f"Dibaca: {wording.text}"])
        return {"text": wording.written, "mark": mark}


def _blocks(sop: Sop) -> Iterable[tuple[str, tuple[Wording, ...]]]:
    return (
        ("Dasar hukum", sop.legal_basis),
        ("Kualifikasi pelaksana", sop.qualifications),
        ("Keterkaitan", sop.related),
        ("Peralatan dan perlengkapan", sop.equipment),
        ("Peringatan", (sop.warning,)),
        ("Pencatatan dan pendataan", (sop.record_keeping,)),
    )


def _procedure(procedure: Procedure, office: Office, marks: count[int]) -> dict[str, Any]:
    notes = _Notes(marks)
    shown = columns(procedure, office)
    return {
        "title": procedure.title,
        "columns": [column.title for column in shown],
        "rows": [_row(step, procedure, shown, notes) for step in procedure.steps],
        "notes": notes.notes,
    }


def _row(
    step: Step, procedure: Procedure, shown: tuple[Column, ...], notes: _Notes
) -> dict[str, Any]:
    last = step.number == len(procedure.steps)
    decides = step.return_to is not None or step.kind is not StepKind.KERJA
    ends = last or step.number == 1
    return {
        "number": str(step.number),
        "activity": notes.mark(step.activity),
        "inputs": notes.mark(step.inputs),
        "time": notes.mark(Wording(str(step.duration))),
        "output": notes.mark(step.output),
        "remarks": notes.mark(step.remarks),
        "columns": [
            number for number, column in enumerate(shown) if set(column.roles) & set(step.roles)
        ],
        "lanes": len(shown),
        "shape": "decision" if decides else "terminator" if ends else "process",
        # A decision at the end is followed by the terminator, in its own row.
        "closing": last and decides,
        "back": step.return_to - 1 if step.return_to is not None else None,
        "assumed": ASSUMED in step.assumptions,
    }
