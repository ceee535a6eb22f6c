"""Telegram's speed limits, kept before Telegram has to say so.

About 30 messages a second for the whole bot and one a second for a chat, of which short
bursts pass (Bot FAQ, "My bot is hitting limits"). Where Telegram asks for a pause all the
same, the chat rests, and the whole bot if a second chat is told so meanwhile.
"""

from __future__ import annotations

PER_SECOND = 25.0
CHAT_BURST = 5
CHAT_PER_SECOND = 1.0


class Pace:
    """When which chat may be sent to. Times are seconds of a clock that never jumps."""

    def __init__(
        self,
        per_second: float = PER_SECOND,
        chat_burst: int = CHAT_BURST,
        chat_per_second: float = CHAT_PER_SECOND,
    ) -> None:
        self._per_second = per_second
        self._burst = chat_burst
        self._chat_per_second = chat_per_second
        self._tokens = per_second
        self._counted_at = 0.0
        # A chat's bucket is the instant at which it will be empty again.
        self._drained_at: dict[int, float] = {}
        self._resting: dict[int, float] = {}
        self._all_rest_until = 0.0

    def room(self, now: float) -> int:
        """How many messages may go out at this instant."""
        if now < self._all_rest_until:
            return 0
        elapsed = max(0.0, now - self._counted_at)
        self._tokens = min(self._per_second, self._tokens + elapsed * self._per_second)
        self._counted_at = now
        return int(self._tokens)

    def resting(self, now: float) -> set[int]:
        """The chats that may not be sent to at this instant."""
        self._forget(now)
        full = (self._burst - 1) / self._chat_per_second
        crowded = {chat for chat, at in self._drained_at.items() if at - now > full}
        return crowded | set(self._resting)

    def spend(self, chat: int, now: float) -> None:
        """A message goes to this chat now."""
        self._tokens -= 1
        self._drained_at[chat] = max(now, self._drained_at.get(chat, now)) + (
            1 / self._chat_per_second
        )

    def rest(self, chat: int, seconds: float, now: float) -> None:
        """Telegram asked to leave this chat alone; if it asks for a second, all rest."""
        self._forget(now)
        if any(other != chat for other in self._resting):
            self._all_rest_until = max(self._all_rest_until, now + seconds)
        self._resting[chat] = now + seconds

    def next_change(self, now: float) -> float | None:
        """Seconds until somebody may be sent to who may not be now; None if nobody waits."""
        # A rest that is over must not be waited for: its end would always be "now".
        self._forget(now)
        waits = [at - now for at in self._resting.values()]
        full = (self._burst - 1) / self._chat_per_second
        waits += [at - full - now for at in self._drained_at.values() if at - now > full]
        if now < self._all_rest_until:
            waits.append(self._all_rest_until - now)
        if self._tokens < 1:
            waits.append((1 - self._tokens) / self._per_second)
        return max(0.0, min(waits)) if waits else None

    def _forget(self, now: float) -> None:
        self._resting = {chat: at for chat, at in self._resting.items() if at > now}
        self._drained_at = {chat: at for chat, at in self._drained_at.items() if at > now}
