"""Group commit: what is appended at the same time shares one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from models.errors import ModelsError
from models.events import Event
from models.queries import Append

Outcome: TypeAlias = list[Event] | ModelsError
"""What was stored, or why this one append (and no other) was refused."""
Commit: TypeAlias = Callable[[list[Append]], Awaitable[list[Outcome]]]
"""Stores a group in one transaction; an outcome for each."""

MAX_GROUP = 256
"""Appends in one transaction."""
MAX_WAITING = 1024
"""Appends in the queue; whoever comes then waits for room."""


class GroupWriter:
    """Commits appends one group after the other; a group is what has gathered during the last commit.

    So nobody waits for a timer, and the busier it gets the more share the cost of a commit.
    """

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._queue: asyncio.Queue[tuple[Append, asyncio.Future[Outcome]]] = asyncio.Queue(MAX_WAITING)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this is open the writer works; on leaving, everything handed in is committed first."""
        task = asyncio.create_task(self._work(), name="store-writer")
        try:
            yield
        finally:
            await self._queue.join()
            task.cancel()
            await asyncio.wait([task])

    async def append(self, append: Append) -> list[Event]:
        """The stored events, once they are committed.

        Raises:
            ModelsError: this append was refused.
            SQLAlchemyError: the database failed, for the whole group.
        """
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        await self._queue.put((append, done))
        outcome = await done
        if isinstance(outcome, ModelsError):
            raise outcome
        return outcome

    async def _work(self) -> None:
        while True:
            group = [await self._queue.get()]
            while len(group) < MAX_GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            waiting = [done for _, done in group]
            try:
                outcomes = await self._commit([append for append, _ in group])
            except Exception as error:  # noqa: BLE001 - those who wait for it get it
                for done in waiting:
                    if not done.done():
                        done.set_exception(error)
            else:
                for done, outcome in zip(waiting, outcomes, strict=True):
                    if not done.done():  # whoever asked may have been cancelled meanwhile
                        done.set_result(outcome)
            for _ in group:
                self._queue.task_done()
