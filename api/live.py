"""The calls that this process serves right now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from models.errors import ConflictError
from models.workorder import FieldName, FieldValue


class LiveCall(Protocol):
    """A call in progress, as the operator's side sees it."""

    async def edit(self, name: FieldName, value: FieldValue) -> None:
        """A person keyed in `value`; returns once it is stored.

        Raises:
            InvalidFieldError: `value` does not have the format of the field.
            ConflictError: the call has just ended.
        """
        ...


class LiveCalls:
    """The register of calls in progress."""

    def __init__(self) -> None:
        self._calls: dict[str, LiveCall] = {}

    @contextmanager
    def entered(self, call_id: str, call: LiveCall) -> Iterator[None]:
        """While this is open, `call` can be found under `call_id`.

        Raises:
            ConflictError: a call with this id is in progress.
        """
        if call_id in self._calls:
            raise ConflictError(f"a call {call_id!r} is in progress")
        self._calls[call_id] = call
        try:
            yield
        finally:
            del self._calls[call_id]

    def get(self, call_id: str) -> LiveCall | None:
        return self._calls.get(call_id)

    def __len__(self) -> int:
        return len(self._calls)
