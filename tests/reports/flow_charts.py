"""Flow charts that are hard to draw, and the pictures of them in `docs/gambar`.

`python -m tests.reports.flow_charts` makes the pictures anew (it needs `pdftoppm`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pypdf import PageObject

from bot.domain.documents import Format, SopDocument
from bot.domain.sop import Column, Sop, Step, StepKind
from bot.reports import compose
from tests.cast import MONDAY
from tests.reports.documents import OFFICE, sop_of

Line = tuple[float, float, float, float]
Placed = tuple[str, float, float]

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
    "kolom-terakhir": chart(["tim", "kasubbag", "staf", "tim", "staf", "staf"], {3: 1, 5: 4, 6: 1}),
    # A decision before each page break that might come, each returning to the first step.
    "sebelum-pindah-halaman": chart(
        ["tim"] + [ROUND[number % 6] for number in range(13)],
        dict.fromkeys(range(9, 15), 1),
        assumed=(10, 14),
    ),
}


def document(sop: Sop) -> SopDocument:
    return SopDocument(OFFICE, sop, MONDAY)


def drawn(page: PageObject) -> tuple[list[Line], list[Placed]]:
    """The lines of a flow chart and its small words, where they are on the page in points.

    A line is (left, low, right, high), one of 0.8 pt: columns have thinner ones. The words are
    "Ya", "Tidak", the letters of connectors; each is (text, left, baseline).
    """
    lines: list[Line] = []
    texts: list[Placed] = []
    points: list[tuple[float, float]] = []
    pen = [0.0]

    def operator(op: bytes, args: list[float], cm: list[float], _: list[float]) -> None:
        if op == b"w":
            pen[0] = float(args[0])
        elif op in (b"m", b"l"):
            if op == b"m":
                points.clear()
            points.append(_at(cm, float(args[0]), float(args[1])))
        elif op == b"S":
            if len(points) == 2 and abs(pen[0] - 0.8) < 0.01:
                (a, b), (c, d) = points
                lines.append((min(a, c), min(b, d), max(a, c), max(b, d)))
            points.clear()

    def word(
        text: str, cm: list[float], tm: list[float], font: dict[str, str] | None, size: float
    ) -> None:
        text = text.strip(" \n\u200b")
        if not text or size not in (5.5, 6) or "Bold" in (font or {}).get("/BaseFont", ""):
            return
        x, y = _at(cm, tm[4], tm[5])
        if texts and texts[-1][0] == "T" and texts[-1][2] == y:
            text, x = "T" + text, texts.pop()[1]
        texts.append((text, x, y))

    page.extract_text(visitor_operand_before=operator, visitor_text=word)
    return lines, texts


def _at(matrix: list[float], x: float, y: float) -> tuple[float, float]:
    return (
        matrix[0] * x + matrix[2] * y + matrix[4],
        matrix[1] * x + matrix[3] * y + matrix[5],
    )


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
