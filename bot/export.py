"""Documents from the command line: `kawal report`, `kawal sop` and `kawal export`.

They only read the database: the bot may be running. A file is written whole or not at all, and
what went through a pipe or a device leaves no file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import IO

from bot.domain.calendar import office_calendar
from bot.domain.documents import Document, Format, SopDocument
from bot.domain.periods import ReportPeriod
from bot.domain.sop import Office, Procedure
from bot.features import deadlines, registry, reporting
from bot.features.naming import author, printed
from bot.features.work import Services, Work
from bot.settings import OperatorError, Settings
from bot.sop_loader import load_catalog
from bot.store import Store, Transaction, schema, serialization
from bot.store.disk import is_passage, written_whole
from bot.store.journal import JournalLine


def write_report(
    settings: Settings, words: list[str], wanted: dict[Format, str], now: datetime
) -> list[Path]:
    """Write a report in each of the wanted forms; the files that were written.

    `words` name the report: ["run", "12"]. An empty file name means the report's own.

    Raises:
        OperatorError: there is no such report, or it cannot be written.
    """
    if len(words) != 2 or words[0] not in _REPORTS:
        examples = (f"kawal report {name} {example}" for name, (_, example) in _REPORTS.items())
        known = "; ".join(examples)
        raise OperatorError(f'Laporan "{" ".join(words)[:60]}" tidak ada; yang tersedia: {known}')
    with (
        _opened(settings) as services,
        schema.translate_errors(services.store),
        services.read(now) as work,
    ):
        deadlines.read_days(work)
        document = _REPORTS[words[0]][0](work, words[1])
    return _write(document, wanted)


def write_sop(
    settings: Settings, code: str, wanted: dict[Format, str], now: datetime
) -> list[Path]:
    """Write the working copy of the SOP that has this procedure; the files that were written.

    Raises:
        OperatorError: there is no such procedure, or it cannot be written.
        DataError: the office's data cannot be used.
    """
    catalog = load_catalog(settings.sop_dir)
    found = catalog.find(code)
    if found is None:
        known = ", ".join(procedure.code for _, procedure in catalog.procedures())
        raise OperatorError(f'Prosedur "{code[:40]}" tidak ada; yang ada: {known}')
    return _write(SopDocument(catalog.office, found[0], now), wanted)


def write_journal(settings: Settings, target: str, now: datetime) -> int:
    """Write the whole journal, oldest first, as JSON to a file or ("-") the standard output.

    Returns the number of its lines.

    Raises:
        OperatorError: it cannot be read or written.
    """
    with _opened(settings) as services, services.store.read() as tx:
        office = services.catalog.office
        if target == "-":
            return _write_lines(tx, office, sys.stdout, now)
        with _whole(Path(target)) as draft, draft.open("w", encoding="utf-8") as file:
            return _write_lines(tx, office, file, now)


def _write_lines(tx: Transaction, office: Office, out: IO[str], now: datetime) -> int:
    head = {
        "exported_at": now.isoformat(),
        "people": {str(number): name for number, name in sorted(tx.people.names().items())},
        "runs": [
            {"id": r.id, "procedure": r.procedure, "year": r.year, "unit": r.unit}
            for r in tx.runs.headings()
        ],
    }
    out.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "journal": [')
    count, procedures = 0, cache(partial(_procedure, tx))
    for line in tx.journal.every():
        entry = {
            "id": line.id,
            "run": line.run_id,
            "at": line.at.isoformat(),
            "person": line.person_id,
            "kind": line.kind,
            "data": json.loads(line.data),
            **({} if line.run_id is None else _capacity(line, office, procedures(line.run_id))),
        }
        out.write(("," if count else "") + "\n  " + json.dumps(entry, ensure_ascii=False))
        count += 1
    out.write("\n ]\n}\n")
    return count


def _procedure(tx: Transaction, run_id: int) -> Procedure | None:
    stored = tx.runs.get(run_id)
    return stored.run.procedure if stored else None


def _capacity(
    line: JournalLine, office: Office, procedure: Procedure | None
) -> dict[str, str | None]:
    """As what somebody acted in a run, and for whom outside the office it was recorded."""
    by = procedure and author(office, {}, procedure, serialization.load_event(line.data))
    return {"role": printed(by.role), "recorded_for": by.recorded_for} if by else {}


def _run(work: Work, number: str) -> Document:
    known = number.isascii() and number.isdecimal() and len(number) < 10
    stored = work.tx.runs.get(int(number)) if known else None
    if stored is None:
        newest = _listed(work.tx.runs.newest(5))
        raise OperatorError(
            f'Pelaksanaan nomor "{number[:40]}" tidak ada; nomor yang terbaru: {newest}'
        )
    return reporting.run_report(work, stored)


def _evaluation(work: Work, text: str, *, semesters: bool) -> Document:
    known = reporting.periods(work, semesters=semesters)
    asked = next((period for period in known if str(period) == _canonical(text)), None)
    document = asked and reporting.evaluation_report(work, asked)
    if not document:
        raise OperatorError(
            f'Tidak ada pelaksanaan pada "{text[:40]}"; masa yang ada: {_listed(known)}'
        )
    return document


def _listed(known: Iterable[object]) -> str:
    return ", ".join(str(one) for one in known) or "belum ada"


def _canonical(text: str) -> str:
    """A period as it is listed, however it was typed; what is none stays as it is."""
    try:
        return str(ReportPeriod.read(text))
    except ValueError:
        return text


_REPORTS: dict[str, tuple[Callable[[Work, str], Document], str]] = {
    # what may follow `kawal report`: how it is made, and an example
    "run": (_run, "12"),
    "semester": (partial(_evaluation, semesters=True), "2027-1"),
    "tahun": (partial(_evaluation, semesters=False), "2027"),
}


def _write(document: Document, wanted: dict[Format, str]) -> list[Path]:
    from bot import reports
    from bot.reports.rendering import RenderError

    for form in wanted:
        if form not in document.formats:
            known = " dan ".join(f"--{one.value}" for one in document.formats)
            raise OperatorError(f"Dokumen ini tidak tersedia sebagai {form.value}; gunakan {known}")
    written = []
    for form, name in wanted.items():
        try:
            file = reports.compose(document, form)
        except RenderError as error:
            raise OperatorError(
                f"Dokumen tidak dapat disusun ({error}); tidak ada berkas yang ditulis"
            ) from error
        target = Path(name) if name else Path(file.name)
        target = target / file.name if target.is_dir() else target
        with _whole(target) as draft:
            draft.write_bytes(file.content)
        if not is_passage(target):
            written.append(target)
    return written


@contextmanager
def _opened(settings: Settings) -> Iterator[Services]:
    """The office's data and its database, which has to be there already."""
    file = settings.database_file
    if file is not None and not file.exists():
        raise OperatorError(
            f"Basis data {file} belum ada, sehingga belum ada yang dapat dilaporkan; kawal run"
            " membuatnya"
        )
    catalog = load_catalog(settings.sop_dir)
    store = Store(settings.url)
    try:
        if not schema.is_current(store):
            raise OperatorError("Basis data masih versi lama; jalankan kawal migrate lebih dahulu")
        calendar, features = office_calendar(catalog.office), registry.live()
        yield Services(store, catalog, calendar, features, settings.admin_ids)
    finally:
        store.close()


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """`written_whole`, for the operator.

    Raises:
        OperatorError: it cannot be written.
    """
    try:
        with written_whole(target) as draft:
            yield draft
    except OSError as error:
        reason = error.strerror or str(error)
        raise OperatorError(
            f"Berkas {target} tidak dapat ditulis ({reason}); tidak ada yang berubah"
        ) from error
