"""Runs left to chance: what people did to them, decided by the engine, and the journal of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from bot.domain.actions import (
    Action,
    AskExtension,
    Cancel,
    Confirm,
    DecideExtension,
    Pause,
    Resume,
    Return,
    Start,
    Undo,
)
from bot.domain.decision import Decision
from bot.domain.engine import decide
from bot.domain.events import Event, RunStarted, begin, evolve
from bot.domain.run import Run
from bot.domain.sop import DefaultYear, Official, Procedure, Sop, Wording
from tests.cast import BUDI, DEWI, HADI, MONDAY, SARI, Player, state
from tests.offices import hari, jam, menit
from tests.procedures import langkah, prosedur

PLACE = state()

REVIEWED = prosedur(
    langkah(1, "tim", waktu=hari(2)),
    langkah(2, "kasubbag", waktu=jam(3), kembali_ke=1),
    langkah(3, "kepala_dinas", waktu=menit(30), kembali_ke=1),
)
_PERFORMER = {"tim": BUDI, "kasubbag": SARI, "sekretaris": HADI, "kepala_dinas": DEWI}


def sop_of(*procedures: Procedure) -> Sop:
    """An SOP that holds these procedures."""
    day = MONDAY.date()
    return Sop(
        number="503/99/SOP.UJI/2026",
        name="UJI",
        unit="Subbagian Perencanaan",
        created=day,
        revised=None,
        effective=day,
        approved_by=Official("NAMA", "Pembina", "1"),
        legal_basis=(),
        qualifications=(),
        related=(),
        equipment=(),
        warning=Wording(""),
        record_keeping=Wording(""),
        procedures=procedures,
    )


def long_procedure(steps: int, code: str = "uji") -> Procedure:
    """A procedure of so many steps of a day, an hour or half an hour, with a review."""
    durations = (hari(1), jam(3), hari(2), menit(30))
    roles = ("tim", "kasubbag", "tim", "kepala_dinas")
    rows = tuple(
        langkah(
            n,
            roles[n % 4],
            waktu=durations[n % 4],
            kembali_ke=n - 1 if n > 1 and n % 4 == 3 else None,
        )
        for n in range(1, steps + 1)
    )
    return Procedure(code, f"PROSEDUR {steps} LANGKAH", DefaultYear.BERJALAN, rows)


def replay(run_id: int, procedure: Procedure, events: Iterable[Event]) -> Run:
    """The state after these events, oldest first.

    Raises:
        ValueError: they do not begin with a start, or one cannot follow another.
    """
    remaining = iter(events)
    first = next(remaining, None)
    if not isinstance(first, RunStarted):
        raise ValueError("a journal begins with the start of the run")
    run = begin(run_id, procedure, first)
    for event in remaining:
        run = evolve(run, event)
    return run


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody does `what` after `after` has passed; what is refused leaves no trace."""

    what: str
    after: timedelta


@dataclass(slots=True)
class History:
    """A run with its journal, oldest first, and the moment of the last move."""

    run: Run
    events: list[Event]
    now: datetime

    def move(self, what: str, after: timedelta) -> None:
        """Let time pass, then let somebody do something about the newest open task."""
        self.now += after
        who, action = self._wish(what)
        outcome = decide(self.run, action, who.chat_id, self.now, PLACE)
        if isinstance(outcome, Decision):
            self.run = outcome.run
            self.events += outcome.events

    def _wish(self, what: str) -> tuple[Player, Action]:
        task = self.run.current[-1] if self.run.current else self.run.tasks[-1]
        who = _PERFORMER.get(self.run.step_of(task).roles[0], SARI)
        before = self.run.tasks[-2] if len(self.run.tasks) > 1 else task
        maker = _PERFORMER.get(self.run.step_of(before).roles[0], SARI)
        step, attempt = task.step, task.attempt
        wishes: dict[str, tuple[Player, Action]] = {
            "confirm": (who, Confirm(step, attempt)),
            "return": (who, Return(step, attempt, 1, "belum lengkap")),
            "undo": (maker, Undo(before.step, before.attempt)),
            "ask": (BUDI, AskExtension(step, attempt, hari(1), "menunggu data")),
            "grant": (SARI, DecideExtension(step, attempt, 0, granted=True)),
            "pause": (SARI, Pause("menunggu anggaran")),
            "resume": (SARI, Resume()),
            "cancel": (SARI, Cancel("diulang tahun depan")),
        }
        return wishes[what]


def begun(
    procedure: Procedure = REVIEWED, at: datetime = MONDAY, run_id: int = 1, year: int = 2026
) -> History:
    """A run that has just been started."""
    outcome = decide(None, Start(procedure, year), SARI.chat_id, at, PLACE)
    assert isinstance(outcome, Decision)
    return History(replace(outcome.run, id=run_id), list(outcome.events), at)


def told(moves: Sequence[Move], procedure: Procedure = REVIEWED, run_id: int = 1) -> History:
    """A run to which all this happened."""
    history = begun(procedure, run_id=run_id)
    for move in moves:
        history.move(move.what, move.after)
    return history


def punctual(procedure: Procedure = REVIEWED, at: datetime = MONDAY, run_id: int = 1) -> History:
    """A run of which every step was confirmed just at its deadline."""
    history = begun(procedure, at, run_id)
    while history.run.current:
        history.move("confirm", history.run.current[0].due_at - history.now)
    return history


_WHAT = ("confirm", "confirm", "confirm", "return", "undo", "ask", "grant", "pause", "resume")

moves = st.lists(
    st.builds(
        Move,
        st.sampled_from((*_WHAT, "cancel")),
        st.integers(min_value=0, max_value=3 * 24 * 60).map(lambda m: timedelta(minutes=m)),
    ),
    max_size=25,
)
"""Whatever people do, over some weeks."""
