"""SOPs whose flow charts are hard to draw, and a gallery of them.

python -m tests.reports.flow_charts docs/gambar
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import typst

from bot.domain.documents import SopDocument
from bot.domain.sop import Column, Sop, Step, StepKind, Wording
from bot.reports import sop_document
from bot.reports.child import FONTS, TEMPLATES
from tests.cast import MONDAY
from tests.reports.documents import OFFICE, sop_of

ROLES = ("tim", "kasubbag", "sekretaris", "kepala_dinas", "kasi", "kepala_bidang")


def made(
    steps: int,
    performers: Mapping[int, tuple[str, ...]],
    back: Mapping[int, int],
    roles: tuple[str, ...] = ROLES[:4],
    assumed: tuple[int, ...] = (),
) -> Sop:
    """An SOP of so many steps. `performers` by step, where it is not the team; `back` says where a
    decision sends the work back to; of the `assumed` steps both are inferred."""
    sop = sop_of(steps)

    def changed(step: Step) -> Step:
        decides = step.number in back
        return replace(
            step,
            roles=performers.get(step.number, ("tim",)),
            kind=StepKind.PARAF if decides else StepKind.KERJA,
            return_to=back.get(step.number),
            assumptions=("pelaksana", "kembali_ke") if step.number in assumed else (),
        )

    procedure = sop.procedures[0]
    columns = tuple(Column(OFFICE.known(role).name.upper(), (role,)) for role in roles)
    drawn = replace(procedure, columns=columns, steps=tuple(map(changed, procedure.steps)))
    return replace(sop, procedures=(drawn,), legal_basis=(Wording("Perpres No.29 Tahun 2014"),))


SAMPLES: Mapping[str, Sop] = {
    "pengembalian-bersilangan": made(
        9,
        {4: ("kasubbag",), 6: ("sekretaris",), 8: ("kepala_dinas",), 9: ("kasubbag",)},
        {4: 2, 6: 3, 8: 1},
        assumed=(6,),
    ),
    "enam-kolom": made(
        8,
        {n: (ROLES[n % 6],) for n in range(1, 9)},
        {4: 1, 5: 2, 8: 5},
        roles=ROLES,
    ),
    "keputusan-dua-peran": made(
        5, {2: ("kasubbag", "sekretaris"), 4: ("kepala_dinas",)}, {2: 1, 4: 2}
    ),
    "keputusan-di-kolom-terakhir": made(
        4, {3: ("kepala_dinas",), 4: ("kepala_dinas",)}, {3: 1, 4: 3}
    ),
    "empat-puluh-langkah": made(
        40,
        dict.fromkeys(range(2, 41), ("kasubbag",)) | {40: ("kepala_dinas",)},
        {n: n - 1 for n in range(2, 41)} | {40: 1},
    ),
}
"""By the name of the picture: what makes it hard."""


def pages(sop: Sop) -> list[bytes]:
    """The pages of the SOP as pictures."""
    data = sop_document.as_data(SopDocument(OFFICE, sop, MONDAY))
    made = typst.Compiler(
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
        ),
        root=str(TEMPLATES),
    ).compile(
        str(TEMPLATES / "sop_document.typ"),
        format="png",
        ppi=96,
        sys_inputs={"data": json.dumps(data)},
    )
    return made if isinstance(made, list) else [made]


def main(folder: Path) -> None:
    """Draw the table of each sample, the first two pages of a long one."""
    for name, sop in SAMPLES.items():
        for number, content in enumerate(pages(sop)[2:4], start=1):
            (folder / f"bagan-{name}-{number}.png").write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
