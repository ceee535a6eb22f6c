"""What is said of the end of a run, and of time that was granted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.metrics import Lateness
from bot.domain.run import RunStatus
from bot.features import phrases
from bot.features.phrases import Phrases
from tests.features.samples.common import OVER, going_on, wib
from tests.offices import hari, jam, kantor

SAY = Phrases(kantor())


def test_a_forecast_beyond_the_plan_and_the_law_says_both() -> None:
    # Planned for Monday the 29th at 10.00, with the 30th as the last day of the law.
    assert SAY.outlook(going_on(wib(31, "10.00"))) == [
        "Perkiraan selesai: Rabu, 31 Januari 2024 pukul 10.00 WIB",
        "⚠️ Melewati waktu baku 2 hari kerja",
        "⚠️ Melewati batas <b>Selasa, 30 Januari 2024</b>, 1 hari kerja",
    ]


def test_a_paused_run_is_forecast_as_if_it_went_on_today_and_one_that_is_over_not_at_all() -> None:
    resting = replace(going_on(wib(31, "10.00")), status=RunStatus.DIJEDA)
    assert SAY.outlook(resting)[0].startswith("Perkiraan selesai bila dilanjutkan hari ini: ")
    assert SAY.outlook(OVER) == []


def test_in_time_thanks_to_granted_time_is_told_apart_from_in_time() -> None:
    late = Lateness(0, timedelta(hours=2))
    assert phrases.punctual(None) == "tepat waktu"
    assert phrases.punctual(None, [hari(1)]) == "tepat waktu setelah diperpanjang 1 hari"
    said = "terlambat 2 jam setelah diperpanjang 1 hari dan 3 jam"
    assert phrases.punctual(late, [hari(1), jam(3)]) == said
