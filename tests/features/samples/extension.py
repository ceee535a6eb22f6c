"""More time for a step."""

from __future__ import annotations

from dataclasses import replace

from bot.features.answers import Fact
from bot.features.extension import AnswerView, QuestionView, RequestView
from tests.features.samples.common import LONG_NAME, TOKEN, Given, hari, wib

FACTS: dict[str, Fact] = {
    "step": 8,
    "amount": "2 hari",
    "name": LONG_NAME,
    "who": "Kepala Dinas, Sekretaris, Kasubbag Perencanaan",
    "until": wib(22, "11.00"),
}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    run, sop, halt, signer, wish = given.run, given.sop, given.halt, given.signer, given.wish
    step, task = given.steps[0], given.tasks[0]
    return (
        *(
            QuestionView(run, step, wib(24, "10.00"), TOKEN, (hari(1),), amount, until, fault)
            for amount, until in ((None, None), (hari(2), wib(26, "10.00")))
            for fault in (True, False)
        ),
        *(
            RequestView(
                given.greeting,
                run,
                sop,
                step,
                task,
                TOKEN,
                0,
                wish,
                signer,
                wib(25, "10.00"),
                decided,
                is_open,
                resting,
            )
            for decided, is_open, resting in (
                (None, True, None),
                (None, False, None),
                (None, False, halt),
                (signer, False, None),
            )
        ),
        *(
            AnswerView(given.greeting, run, sop, step, task, replace(wish, granted=granted), signer)
            for granted in (True, False)
        ),
    )


SAMPLES = samples(Given())
