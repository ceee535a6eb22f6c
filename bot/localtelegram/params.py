"""The parameters of a request, whichever way they came: form, multipart, JSON or address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.localtelegram.errors import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    data: bytes = field(repr=False)


class Params:
    """Typed access to the parameters; what does not fit is refused as Telegram refuses it."""

    def __init__(self, values: Mapping[str, Any], uploads: Mapping[str, Upload]) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self._uploads = uploads

    def __contains__(self, name: str) -> bool:
        return name in self._values or name in self._uploads

    def text(self, name: str) -> str:
        """A string, empty when it was left out."""
        value = self._values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; what is none counts as left out, as it does at Telegram."""
        try:
            return int(self._values.get(name, default))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """A yes or no."""
        value = self._values.get(name, False)
        if isinstance(value, str):
            return value.strip().lower() in {"true", "yes", "1"}
        return bool(value)

    def structure(self, name: str, what: str) -> Any:
        """An object or list, given as JSON; None when it was left out.

        Raises:
            BotApiError: 400, it is no JSON.
        """
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def upload(self, name: str) -> Upload | str | None:
        """A file: uploaded, or named by its file id, or None when it was left out."""
        value = self._values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self._uploads.get(value.removeprefix("attach://"))
        if name in self._uploads:
            return self._uploads[name]
        return value or None if isinstance(value, str) else None

    def chat_id(self) -> int | None:
        """The chat the request is about; None when it names none by number."""
        try:
            return int(self._values.get("chat_id", ""))
        except (TypeError, ValueError):
            return None

    def for_log(self) -> dict[str, Any]:
        """The parameters without the contents of files."""
        files = {name: f"<{u.name}, {len(u.data)} bytes>" for name, u in self._uploads.items()}
        return {**self._values, **files}
