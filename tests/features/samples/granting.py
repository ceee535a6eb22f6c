"""Decisions about more time."""

from __future__ import annotations

from dataclasses import replace

from bot.features.answers import Fact
from bot.features.granting import AnswerView, DeclineView, RequestView
from bot.features.runview import ExtensionLine
from tests.features.samples.common import LONG_NAME, TOKEN, Given, wib

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
            AnswerView(
                given.greeting,
                run,
                task,
                replace(wish, granted=granted, decided=signer, answer=answer),
            )
            for granted, answer in ((True, ""), (False, ""), (False, asked.reason))
        ),
        AnswerView(given.greeting, run, task, wish, taken_back=True),
        RequestView(
            given.greeting,
            run,
            task,
            TOKEN,
            0,
            replace(wish, granted=False, decided=signer, answer=asked.reason),
            wib(25, "10.00"),
            open=False,
            revocable=True,
        ),
        *(DeclineView(run, wish, TOKEN, 0, fault) for fault in (True, False)),
    )


SAMPLES = samples(Given())
