"""Days off, and days of work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

from bot.domain.sop import DayCorrection
from bot.features.answers import Fact
from bot.features.holidays import (
    Asked,
    DayFault,
    DayRow,
    HolidayQuestionView,
    HolidaySetView,
    HolidaysView,
    RevokeQuestionView,
)
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many = given.text, given.many
    day_off = DayCorrection(date(2024, 1, 23), text, working=False, basis=text)
    return (
        HolidaysView(()),
        HolidaysView(
            tuple(
                DayRow(date(2024, 1, 1) + timedelta(days=n), text, word, estimated=n % 2 == 0)
                for n in range(many)
                for word in (None, day_off)
            )
        ),
        *(
            HolidayQuestionView(working, asked, date(2024, 1, 23), text, fault, text)
            for working in (True, False)
            for asked in get_args(Asked)
            for fault in (None, *DayFault)
        ),
        RevokeQuestionView(day_off),
        RevokeQuestionView(replace(day_off, working=True)),
        *(
            HolidaySetView(replace(day_off, working=working), revoked)
            for working in (True, False)
            for revoked in (True, False)
        ),
    )


SAMPLES = samples(Given())
