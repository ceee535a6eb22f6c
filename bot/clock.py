"""The only reader of the office's clock: everything else takes `now` as an argument.

Tests and the demo move it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Wall-clock time, zone-aware in UTC, with an offset that tests and the demo may set."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset
        self._frozen: datetime | None = None
        self._watchers: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """This instant, in UTC."""
        if self._frozen is not None:
            return self._frozen
        return datetime.now(UTC) + self._offset

    def monotonic(self) -> float:
        """Monotonic seconds, for rate limits and pauses; unaffected by `move`."""
        return time.monotonic()

    def on_move(self, watcher: Callable[[], None]) -> None:
        """Call `watcher` whenever the clock is moved, so that it looks for due work."""
        self._watchers.append(watcher)

    def move(self, to: datetime) -> None:
        """Set the clock to `to`; it runs on from there (or stays there, if frozen)."""
        if self._frozen is not None:
            self.freeze(to)
            return
        _require_zone(to)
        self._offset = to - datetime.now(UTC)
        self._tell()

    def freeze(self, at: datetime) -> None:
        """Stop the clock at `at` until `thaw`."""
        _require_zone(at)
        self._frozen = at.astimezone(UTC)
        self._tell()

    def thaw(self) -> None:
        """Let a frozen clock run on from where it stands."""
        if self._frozen is not None:
            self._offset = self._frozen - datetime.now(UTC)
            self._frozen = None

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()


def _require_zone(instant: datetime) -> None:
    if instant.tzinfo is None:
        raise ValueError("a clock is set to an instant with a time zone, not a naive datetime")
