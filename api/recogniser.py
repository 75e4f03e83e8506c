"""The decoder that all calls share: worker threads behind the schedule, and the door for new calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeAlias

from api.sample_call import sample_utterance
from voice.decoder import Decoder, Hypothesis, Pass, Window
from voice.errors import BusyError
from voice.scheduler import Capacity, Job, Schedule
from voice.transcriber import Decode

SPEECH = 1.1
"""Seconds of finals in a second of a call: people speak nine tenths of it, and the silence around is read, too."""
_Ticket: TypeAlias = "asyncio.Future[Hypothesis | None]"

PATIENCE_S = 0.15
"""A window that waited longer is decoded in a hurry: there are others behind it."""


class Recogniser:
    """Decodes the windows of all live calls, most urgent first.

    Args:
        decoder: the engine; called from `workers` threads at once.
        workers: threads.
        batch: windows of one pass that a worker takes at once; pays on a GPU.
        max_calls: never more calls than this, whatever the machine could do.
    """

    def __init__(self, decoder: Decoder, *, workers: int, batch: int = 1, max_calls: int | None = None) -> None:
        self._decoder = decoder
        self._workers = workers
        self._batch = batch
        self._max_calls = max_calls
        self._schedule: Schedule[_Ticket] = Schedule()
        self._changed = asyncio.Condition()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="decoder")
        self.capacity = Capacity(workers, 0.05, max_calls)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Decodes while this is open; warms the engine up first, and learns what a decode costs here."""
        await self._warm_up()
        # Where there are several workers, one is for finals alone: none waits for a partial to be done.
        tasks = [
            asyncio.create_task(self._work(partials=n > 0 or self._workers == 1), name=f"decoder-{n}")
            for n in range(self._workers)
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._threads.shutdown(cancel_futures=True)

    def admit(self, calls: int) -> None:
        """Whether one more call beside `calls` live ones can be served well.

        Raises:
            BusyError: it cannot; says when to try again.
        """
        reason = self.capacity.refusal(calls, self._schedule.waited_s(time.monotonic()))
        if reason:
            raise BusyError(f"{reason}; try again in {Capacity.RETRY_S:.0f} s", retry_after_s=Capacity.RETRY_S)

    async def decode(self, call_id: str, decode: Decode) -> Hypothesis | None:
        """What was heard in a window; None when something newer took its place."""
        ticket: _Ticket = asyncio.get_running_loop().create_future()
        async with self._changed:
            for job in self._schedule.add(call_id, decode, time.monotonic(), ticket):
                if not job.ticket.done():
                    job.ticket.set_result(None)
            self._changed.notify_all()
        return await ticket

    async def ping(self) -> None:
        """Raises when the engine does not keep up."""
        waited_s = self._schedule.waited_s(time.monotonic())
        if waited_s > 10:
            raise BusyError(f"a final has been waiting for {waited_s:.0f} s", retry_after_s=Capacity.RETRY_S)

    async def _work(self, *, partials: bool) -> None:
        loop = asyncio.get_running_loop()
        while True:
            async with self._changed:
                while not (jobs := self._schedule.take(self._batch, partials=partials)):
                    await self._changed.wait()
            started = time.monotonic()
            windows = [replace(job.decode.window, hurried=started - job.asked_s > PATIENCE_S) for job in jobs]
            try:
                hypotheses = await loop.run_in_executor(self._threads, self._decoder.decode, windows)
            except Exception as error:  # noqa: BLE001 - whoever waits for the result must learn of it
                _fail(jobs, error)
                continue
            if windows[0].decode is Pass.FINAL and not any(window.hurried for window in windows):
                self.capacity.observe_final(time.monotonic() - started)
            for job, hypothesis in zip(jobs, hypotheses, strict=True):
                if not job.ticket.done():
                    job.ticket.set_result(hypothesis)

    async def _warm_up(self) -> None:
        """Decodes an utterance in every thread; what that costs is the first guess of what a call costs."""
        window = Window(await asyncio.to_thread(sample_utterance), Pass.FINAL)
        loop = asyncio.get_running_loop()
        costs = []
        for _ in range(2):  # the first run allocates
            started = time.process_time()  # others may be busy, too, for as long as this service starts
            runs = [loop.run_in_executor(self._threads, self._decoder.decode, [window]) for _ in range(self._workers)]
            await asyncio.gather(*runs)
            costs.append((time.process_time() - started) / self._workers)
        self.capacity = Capacity(self._workers, min(costs) / window.seconds * SPEECH, self._max_calls)


def _fail(jobs: list[Job[_Ticket]], error: Exception) -> None:
    for job in jobs:
        if not job.ticket.done():
            job.ticket.set_exception(error)
