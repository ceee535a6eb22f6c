"""Files from Telegram, piece by piece onto the disk: the library would hold a file in memory.

The address that `getFile` gives holds the token: it is never logged, nor an error's text that
may quote it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx
from telegram import Bot
from telegram.error import TelegramError

from bot.chat.outcomes import PermanentError, RateLimited, TemporaryError, classify_error
from bot.features.evidence.usecases import SIZE_LIMIT, Draft

PIECE = 128 * 1024  # bytes that are held at a time


@dataclass(frozen=True, slots=True)
class Fetched:
    """It is in the draft, whole."""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """It is larger than a bot may fetch, whatever was said of it before."""


Result = Fetched | TooLarge | RateLimited | TemporaryError | PermanentError


class Downloads:
    """Fetches files by Telegram's name for them."""

    def __init__(self, bot: Bot, client: httpx.AsyncClient) -> None:
        self._bot = bot
        self._client = client

    async def fetch(self, file_id: str, draft: Draft) -> Result:
        """Write the file into the draft.

        Raises:
            ArchiveFullError: the disk is full.
        """
        try:
            told = await self._bot.get_file(file_id)
        except TelegramError as error:
            return _refused(error)
        if told.file_path is None:
            return TemporaryError("no address")
        try:
            return await self._stream(told.file_path, told.file_size, draft)
        except httpx.HTTPError as error:
            return TemporaryError(type(error).__name__, offline=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _stream(self, address: str, size: int | None, draft: Draft) -> Result:
        plain = {"Accept-Encoding": "identity"}
        async with self._client.stream("GET", address, headers=plain) as answer:
            if answer.status_code != httpx.codes.OK:
                return TemporaryError(f"status {answer.status_code}")
            async for piece in answer.aiter_bytes(PIECE):
                if draft.size + len(piece) > SIZE_LIMIT:
                    return TooLarge()
                await asyncio.to_thread(draft.write, piece)
        if size is not None and draft.size != size:
            return TemporaryError(f"{draft.size} of {size} bytes")
        return Fetched()


def _refused(error: TelegramError) -> Result:
    if "file is too big" in error.message.lower():
        return TooLarge()
    result = classify_error(error)
    if isinstance(result, RateLimited | TemporaryError):
        return result
    return PermanentError(error.message)
