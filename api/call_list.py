"""The list of calls as operators see it: read and written once for all who watch it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import msgspec

from models.snapshot import Status
from models.store import Store

MAX_LIVE = 500
MAX_RECENT = 30
"""Calls in the list."""
MAX_CALLBACKS = 200
MAX_QUESTIONS = 50
"""What waits for people, in the list."""


class CallList:
    """Live calls, those that ended last, and what the voice guide left for people to do."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reading = asyncio.Lock()
        self._frames: tuple[str, ...] = ()
        self._read_at_s = -float("inf")

    async def frames(self, max_age_s: float) -> tuple[str, ...]:
        """The list as messages for viewers, not older than `max_age_s`; always the same ones, in order."""
        async with self._reading:
            now_s = time.monotonic()
            if now_s - self._read_at_s > max_age_s:
                self._frames = tuple([msgspec.json.encode(message).decode() async for message in self._read()])
                self._read_at_s = now_s  # from before the read: what happened during it may not be in it
            return self._frames

    async def _read(self) -> AsyncIterator[dict[str, object]]:
        live = await self._store.calls(status=Status.LIVE, limit=MAX_LIVE)
        recent = await self._store.calls(status=Status.ENDED, limit=MAX_RECENT, empty=False)
        yield {"type": "calls", "live": live, "recent": recent}
        callbacks = await self._store.callbacks(limit=MAX_CALLBACKS)
        unanswered = await self._store.unanswered(limit=MAX_QUESTIONS)
        yield {"type": "desk", "callbacks": callbacks, "unanswered": unanswered}
