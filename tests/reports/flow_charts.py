"""Flow charts that are hard to draw, and the pictures of them in `docs/gambar`.

`python -m tests.reports.flow_charts` makes the pictures anew (it needs `pdftoppm`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.domain.documents import Format, SopDocument
from bot.domain.sop import Column, Sop, Step, StepKind
from bot.reports import compose
from tests.cast import MONDAY
from tests.reports.documents import OFFICE, sop_of

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "gambar"

SIX = (
    Column("KEPALA DINAS", ("kepala_dinas",)),
    Column("SEKRETARIS / KEPALA BIDANG", ("sekretaris",)),
    Column("KASUBBAG / KASI", ("kasubbag",)),
    Column("TIM PELAKSANA / PENYUSUN", ("tim",)),
    Column("BAPPEDA", ("bappeda",)),
    Column("PERTANGGUNGJAWABAN", ("staf",)),
)


def chart(
    roles: Sequence[str],
    returns: Mapping[int, int],
    *,
    columns: Sequence[Column] = SIX,
    assumed: Sequence[int] = (),
) -> Sop:
    """An SOP of a step for each of `roles` ("tim+kasubbag" is one of both); `returns` leads from
    a decision to the step it returns to, and those in `assumed` are assumed."""
    sop = sop_of(len(roles))
    procedure = sop.procedures[0]
    steps = tuple(
        _step(step, holders, returns.get(step.number), step.number in assumed)
        for step, holders in zip(procedure.steps, roles, strict=True)
    )
    drawn = replace(procedure, steps=steps, columns=tuple(columns))
    return replace(sop, procedures=(drawn,))


def _step(step: Step, holders: str, back: int | None, assumed: bool) -> Step:
    return replace(
        step,
        roles=tuple(holders.split("+")),
        kind=StepKind.PARAF if back else StepKind.KERJA,
        return_to=back,
        assumptions=("pelaksana", "kembali_ke") if assumed else (),
    )


ROUND = ("tim", "kasubbag", "sekretaris", "kepala_dinas", "bappeda", "staf")

NASTY: Mapping[str, Sop] = {
    # Two decisions whose returns cross: 5 to 2, and 7 to 4.
    "bersilang": chart(
        ["tim", "kasubbag", "tim", "sekretaris", "kasubbag", "tim", "sekretaris", "kepala_dinas"],
        {5: 2, 7: 4},
        columns=SIX[:4],
        assumed=(7,),
    ),
    # Six columns, a return within a return, one decision of two roles, one returned to.
    "enam-kolom": chart(
        [*ROUND, "sekretaris+bappeda", "kepala_dinas"], {4: 2, 6: 4, 7: 4, 8: 1}, assumed=(6, 7)
    ),
    # Forty steps: returns across pages, to one step from two pages, and beside one another.
    "empat-puluh-langkah": chart(
        [ROUND[number % 6] for number in range(40)],
        {9: 2, 12: 5, 20: 2, 25: 18, 31: 12, 40: 39},
        assumed=(25,),
    ),
    # Every decision in the last column.
    "kolom-terakhir": chart(
        ["tim", "kasubbag", "staf", "tim", "staf", "staf"], {3: 1, 5: 4, 6: 1}
    ),
    # A decision before each page break that might come, each returning to the first step.
    "sebelum-pindah-halaman": chart(
        ["tim"] + [ROUND[number % 6] for number in range(13)],
        {number: 1 for number in range(9, 15)},
        assumed=(10, 14),
    ),
}


def document(sop: Sop) -> SopDocument:
    return SopDocument(OFFICE, sop, MONDAY)


def drawn(page: PageObject) -> tuple[list[Line], list[Placed]]:
    """The lines of a flow chart and its small words, where they are on the page in points.

    A line is (left, low, right, high). The words are those set in less than 6.1 pt: "Ya",
    "Tidak", the letters of connectors.
    """
    lines: list[Line] = []
    texts: list[Placed] = []
    start: list[tuple[float, float]] = []

    def operator(op: bytes, args: list[float], cm: list[float], _: list[float]) -> None:
        if op in (b"m", b"l"):
            x, y = float(args[0]), float(args[1])
            point = (cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5])
            start[:] = [] if op == b"m" else start
            start.append(point)
        elif op == b"S":
            if len(start) == 2:
                (a, b), (c, d) = start
                lines.append((min(a, c), min(b, d), max(a, c), max(b, d)))
            start.clear()

    page.extract_text(visitor_operand_before=operator)
    return lines, texts


def draw() -> None:
    """Make the pictures: each page of each flow chart, without the two pages before it."""
    for name, sop in NASTY.items():
        pdf = compose(document(sop), Format.PDF).content
        for old in PICTURES.glob(f"bagan-{name}-*.png"):
            old.unlink()
        command = ["pdftoppm", "-r", "75", "-gray", "-png", "-f", "3", "-"]
        subprocess.run([*command, str(PICTURES / f"bagan-{name}")], input=pdf, check=True)


if __name__ == "__main__":
    draw()
