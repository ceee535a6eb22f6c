"""Telegram's speed limits, kept before Telegram has to say so.

About 30 messages a second for the whole bot and one a second for a chat, of which short
bursts pass (Bot FAQ, "My bot is hitting limits"). Where Telegram asks for a pause all the
same, the chat rests, and the whole bot if a second chat is told so meanwhile.
"""

from __future__ import annotations

PER_SECOND = 25.0
CHAT_BURST = 5
CHAT_PER_SECOND = 1.0
GROUP_BURST = 2
GROUP_PER_SECOND = 0.3
"""At most twenty in any minute, which is Telegram's limit for a group."""


class RateLimiter:
    """When which chat may be sent to. Times are seconds of a clock that never jumps."""

    def __init__(
        self,
        per_second: float = PER_SECOND,
        chat_burst: int = CHAT_BURST,
        chat_per_second: float = CHAT_PER_SECOND,
        group_burst: int = GROUP_BURST,
        group_per_second: float = GROUP_PER_SECOND,
    ) -> None:
        self._per_second = per_second
        self._chats = (chat_burst, chat_per_second)
        self._groups = (group_burst, group_per_second)
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
        crowded = {chat for chat, at in self._drained_at.items() if at - now > self._full(chat)}
        return crowded | set(self._resting)

    def spend(self, chat: int, now: float) -> None:
        """A message goes to this chat now."""
        self._tokens -= 1
        _, per_second = self._limits(chat)
        self._drained_at[chat] = max(now, self._drained_at.get(chat, now)) + 1 / per_second

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
        waits += [
            at - full - now
            for chat, at in self._drained_at.items()
            if at - now > (full := self._full(chat))
        ]
        if now < self._all_rest_until:
            waits.append(self._all_rest_until - now)
        if self._tokens < 1:
            waits.append((1 - self._tokens) / self._per_second)
        return max(0.0, min(waits)) if waits else None

    def _limits(self, chat: int) -> tuple[int, float]:
        """Burst and messages a second; Telegram's ids of groups are negative."""
        return self._groups if chat < 0 else self._chats

    def _full(self, chat: int) -> float:
        """Seconds of backlog that fill the chat's bucket."""
        burst, per_second = self._limits(chat)
        return (burst - 1) / per_second

    def _forget(self, now: float) -> None:
        self._resting = {chat: at for chat, at in self._resting.items() if at > now}
        self._drained_at = {chat: at for chat, at in self._drained_at.items() if at > now}
