"""Which window is decoded next, and whether there is room for another call.

Pure: time comes in as seconds of any steady clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from models.call import Channel
from voice.decoder import Pass
from voice.transcriber import Decode

K = TypeVar("K")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Job(Generic[T]):
    """A window that waits for a decoder."""

    call_id: str
    decode: Decode
    asked_s: float
    ticket: T
    """The caller's own: where the result goes."""


class Schedule(Generic[T]):
    """Windows that wait, of all calls.

    Finals come before partials. Within a pass the one that was asked for first comes first; a newer partial takes
    the place of the older one of its channel, with its turn, so a channel that is passed over is next. At most one
    partial per channel and one final per utterance ever wait: the queue is bounded by the number of calls.
    """

    def __init__(self) -> None:
        self._finals: dict[tuple[str, str], Job[T]] = {}
        self._partials: dict[tuple[str, Channel], Job[T]] = {}

    def __len__(self) -> int:
        return len(self._finals) + len(self._partials)

    def add(self, call_id: str, decode: Decode, now_s: float, ticket: T) -> list[Job[T]]:
        """Queues a window; returns the jobs that it makes superfluous."""
        partial_key = (call_id, decode.channel)
        if decode.window.decode is Pass.PARTIAL:
            older = self._partials.get(partial_key)
            asked_s = older.asked_s if older else now_s
            self._partials[partial_key] = Job(call_id, decode, asked_s, ticket)
            return [older] if older else []
        superfluous = [self._partials.pop(partial_key, None), self._finals.pop((call_id, decode.utterance), None)]
        self._finals[call_id, decode.utterance] = Job(call_id, decode, now_s, ticket)
        return [job for job in superfluous if job]

    def take(self, most: int = 1, *, partials: bool = True) -> list[Job[T]]:
        """Up to `most` jobs of one pass, most urgent first; of the first pass only with `partials`."""
        if self._finals or not partials:
            return _take(self._finals, most)
        return _take(self._partials, most)

    def waited_s(self, now_s: float) -> float:
        """How long the oldest final has been waiting."""
        return max((now_s - job.asked_s for job in self._finals.values()), default=0.0)


def _take(queue: dict[K, Job[T]], most: int) -> list[Job[T]]:
    urgent = sorted(queue, key=lambda key: queue[key].asked_s)[:most]
    return [queue.pop(key) for key in urgent]


class Capacity:
    """How many calls fit, learnt from what decoding finals costs.

    Only finals count: partials are skipped under load.

    Args:
        workers: decoders that run side by side.
        cost: first guess, seconds of a worker per second of a call.
        limit: never more calls than this.
    """

    USABLE = 0.6
    """Of the workers' time; the rest absorbs that people speak in bursts, and hears the audio."""
    MEMORY_S = 600.0
    """Seconds of calls after which an observation counts half."""
    MAX_WAIT_S = 1.0
    """A final that waits longer means that there are too many calls already."""
    RETRY_S = 10.0

    def __init__(self, workers: int, cost: float, limit: int | None = None) -> None:
        self._workers = workers
        self._busy_s = cost * self.MEMORY_S
        self._call_s = self.MEMORY_S
        self._limit = limit

    def observe_call(self, seconds: float) -> None:
        """`seconds` of one call went by."""
        self._call_s += seconds
        keep = 0.5 ** (seconds / self.MEMORY_S)
        self._call_s *= keep
        self._busy_s *= keep

    def observe_final(self, busy_s: float) -> None:
        """Decoding a final took a worker `busy_s`."""
        self._busy_s += busy_s

    @property
    def calls(self) -> int:
        """How many calls fit at once; at least one."""
        cost = max(self._busy_s / max(self._call_s, 1e-9), 1e-6)
        fit = max(1, int(self._workers * self.USABLE / cost))
        return min(fit, self._limit) if self._limit else fit

    def refusal(self, calls: int, waited_s: float) -> str | None:
        """Why one more beside `calls` calls does not fit; None when it does."""
        if calls >= self.calls:
            return f"{calls} calls are being served, {self.calls} fit"
        if waited_s > self.MAX_WAIT_S and calls:
            return f"recognition is {waited_s:.1f} s behind"
        return None
