"""More time for a step."""

from __future__ import annotations

from dataclasses import replace

from bot.features.answers import Fact
from bot.features.extension import AnswerView, QuestionView, RequestView
from bot.features.runview import ExtensionLine
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
    run, task, halt, signer = given.run, given.tasks[0], given.halt, given.signer
    step, asked = given.steps[0], given.wish
    wish = ExtensionLine(step, asked.amount, asked.reason, signer, None, None)
    return (
        *(
            QuestionView(run, step, wib(24, "10.00"), TOKEN, amount, until, fault)
            for amount, until in ((None, None), (hari(2), wib(26, "10.00")))
            for fault in (True, False)
        ),
        *(
            RequestView(
                given.greeting,
                run,
                task,
                TOKEN,
                0,
                replace(wish, decided=decided),
                wib(25, "10.00"),
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
            AnswerView(given.greeting, run, task, replace(wish, granted=granted, decided=signer))
            for granted in (True, False)
        ),
    )


SAMPLES = samples(Given())
