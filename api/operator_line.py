"""Who waits for an operator, in order, and how many of them are free."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

TALK_S = 300.0
"""How long an operator's call takes, before any was seen."""
LEARNING = 0.1
"""Weight of the newest call in the average."""


class OperatorLine:
    """The operators of this service and the callers who wait for them.

    Args:
        operators: how many there are; "present": those who say that they are (`present`); None: they have a queue of
            their own, and are always there for us.
    """

    def __init__(self, operators: int | Literal["present"] | None) -> None:
        self._counts_present = operators == "present"
        self._operators = 0 if operators == "present" else operators
        self._talking = 0
        self._waiting: list[str] = []
        self._talk_s = TALK_S
        self._listeners: list[Callable[[], object]] = []

    def position(self, call_id: str) -> int:
        """0: an operator is free for this call; else its place in the queue, or the place that it would get."""
        if self._operators is None:
            return 0
        ahead = self._waiting.index(call_id) if call_id in self._waiting else len(self._waiting)
        return max(0, ahead + 1 - max(0, self._operators - self._talking))

    def wait_s(self, position: int) -> float:
        """How long it takes, on average, until that position has been served."""
        return position * self._talk_s / max(1, self._operators or 1)

    def queue(self, call_id: str, *, waits: bool) -> None:
        """Whether the caller waits: behind everybody who came before him."""
        if waits == (call_id in self._waiting):
            return
        if waits:
            self._waiting.append(call_id)
        else:
            self._waiting.remove(call_id)
        self._tell()

    @contextmanager
    def present(self) -> Iterator[None]:
        """While this is open, one more operator takes calls; without effect where their number is fixed."""
        self._come(1)
        try:
            yield
        finally:
            self._come(-1)

    def _come(self, more: int) -> None:
        if self._counts_present and self._operators is not None:
            self._operators += more
            self._tell()

    @contextmanager
    def talking(self) -> Iterator[None]:
        """While this is open, an operator is busy."""
        self._talking += 1
        began = time.monotonic()
        self._tell()
        try:
            yield
        finally:
            self._talking -= 1
            self._talk_s += LEARNING * (time.monotonic() - began - self._talk_s)
            self._tell()

    @contextmanager
    def watched(self, changed: Callable[[], object]) -> Iterator[None]:
        """While this is open, `changed` is called when positions may have changed."""
        self._listeners.append(changed)
        try:
            yield
        finally:
            self._listeners.remove(changed)

    def _tell(self) -> None:
        for changed in tuple(self._listeners):
            changed()
