"""A run that is paused, resumed, or cancelled."""

from __future__ import annotations

from bot.domain.notices import RunChange
from bot.features.answers import Fact
from bot.features.steering import (
    CancelQuestionView,
    ChoiceView,
    ReasonView,
    RunChangedView,
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
        CancelQuestionView(run, TOKEN),
        CancelQuestionView(run, TOKEN, given.now[:3]),
        *(
            ReasonView(what, run, fault)
            for what in (Steering.JEDA, Steering.BATAL)
            for fault in (True, False)
        ),
        *(
            RunChangedView(given.greeting, run, change, reason, by, given.now[:3])
            for change in RunChange
            for reason, by in ((given.text, given.signer), ("", None))
        ),
    )


SAMPLES = samples(Given())
