"""What a notice is: a fact to be told, with a kind and a key."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar


class Notice:
    """A fact to be told. A subclass is a frozen dataclass with a stored `kind` of its own.

    The message of a `live` notice is kept up to date: telling it again edits the message.
    `in_office_hours`: it is sent silently where it could not be sent in office hours.
    `key` is the template of `Notice.key`.
    """

    __slots__ = ()
    kind: ClassVar[str]
    live: ClassVar[bool]
    in_office_hours: ClassVar[bool]
    _key: ClassVar[str]
    _kinds: ClassVar[dict[str, type[Notice]]] = {}

    def __init_subclass__(
        cls, kind: str = "", key: str = "", live: bool = False, in_office_hours: bool = False
    ) -> None:
        super().__init_subclass__()
        if kind:  # `slots=True` makes the class a second time, without these
            cls.kind, cls._key, cls.live, cls.in_office_hours = kind, key, live, in_office_hours
        Notice._kinds[cls.kind] = cls

    @classmethod
    def of_kind(cls, kind: str) -> type[Notice]:
        """The class of notices of this kind; raises KeyError where there is none."""
        return cls._kinds[kind]

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        """The idempotency key of the fact in the outbox, for each recipient.

        What happens twice within one second has one key.

        Raises:
            TypeError: the notice has no key of its own; whoever sends it gives one.
        """
        if not self._key:
            raise TypeError(f"the engine does not decide {type(self).__name__}")
        return self._key.format(run=run_id, task=task_id, second=int(at.timestamp()), notice=self)
