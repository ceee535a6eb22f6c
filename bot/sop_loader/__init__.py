"""From the office's files to the domain's values, or to a list of everything wrong in them.

`load_catalog` reads `kantor.yaml` and every file of `sop/`. Each fault names its file, its
line and what would be right; reading goes on after a fault, so that one look shows them all,
and a catalogue comes out only when there is none. The keys are Indonesian because the office
edits the files; `docs/data.md` explains each of them.

`total_time`, `assumptions`, `renewals` and `corrections` are what `kawal check` prints.
"""

from bot.sop_loader.catalog import load_catalog
from bot.sop_loader.source import DataError, Fault
from bot.sop_loader.tables import assumptions, corrections, renewals, total_time

__all__ = [
    "DataError",
    "Fault",
    "assumptions",
    "corrections",
    "load_catalog",
    "renewals",
    "total_time",
]
