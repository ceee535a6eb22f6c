"""When a group may be told next: in office hours, an hour apart, four times a day."""

from __future__ import annotations

import pytest

from bot.domain.calendar import office_calendar
from bot.domain.groups import next_post
from tests.cast import wib
from tests.offices import kantor

CALENDAR = office_calendar(kantor())


@pytest.mark.parametrize(
    ("now", "last", "posts", "expected"),
    [
        ("09-11-2026 09.00", None, 0, "09-11-2026 09.00"),
        ("09-11-2026 20.00", None, 0, "10-11-2026 07.30"),
        ("09-11-2026 12.30", None, 0, "09-11-2026 13.00"),
        ("09-11-2026 09.10", "09-11-2026 09.00", 1, "09-11-2026 10.00"),
        ("09-11-2026 14.00", "09-11-2026 09.00", 2, "09-11-2026 14.00"),
        ("09-11-2026 14.00", "09-11-2026 13.00", 3, "09-11-2026 15.30"),
        ("09-11-2026 15.45", "09-11-2026 13.00", 3, "10-11-2026 07.30"),
        ("09-11-2026 15.45", "09-11-2026 15.30", 4, "10-11-2026 07.30"),
        ("10-11-2026 07.45", "09-11-2026 15.30", 4, "10-11-2026 07.45"),
        ("13-11-2026 16.40", "13-11-2026 16.00", 1, "16-11-2026 07.30"),
    ],
)
def test_the_next_message_to_a_group(now: str, last: str | None, posts: int, expected: str) -> None:
    at = next_post(wib(now), wib(last) if last else None, posts, CALENDAR)
    assert at == wib(expected)
