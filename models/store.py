"""The store: the truth about every call. SQLite or PostgreSQL, same code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models import desk_queries, queries
from models.call import CallInfo
from models.database import open_engine, writing
from models.desk import Callback, Reason, Unanswered
from models.errors import ConflictError, ModelsError
from models.events import Body, CallEnded, CallStarted, DraftChanged, Event, FieldEdited, OrderSubmitted
from models.queries import Append
from models.repeat import SameMatter, same_matter
from models.snapshot import CallSummary, Snapshot, Status
from models.workorder import FieldName, FieldValue, WorkOrder
from models.writer import GroupWriter, Outcome

MAX_EVENTS = 1000
"""Events that one read gives at most."""


class Store:
    """Calls, their events, and the orders they led to.

    Every write returns after its commit: what was heard is stored before it is shown.
    """

    def __init__(self, engine: AsyncEngine, node: str, on_stored: Callable[[list[Event]], None]) -> None:
        self._engine = engine
        self._node = node
        self._on_stored = on_stored
        self._turn = asyncio.Lock()
        self._writer = GroupWriter(self._commit)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, url: str, *, node: str = "main", on_stored: Callable[[list[Event]], None] = lambda _: None
    ) -> AsyncIterator[Store]:
        """The store in the database at `url`, its tables brought up to date.

        Args:
            url: `sqlite:///FILE` or `postgresql://…`.
            node: the name of this process among those that share the database.
            on_stored: told of events right after they were committed; must not wait or raise.

        Raises:
            StoreError: the database cannot be opened.
        """
        async with open_engine(url) as engine:
            store = cls(engine, node, on_stored)
            async with store._writer.running():
                yield store

    async def ping(self) -> None:
        """Raises what the database raises when it cannot be asked."""
        async with self._engine.connect() as connection:
            await connection.execute(select(literal(1)))

    # --- Writing -----------------------------------------------------------------------------

    async def start_call(self, info: CallInfo) -> Event:
        """A new call, with its first event.

        Raises:
            ConflictError: there is a call with this id already.
        """
        async with self._transaction() as connection:
            await queries.insert_call(connection, info, self._node)
            events = await _append(connection, Append(info.call_id, [CallStarted(info)]))
        self._on_stored(events)
        return events[0]

    async def append(self, call_id: str, bodies: Sequence[Body]) -> list[Event]:
        """What happened in a live call, numbered. All of it is stored or nothing.

        Raises:
            NotFoundError: no such call.
            ConflictError: the call has ended.
        """
        return await self._writer.append(Append(call_id, bodies, Status.LIVE)) if bodies else []

    async def edit(self, call_id: str, name: FieldName, value: FieldValue) -> list[Event]:
        """A person's value for a field of the draft of a call that has ended; a live call's session edits by itself.

        Raises:
            NotFoundError: no such call.
            ConflictError: the call is live, or its order was submitted.
            InvalidFieldError: `value` does not have the format of the field.
        """
        async with self._transaction() as connection:
            await queries.lock_call(connection, call_id)
            draft = (await _unsubmitted(connection, call_id)).draft.edit(name, value)
            bodies: list[Body] = [FieldEdited(name, draft.value(name)), DraftChanged(draft.fields)]
            events = await _append(connection, Append(call_id, bodies, Status.ENDED))
        self._on_stored(events)
        return events

    async def submit(self, call_id: str, *, unsure: tuple[FieldName, ...] = (), code: str | None = None) -> WorkOrder:
        """The call's draft, handed in as a work order.

        Args:
            unsure: what has to be checked with the caller.
            code: what the caller can prove with that the order is his; see `find_order`.

        Raises:
            NotFoundError: no such call.
            ConflictError: it was submitted before, and no other matter was begun since.
        """
        async with self._transaction() as connection:
            number = await queries.lock_call(connection, call_id)
            draft, now = (await _unsubmitted(connection, call_id)).draft, datetime.now(UTC)
            order = WorkOrder(
                order_id=await queries.next_order_id(connection, now),
                call_id=call_id,
                submitted_at=now,
                fields={name: field.value for name, field in draft.fields.items()},
                unsure=unsure,
            )
            await queries.insert_order(connection, order, number, code)
            events = await _append(connection, Append(call_id, [OrderSubmitted(order.order_id)]))
        self._on_stored(events)
        return order

    async def request_callback(self, call_id: str, phone: str, reason: Reason) -> Callback:
        """Puts somebody on the list of those to be called back; who is on it already keeps his place.

        Raises:
            NotFoundError: no such call.
        """
        async with self._transaction() as connection:
            number = await queries.lock_call(connection, call_id)
            return await desk_queries.insert_callback(connection, number, phone, reason, datetime.now(UTC))

    async def close_callback(self, number: int) -> Callback:
        """Somebody has been called back.

        Raises:
            NotFoundError: no such callback.
        """
        async with self._transaction() as connection:
            return await desk_queries.close_callback(connection, number, datetime.now(UTC))

    async def note_unanswered(self, text: str) -> None:
        """A question that has no answer was asked, once more."""
        async with self._transaction() as connection:
            await desk_queries.count_unanswered(connection, text, datetime.now(UTC))

    async def find_order(self, *, order_id: str | None, phone: str | None, code: str) -> WorkOrder | None:
        """The caller's order, by its number or the phone it was given from; None: there is none, or a wrong code."""
        async with self._transaction() as connection:
            found = await desk_queries.check_code(connection, order_id, phone, code)
            return await queries.read_order(connection, found) if found else None

    async def interrupt_live_calls(self) -> int:
        """Ends the calls that this node was serving when it stopped without saying goodbye; how many there were."""
        async with self._transaction() as connection:
            events: list[Event] = []
            for call_id in await queries.live_calls(connection, self._node):
                heard_s = (await queries.read_snapshot(connection, call_id)).heard_s
                events += await _append(connection, Append(call_id, [CallEnded("interrupted", heard_s)]))
        self._on_stored(events)
        return len(events)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        async with self._turn, writing(self._engine).begin() as connection:
            yield connection

    async def _commit(self, wishes: list[Append]) -> list[Outcome]:
        async with self._transaction() as connection:
            outcomes = await queries.append_all(connection, wishes)
        self._on_stored([event for outcome in outcomes if isinstance(outcome, list) for event in outcome])
        return outcomes

    # --- Reading -----------------------------------------------------------------------------

    async def events(self, call_id: str, *, after: int = 0, limit: int = MAX_EVENTS) -> list[Event]:
        """The call's events with numbers above `after`, oldest first; numbers have gaps.

        Raises:
            NotFoundError: no such call.
        """
        async with self._engine.connect() as connection:
            return await queries.read_events(connection, call_id, after, min(limit, MAX_EVENTS))

    async def snapshot(self, call_id: str) -> Snapshot:
        """The call as it is now.

        Raises:
            NotFoundError: no such call.
        """
        async with self._engine.connect() as connection:
            return await queries.read_snapshot(connection, call_id)

    async def calls(
        self, *, status: Status | None = None, limit: int = 50, before: int | None = None, empty: bool = True
    ) -> list[CallSummary]:
        """Calls, newest first; `before` is the `number` of the last one of the page before.

        Args:
            empty: also those of nobody knows whom, in which nothing happened.
        """
        async with self._engine.connect() as connection:
            return await queries.read_calls(connection, status, limit, before, empty=empty)

    async def orders(self, *, limit: int = 50, before: str | None = None) -> list[WorkOrder]:
        """Orders, newest first; `before` is the `order_id` of the last one of the page before."""
        async with self._engine.connect() as connection:
            return await queries.read_orders(connection, limit, before)

    async def same_matter(self, call_id: str) -> tuple[SameMatter, ...]:
        """Earlier orders that the call's draft may repeat, with the reason; the best first.

        Raises:
            NotFoundError: no such call.
        """
        now = datetime.now(UTC)
        async with self._engine.connect() as connection:
            draft = (await queries.read_snapshot(connection, call_id)).draft
            values = {name: field.value for name, field in draft.fields.items()}
            earlier = await queries.read_orders_like(connection, values, now)
        return same_matter(values, [order for order in earlier if order.call_id != call_id], now)

    async def callbacks(self, *, done: bool = False, limit: int = 50, after: int = 0) -> list[Callback]:
        """Those to be called back, or those who were; who has waited longest first."""
        async with self._engine.connect() as connection:
            return await desk_queries.read_callbacks(connection, done=done, limit=limit, after=after)

    async def unanswered(self, *, limit: int = 100) -> Sequence[Unanswered]:
        """Questions that had no answer; those asked most often first."""
        async with self._engine.connect() as connection:
            return await desk_queries.read_unanswered(connection, limit)

    async def order(self, order_id: str) -> WorkOrder:
        """One order.

        Raises:
            NotFoundError: no such order.
        """
        async with self._engine.connect() as connection:
            return await queries.read_order(connection, order_id)


async def _append(connection: AsyncConnection, wish: Append) -> list[Event]:
    [outcome] = await queries.append_all(connection, [wish])
    if isinstance(outcome, ModelsError):
        raise outcome
    return outcome


async def _unsubmitted(connection: AsyncConnection, call_id: str) -> Snapshot:
    call = await queries.read_snapshot(connection, call_id)
    if call.order_id is not None:
        raise ConflictError(f"the order of call {call_id!r} was submitted: {call.order_id}")
    return call
