"""The whole folder: which files it holds, and the catalogue they make together."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from bot.domain.sop import Catalog
from bot.sop_loader.logo import logo_file, read_logo
from bot.sop_loader.office import read_office
from bot.sop_loader.sheet import Sheet
from bot.sop_loader.sops import SopContext, read_sop
from bot.sop_loader.source import DataError, Fault


def load_catalog(sop_dir: Path) -> Catalog:
    """The office and its SOPs as `sop_dir` describes them, the SOPs in the order of their
    numbers.

    Raises:
        DataError: something is wrong; it carries all faults of all files at once.
    """
    office_sheet = Sheet(_office_file(sop_dir))
    office = read_office(office_sheet)
    context = SopContext.of(office)
    folder = Sheet(sop_dir / "sop")
    sheets = [Sheet(file) for file in _sop_files(folder)]
    sops = [sop for sheet in sheets if (sop := read_sop(sheet, context)) is not None]
    logo = logo_file(sop_dir)
    picture = read_logo(logo) if logo else None
    files = (office_sheet, *([logo] if logo else []), folder, *sheets)
    faults = [fault for file in files for fault in file.in_order()]
    if faults or office is None:
        raise DataError(faults)
    office = replace(office, logo=picture)
    return Catalog(office, tuple(sorted(sops, key=lambda sop: _natural(sop.number))))


def _office_file(sop_dir: Path) -> Path:
    """The office's file.

    Raises:
        DataError: there is no such folder, or it holds two such files.
    """
    try:
        names = {file.name for file in sop_dir.iterdir()}
    except OSError as exc:
        message = f"folder data tidak terbaca ({exc.strerror}); isi SOP_DIR dengan folder sop_data"
        raise DataError([Fault(sop_dir, None, message)]) from exc
    found = [name for name in ("kantor.yaml", "kantor.yml") if name in names]
    if len(found) > 1:
        message = "ada juga kantor.yaml; sisakan salah satu"
        raise DataError([Fault(sop_dir / "kantor.yml", None, message)])
    return sop_dir / (found or ["kantor.yaml"])[0]


def _sop_files(folder: Sheet) -> list[Path]:
    """The SOP files by name; hidden files and what editors leave behind are none."""
    try:
        files = sorted(
            file
            for file in folder.file.iterdir()
            if file.suffix.lower() in {".yaml", ".yml"}
            and not file.name.startswith((".", "~", "#"))
        )
    except FileNotFoundError:
        files = []
    except OSError as exc:
        folder.fault(None, f"folder tidak terbaca ({exc.strerror}); periksa izinnya")
        return []
    if not files:
        folder.fault(None, "belum ada SOP; taruh satu berkas .yaml untuk setiap SOP")
    return files


def _natural(number: str) -> list[tuple[int, str]]:
    """Sorts 503/9 before 503/22."""
    # Nine digits at a time: a number is never that long, and int() refuses thousands.
    parts = re.findall(r"[0-9]{1,9}|[^0-9]+", number)
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]
