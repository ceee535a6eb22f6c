"""`python -m tests.bench`: every budget with its figure."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.bench import (
    bot_alive,
    crowd,
    demo,
    documents,
    due_reminders,
    durable_run,
    evidence,
    leaders,
    real_life,
)
from tests.bench.report import Row, table

MEASUREMENTS: dict[str, Callable[[], list[Row]]] = {
    "run": durable_run.measure,
    "reminders": due_reminders.measure,
    "bot": bot_alive.measure,
    "crowd": crowd.measure,
    "demo": demo.measure,
    "documents": documents.measure,
    "leaders": leaders.measure,
    "life": real_life.measure,
    "evidence": evidence.measure,
}


def main() -> None:
    """Measure what is named on the command line, or everything."""
    wanted = sys.argv[1:] or list(MEASUREMENTS)
    for name in wanted:
        if name not in MEASUREMENTS:
            sys.exit(f"unknown: {name}; there are: {', '.join(MEASUREMENTS)}")
    for name in wanted:
        print(table(MEASUREMENTS[name]()), flush=True)


if __name__ == "__main__":
    main()
