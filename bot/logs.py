"""Log lines: structlog and the standard library's, one form, to the standard error.

Lines carry ids, not people's texts. Tokens, the database's password and the codes of
invitations are taken out of the finished line, tracebacks included.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any, Final

import structlog

_HIDDEN: Final = "***"
_TOKENS: Final = re.compile(
    r"(?<!\d)\d{5,16}(?::|%3A)[A-Za-z0-9_-]{30,64}", re.ASCII | re.IGNORECASE
)
_CODES: Final = re.compile(r"(?<=[?&]start=)[A-Za-z0-9_-]+", re.ASCII)

# Libraries that log ordinary work; the first two with the token in it.
_CHATTY: Final = ("httpx", "httpcore", "apscheduler", "telegram", "alembic", "asyncio")


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Hides secrets in the finished line, tracebacks included."""

    def __init__(self, secrets: Iterable[str], **rest: Any) -> None:
        super().__init__(**rest)
        # The longest first, so that no secret hides a part of another.
        self._secrets = sorted((s for s in secrets if s), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, _HIDDEN)
        return _CODES.sub(_HIDDEN, _TOKENS.sub(_HIDDEN, line))


def configure(log_format: str = "text", secrets: Iterable[str] = ()) -> None:
    """Send every log line to the standard error, as `text` or `json`, without `secrets`.

    It replaces an earlier call's handler.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if log_format == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                # The other formatters print local variables, which may be people's texts.
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Formatter(
            secrets,
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    for earlier in root.handlers[:]:
        if isinstance(earlier.formatter, _Formatter):
            root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def configured() -> bool:
    """Whether `configure` has been called in this process."""
    return any(isinstance(h.formatter, _Formatter) for h in logging.getLogger().handlers)
