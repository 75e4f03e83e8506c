"""Group commit: write jobs that arrive together share one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.database import writing
from models.events import Event

Job: TypeAlias = Callable[[AsyncConnection], Awaitable[list[Event]]]
"""Writes, inside a transaction that it neither begins nor ends, and returns the stored events. May run twice."""

MAX_GROUP = 128
"""Jobs in one transaction."""
MAX_WAITING = 1024
"""Jobs in the queue; whoever comes then waits for room."""


class GroupWriter:
    """Runs write jobs one after the other, as many in a transaction as have gathered during the last one.

    So nobody waits for a timer, and the busier it gets the more jobs share the cost of a commit.
    """

    def __init__(self, engine: AsyncEngine, on_stored: Callable[[list[Event]], None]) -> None:
        self._engine = writing(engine)
        self._on_stored = on_stored
        self._queue: asyncio.Queue[tuple[Job, asyncio.Future[list[Event]]]] = asyncio.Queue(MAX_WAITING)

    @classmethod
    @asynccontextmanager
    async def open(cls, engine: AsyncEngine, on_stored: Callable[[list[Event]], None]) -> AsyncIterator[GroupWriter]:
        """A writer at work; on leaving, everything handed in is written first."""
        writer = cls(engine, on_stored)
        task = asyncio.create_task(writer._work(), name="store-writer")
        try:
            yield writer
        finally:
            await writer._queue.join()
            task.cancel()
            await asyncio.wait([task])

    async def run(self, job: Job) -> list[Event]:
        """The events of `job`, once they are committed. What the job raises is raised here; others do not notice."""
        done: asyncio.Future[list[Event]] = asyncio.get_running_loop().create_future()
        await self._queue.put((job, done))
        return await done

    async def _work(self) -> None:
        while True:
            group = [await self._queue.get()]
            while len(group) < MAX_GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            try:
                await self._commit(group)
            except Exception as error:  # noqa: BLE001 - whoever handed the job in gets it
                if len(group) == 1:
                    _fail(group[0][1], error)
                else:  # one spoils the transaction of all, so each gets its own
                    for item in group:
                        await self._commit_alone(item)
            for _ in group:
                self._queue.task_done()

    async def _commit_alone(self, item: tuple[Job, asyncio.Future[list[Event]]]) -> None:
        try:
            await self._commit([item])
        except Exception as error:  # noqa: BLE001 - whoever handed the job in gets it
            _fail(item[1], error)

    async def _commit(self, group: list[tuple[Job, asyncio.Future[list[Event]]]]) -> None:
        async with self._engine.begin() as connection:
            stored = [await job(connection) for job, _ in group]
        for (_, done), events in zip(group, stored, strict=True):
            if not done.done():  # whoever asked may have been cancelled meanwhile
                done.set_result(events)
        self._on_stored([event for events in stored for event in events])


def _fail(done: asyncio.Future[list[Event]], error: Exception) -> None:
    if not done.done():
        done.set_exception(error)
