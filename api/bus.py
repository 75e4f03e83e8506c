"""The bus is only a bell: it says that a call has new events; what they are is read from the store."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Bell:
    """One listener's bell. Ringing it again before it is heard changes nothing, so nothing can pile up."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def heard(self) -> None:
        """Returns once the bell has rung since it was last heard, or since the listening began."""
        await self._rung.wait()
        self._rung.clear()


class Bus(Protocol):
    """Carries the ringing from those who store events to those who show them."""

    def ring(self, call_id: str) -> None:
        """The call has new events in the store. Never waits."""
        ...

    def listen(self, call_id: str | None = None) -> AbstractContextManager[Bell]:
        """A bell for the call, or for every call. Listen first, read the store second: nothing is missed."""
        ...


class LocalBus:
    """The bus of a service that is one process."""

    def __init__(self) -> None:
        self._bells: defaultdict[str | None, set[Bell]] = defaultdict(set)

    def ring(self, call_id: str) -> None:
        for key in (call_id, None):
            for bell in self._bells.get(key, ()):
                bell.ring()

    @contextmanager
    def listen(self, call_id: str | None = None) -> Iterator[Bell]:
        bell = Bell()
        self._bells[call_id].add(bell)
        try:
            yield bell
        finally:
            self._bells[call_id].discard(bell)
            if not self._bells[call_id]:
                del self._bells[call_id]
