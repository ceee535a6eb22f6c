"""The SOP as a document (Salinan kerja), in the form of PermenPAN-RB 35/2012.

Corrections are footnotes. A symbol of the flow chart stands in the column of whoever performs
the step, so that a changed role moves it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import count
from typing import Any, Final, NamedTuple

from bot.domain import regulations
from bot.domain.documents import SopDocument
from bot.domain.regulations import terms_of
from bot.domain.sop import Column, Office, Procedure, Sop, Step, StepKind, Wording
from bot.indonesian import renamed, renewed
from bot.reports.words import dates, letterhead

ASSUMED, ASSUMED_RETURN = "pelaksana", "kembali_ke"
"""The data's words for an inferred performer, and an inferred return, in `Step.assumptions`."""


LEGAL_BASIS: Final = "DASAR HUKUM :"


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
    law = regulations.notes(sop.legal_basis)
    renewals = {note.item: f"{renewed(note.renewal)}." for note in law}
    blocks = [
        {
            "title": title,
            "items": [
                first.mark(wording, renewals.get(number) if title == LEGAL_BASIS else None)
                for number, wording in enumerate(wordings, start=1)
                if wording.signed
            ],
        }
        for title, wordings in _blocks(sop)
    ]
    return {
        "number": sop.number,
        "name": sop.name,
        "unit": sop.unit,
        "year": sop.created.year,
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
        "remarks": [*sop.transcription_notes, *(f"{renamed(t)}." for t in terms_of(sop))],
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

    def mark(self, wording: Wording, remark: str | None = None) -> dict[str, Any]:
        """The signed words, with the mark of the footnote that corrects them, or says more."""
        said = [] if wording.written is None else [f"Dibaca: {wording.text}"]
        said += [remark] if remark else []
        if not said:
            return {"text": wording.text, "mark": None}
        mark = next(self._marks)
        self.notes.append([mark, " ".join(said)])
        return {"text": wording.signed, "mark": mark}


def _blocks(sop: Sop) -> Iterable[tuple[str, tuple[Wording, ...]]]:
    return (
        (LEGAL_BASIS, sop.legal_basis),
        ("KUALIFIKASI PELAKSANA :", sop.qualifications),
        ("KETERKAITAN :", sop.related),
        ("PERALATAN / PERLENGKAPAN :", sop.equipment),
        ("PERINGATAN :", (sop.warning,)),
        ("PENCATATAN DAN PENDATAAN :", (sop.record_keeping,)),
    )


class Return(NamedTuple):
    """A line from a decision back to an earlier row, both counted from 0, in a lane of its own
    beside the columns."""

    source: int
    target: int
    lane: int
    assumed: bool


def returns(procedure: Procedure) -> tuple[Return, ...]:
    """The lines of returns. Those to one row share a lane; others that pass the same row do not."""
    sources: dict[int, list[Step]] = {}
    for step in procedure.steps:
        if step.return_to is not None:
            sources.setdefault(step.return_to, []).append(step)
    taken: list[list[tuple[int, int]]] = []
    found = []
    # The shortest are next to the columns, so that few lines cross.
    for target in sorted(sources, key=lambda to: (sources[to][-1].number - to, to)):
        span = (target, sources[target][-1].number)
        free = (n for n, lane in enumerate(taken) if not any(_meet(span, one) for one in lane))
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append(span)
        found += [
            Return(step.number - 1, target - 1, lane, ASSUMED_RETURN in step.assumptions)
            for step in sources[target]
        ]
    return tuple(found)


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _procedure(procedure: Procedure, office: Office, marks: count[int]) -> dict[str, Any]:
    shown, back = columns(procedure, office), returns(procedure)
    rows = [_row(step, procedure, shown, _Notes(marks)) for step in procedure.steps]
    return {
        "title": procedure.title,
        "columns": [column.title for column in shown],
        "rows": rows,
        "returns": [one._asdict() for one in back],
        "lanes": len({one.lane for one in back}),
        "assumed": any(row["assumed"] or row["back-assumed"] for row in rows),
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
        "time": notes.mark(Wording(_time(step))),
        "output": notes.mark(step.output),
        "remarks": notes.mark(step.remarks),
        "notes": notes.notes,
        "columns": [
            number for number, column in enumerate(shown) if set(column.roles) & set(step.roles)
        ],
        "lanes": len(shown),
        "shape": "decision" if decides else "terminator" if ends else "process",
        # A decision at the end is followed by the terminator, in its own row.
        "closing": last and decides,
        "back": step.return_to - 1 if step.return_to is not None else None,
        "back-assumed": step.return_to is not None and ASSUMED_RETURN in step.assumptions,
        "assumed": ASSUMED in step.assumptions,
    }


def _time(step: Step) -> str:
    """A standard time as the form of PermenPAN-RB 35/2012 has it: "1 Jam"."""
    return f"{step.duration.amount} {step.duration.unit.value.capitalize()}"
