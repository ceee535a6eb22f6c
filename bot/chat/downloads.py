"""Files from Telegram, piece by piece onto the disk.

The library's own download holds a whole file in memory; here no more than a piece of it ever
is. The address that `getFile` gives holds the token: it is never logged, nor is the text of
an error that may quote it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import httpx
from telegram import Bot
from telegram.error import TelegramError

from bot.chat.outcomes import RateLimited, TemporaryError, classify_error
from bot.features.evidence.usecases import SIZE_LIMIT, Draft

PIECE = 128 * 1024
"""Bytes that are held at a time."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """It is in the draft, whole."""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """It is larger than a bot may fetch, whatever was said of it before."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Telegram will never give it."""

    error: str


@dataclass(frozen=True, slots=True)
class Later:
    """It was not given now. `offline`: Telegram could not be reached at all; `wait` is what
    Telegram asks for."""

    error: str
    offline: bool
    wait: timedelta | None = None


Result = Fetched | TooLarge | Gone | Later


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
            return Later("no address", offline=False)
        try:
            return await self._stream(told.file_path, told.file_size, draft)
        except httpx.HTTPError as error:
            return Later(type(error).__name__, offline=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _stream(self, address: str, size: int | None, draft: Draft) -> Result:
        plain = {"Accept-Encoding": "identity"}
        async with self._client.stream("GET", address, headers=plain) as answer:
            if answer.status_code != httpx.codes.OK:
                return Later(f"status {answer.status_code}", offline=False)
            async for piece in answer.aiter_bytes(PIECE):
                if draft.size + len(piece) > SIZE_LIMIT:
                    return TooLarge()
                await asyncio.to_thread(draft.write, piece)
        if size is not None and draft.size != size:
            return Later(f"{draft.size} of {size} bytes", offline=False)
        return Fetched()


def _refused(error: TelegramError) -> Result:
    if "file is too big" in error.message.lower():
        return TooLarge()
    match classify_error(error):
        case RateLimited(wait):
            return Later(error.message, offline=False, wait=wait)
        case TemporaryError(offline=offline):
            return Later(error.message, offline=offline)
        case _:
            return Gone(error.message)
