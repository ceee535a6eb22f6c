"""From the office's files to the domain's values, or to a list of everything wrong in them.

The keys are Indonesian because the office edits the files; `docs/data.md` explains each.
"""

from bot.sop_loader.catalog import load_catalog
from bot.sop_loader.source import DataError, Fault
from bot.sop_loader.tables import assumptions, corrections, total_time

__all__ = ["DataError", "Fault", "assumptions", "corrections", "load_catalog", "total_time"]
