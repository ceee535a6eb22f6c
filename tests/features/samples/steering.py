"""A run that is paused, resumed, or cancelled."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.steering import (
    ChoiceView,
    LastLookView,
    ReasonView,
    Steering,
)
from tests.features.samples.common import LONG_NAME, TOKEN, Given

FACTS: dict[str, Fact] = {
    "name": LONG_NAME,
    "run": "PENETAPAN KINERJA (TAPKIN) TINGKAT PEJABAT ESELON III / SEKRETARIS DAN KEPALA BIDANG "
    "tahun 2026",
}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    run = given.run
    return (
        *(ChoiceView(what, ((run, TOKEN),) * given.many) for what in Steering),
        ChoiceView(Steering.JEDA, ()),
        LastLookView(Steering.BATAL, run, TOKEN),
        LastLookView(Steering.BATAL, run, TOKEN, given.now[:3]),
        LastLookView(Steering.LANJUT, run, TOKEN, given.now[:3], given.halt),
        *(
            ReasonView(what, run, fault)
            for what in (Steering.JEDA, Steering.BATAL)
            for fault in (True, False)
        ),
    )


SAMPLES = samples(Given())
