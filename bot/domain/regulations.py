"""What of an SOP the law has renewed since: regulations it cites, and terms it uses.

It is said beside the signed words and never corrects them. A table each: what is renewed next is
one more line.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from bot.domain.sop import Sop, Wording


class Regulation(NamedTuple):
    """A regulation by its kind ("PP"), number and year."""

    kind: str
    number: int
    year: int

    def __str__(self) -> str:
        return f"{self.kind} Nomor {self.number} Tahun {self.year}"


class Renewal(NamedTuple):
    """`cited` is replaced by `today`; where both are one, it is cited with an older `title`."""

    cited: Regulation
    today: Regulation
    title: str = ""


class Term(NamedTuple):
    """A term that is called `today` now. `words` is how SOPs write it, `basis` where it stands."""

    old: str
    words: str
    today: str
    basis: tuple[Regulation, ...]


class LegalNote(NamedTuple):
    """What is to be said of an item of the legal basis; the first item is 1."""

    item: int
    renewal: Renewal


_PP_13: Final = Regulation("PP", 13, 2019)
_SAKIP: Final = (Regulation("Perpres", 29, 2014), Regulation("PermenPAN-RB", 53, 2014))
_ASN_2014: Final = Regulation("UU", 5, 2014)
_ASN_2023: Final = Regulation("UU", 20, 2023)
_ASN: Final = (_ASN_2014, Regulation("PP", 11, 2017), _ASN_2023)

RENEWALS: Final = (
    Renewal(Regulation("UU", 32, 2004), Regulation("UU", 23, 2014)),
    Renewal(Regulation("PP", 3, 2007), _PP_13),
    Renewal(_PP_13, _PP_13, "Laporan dan Evaluasi Penyelenggaraan Pemerintahan Daerah"),
    Renewal(Regulation("Permendagri", 54, 2010), Regulation("Permendagri", 86, 2017)),
    Renewal(_ASN_2014, _ASN_2023),
)

TERMS: Final = (
    Term("LAKIP", "lakip", "Laporan Kinerja Instansi Pemerintah (LKjIP)", _SAKIP),
    Term("Tapkin", "tapkin|penetapan kinerja", "Perjanjian Kinerja (PK)", _SAKIP),
    Term("Eselon II", "eselon ii", "Jabatan Pimpinan Tinggi (JPT) Pratama", _ASN),
    Term("Eselon III", "eselon iii", "Jabatan Administrator", _ASN),
    Term("Eselon IV", "eselon iv", "Jabatan Pengawas", _ASN),
)

_KINDS: Final = {
    "UU": "uu|undang-undang",
    "PP": "pp|peraturan pemerintah",
    "Permendagri": "permendagri|(?:permen|peraturan menteri) dalam negeri",
}
_CITED: Final = {
    kind: re.compile(
        rf"(?:{words}) (?:r\.?i\.? |republik indonesia )?(?:no\.|no|nomor) ?0*(\d{{1,4}}) ?"
        r"(?:tahun |/ ?)(\d{4})\b",
        re.ASCII,
    )
    for kind, words in _KINDS.items()
}


def cited(text: str) -> Regulation | None:
    """The regulation with which an item of the legal basis begins; None for any other kind."""
    words = " ".join(text.casefold().split())
    for kind, pattern in _CITED.items():
        if found := pattern.match(words):
            return Regulation(kind, int(found[1]), int(found[2]))
    return None


def notes(legal_basis: tuple[Wording, ...]) -> tuple[LegalNote, ...]:
    """Which items of a legal basis the law has renewed, and how."""
    return tuple(
        LegalNote(number, renewal)
        for number, item in enumerate(legal_basis, start=1)
        for renewal in RENEWALS
        if cited(item.signed) == renewal.cited and not _has_todays_title(item.signed, renewal)
    )


def _has_todays_title(text: str, renewal: Renewal) -> bool:
    same = renewal.cited == renewal.today
    return same and renewal.title.casefold() in " ".join(text.casefold().split())


def terms(*texts: str) -> tuple[Term, ...]:
    """The terms of these texts that are called something else today."""
    said = " ".join(" ".join(texts).casefold().split())
    return tuple(term for term in TERMS if re.search(rf"\b(?:{term.words})\b", said))


def terms_of(sop: Sop) -> tuple[Term, ...]:
    """The terms in the titles of an SOP and its procedures."""
    return terms(sop.name, *(procedure.title for procedure in sop.procedures))
