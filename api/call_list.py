"""The list of calls as operators see it: read and written once for all who watch it."""

from __future__ import annotations

import asyncio
import time

import msgspec

from models.snapshot import Status
from models.store import Store

MAX_LIVE = 500
MAX_RECENT = 30
"""Calls in the list."""


class CallList:
    """Live calls, and those that ended last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reading = asyncio.Lock()
        self._frame = ""
        self._read_at_s = -float("inf")

    async def frame(self, max_age_s: float) -> str:
        """The list as a message for viewers, not older than `max_age_s`."""
        async with self._reading:
            now_s = time.monotonic()
            if now_s - self._read_at_s > max_age_s:
                live = await self._store.calls(status=Status.LIVE, limit=MAX_LIVE)
                recent = await self._store.calls(status=Status.ENDED, limit=MAX_RECENT)
                self._frame = msgspec.json.encode({"type": "calls", "live": live, "recent": recent}).decode()
                self._read_at_s = now_s  # from before the read: what happened during it may not be in it
            return self._frame
