"""The store: the truth about every call. SQLite or PostgreSQL, same code."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.call import HOTLINE_TIME_ZONE, CallInfo
from models.database import open_engine
from models.errors import ConflictError, NotFoundError
from models.events import (
    AlertRaised,
    Body,
    CallEnded,
    CallStarted,
    DraftChanged,
    Event,
    FieldEdited,
    OrderSubmitted,
)
from models.snapshot import CallSummary, Snapshot, Status, emptied_slots, fold, slot
from models.tables import calls, events, orders
from models.workorder import Draft, FieldName, FieldValue, WorkOrder
from models.writer import GroupWriter

MAX_EVENTS = 1000
"""Events that one read gives at most."""


class Store:
    """Calls, their events, and the orders they led to.

    Every write returns after its commit: what was heard is stored before it is shown.
    """

    def __init__(self, engine: AsyncEngine, writer: GroupWriter, node: str) -> None:
        self._engine = engine
        self._writer = writer
        self._node = node

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
        async with open_engine(url) as engine, GroupWriter.open(engine, on_stored) as writer:
            yield cls(engine, writer, node)

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

        async def job(connection: AsyncConnection) -> list[Event]:
            taken = await connection.scalar(select(calls.c.id).where(calls.c.call_id == info.call_id))
            if taken is not None:
                raise ConflictError(f"there is a call {info.call_id!r} already")
            row = {"call_id": info.call_id, "node": self._node, "info": info, "status": Status.LIVE}
            await connection.execute(insert(calls), row | {"started_at": datetime.now(UTC), "last_seq": 0})
            return await _append(connection, info.call_id, [CallStarted(info)])

        return (await self._writer.run(job))[0]

    async def append(self, call_id: str, bodies: Sequence[Body]) -> list[Event]:
        """What happened in a live call, numbered. All of it is stored or nothing.

        Raises:
            NotFoundError: no such call.
            ConflictError: the call has ended.
        """

        async def job(connection: AsyncConnection) -> list[Event]:
            return await _append(connection, call_id, bodies, only_while=Status.LIVE)

        return await self._writer.run(job) if bodies else []

    async def edit(self, call_id: str, name: FieldName, value: FieldValue) -> list[Event]:
        """A person's value for a field of the draft of a call that has ended; a live call's session edits by itself.

        Raises:
            NotFoundError: no such call.
            ConflictError: the call is live, or its order was submitted.
            InvalidFieldError: `value` does not have the format of the field.
        """

        async def job(connection: AsyncConnection) -> list[Event]:
            call = await _snapshot(connection, call_id)
            if call.order_id is not None:
                raise ConflictError(f"the order of call {call_id!r} was submitted: {call.order_id}")
            draft = call.draft.edit(name, value)
            bodies: list[Body] = [FieldEdited(name, draft.value(name)), DraftChanged(draft.fields)]
            return await _append(connection, call_id, bodies, only_while=Status.ENDED)

        return await self._writer.run(job)

    async def submit(self, call_id: str) -> WorkOrder:
        """The call's draft, handed in as a work order.

        Raises:
            NotFoundError: no such call.
            ConflictError: it was submitted before.
        """

        async def job(connection: AsyncConnection) -> list[Event]:
            call = await _snapshot(connection, call_id)
            if call.order_id is not None:
                raise ConflictError(f"the order of call {call_id!r} was submitted before: {call.order_id}")
            number = await connection.scalar(select(calls.c.id).where(calls.c.call_id == call_id))
            now = datetime.now(UTC)
            order_id = f"{now.astimezone(HOTLINE_TIME_ZONE):%Y%m%d}{number:06d}"  # unique: a call has one order
            values = {name: field.value for name, field in call.draft.fields.items()}
            row = {"order_id": order_id, "call": number, "submitted_at": now, "fields": values}
            await connection.execute(insert(orders), row)
            return await _append(connection, call_id, [OrderSubmitted(order_id)])

        await self._writer.run(job)
        async with self._engine.connect() as connection:
            row = (await connection.execute(_ORDERS.where(calls.c.call_id == call_id))).one()
        return _order(row)

    async def interrupt_live_calls(self) -> int:
        """Ends the calls that this node was serving when it stopped without saying goodbye; how many there were."""

        async def job(connection: AsyncConnection) -> list[Event]:
            left = select(calls.c.call_id).where(calls.c.status == Status.LIVE, calls.c.node == self._node)
            ended: list[Event] = []
            for call_id in (await connection.scalars(left)).all():
                heard_s = (await _snapshot(connection, call_id)).heard_s
                ended += await _append(connection, call_id, [CallEnded("interrupted", heard_s)])
            return ended

        return len(await self._writer.run(job))

    # --- Reading -----------------------------------------------------------------------------

    async def events(self, call_id: str, *, after: int = 0, limit: int = MAX_EVENTS) -> list[Event]:
        """The call's events with numbers above `after`, oldest first; numbers have gaps.

        Raises:
            NotFoundError: no such call.
        """
        async with self._engine.connect() as connection:
            return await _events(connection, call_id, after, min(limit, MAX_EVENTS))

    async def snapshot(self, call_id: str) -> Snapshot:
        """The call as it is now.

        Raises:
            NotFoundError: no such call.
        """
        async with self._engine.connect() as connection:
            return await _snapshot(connection, call_id)

    async def calls(
        self, *, status: Status | None = None, limit: int = 50, before: int | None = None
    ) -> list[CallSummary]:
        """Calls, newest first; `before` is the `number` of the last one of the page before."""
        query = _SUMMARIES.order_by(calls.c.id.desc()).limit(limit)
        if status is not None:
            query = query.where(calls.c.status == status)
        if before is not None:
            query = query.where(calls.c.id < before)
        async with self._engine.connect() as connection:
            return [_summary(row) for row in await connection.execute(query)]

    async def orders(self, *, limit: int = 50, before: str | None = None) -> list[WorkOrder]:
        """Orders, newest first; `before` is the `order_id` of the last one of the page before."""
        query = _ORDERS.order_by(orders.c.submitted_at.desc(), orders.c.order_id.desc()).limit(limit)
        if before is not None:
            last = select(orders.c.submitted_at).where(orders.c.order_id == before).scalar_subquery()
            at, order_id = orders.c.submitted_at, orders.c.order_id
            query = query.where((at < last) | ((at == last) & (order_id < before)))
        async with self._engine.connect() as connection:
            return [_order(row) for row in await connection.execute(query)]

    async def order(self, order_id: str) -> WorkOrder:
        """One order.

        Raises:
            NotFoundError: no such order.
        """
        async with self._engine.connect() as connection:
            row = (await connection.execute(_ORDERS.where(orders.c.order_id == order_id))).one_or_none()
        if row is None:
            raise NotFoundError("order", order_id)
        return _order(row)


# --- Statements ------------------------------------------------------------------------------

_DRAFT = events.alias("draft")
_SUMMARIES: Select[Any] = (
    select(calls, _DRAFT.c.body.label("draft"), orders.c.order_id)
    .outerjoin(_DRAFT, (_DRAFT.c.call == calls.c.id) & (_DRAFT.c.slot == slot(DraftChanged({}))))
    .outerjoin(orders, orders.c.call == calls.c.id)
)
_ORDERS: Select[Any] = select(orders, calls.c.call_id).join(calls, orders.c.call == calls.c.id)
_EVENTS: Select[Any] = (
    select(calls.c.id, events.c.seq, events.c.at, events.c.body)
    .outerjoin(events, (events.c.call == calls.c.id) & (events.c.seq > bindparam("after")))
    .where(calls.c.call_id == bindparam("call_id"))
    .order_by(events.c.seq)
)
"""A call without newer events gives one row without an event; a call that does not exist gives none."""


async def _append(
    connection: AsyncConnection, call_id: str, bodies: Sequence[Body], *, only_while: Status | None = None
) -> list[Event]:
    number, first = await _take_numbers(connection, call_id, bodies, only_while)
    if slots := emptied_slots(bodies):
        await connection.execute(delete(events).where(events.c.call == number, events.c.slot.in_(slots)))
    now = datetime.now(UTC)
    stored = [Event(call_id, first + i, now, body) for i, body in enumerate(bodies)]
    last_of_slot = {key: i for i, body in enumerate(bodies) for key in emptied_slots([body])}
    rows = [
        {"call": number, "seq": event.seq, "at": now, "slot": slot(event.body), "body": event.body}
        for i, event in enumerate(stored)
        if (key := slot(event.body)) is None or last_of_slot[key] == i
    ]
    await connection.execute(insert(events), rows)
    return stored


async def _take_numbers(
    connection: AsyncConnection, call_id: str, bodies: Sequence[Body], only_while: Status | None
) -> tuple[int, int]:
    """The call's row and the first of as many event numbers as there are `bodies`."""
    values: dict[str, Any] = {"last_seq": calls.c.last_seq + len(bodies)}
    for body in bodies:
        match body:
            case CallEnded():
                values |= {"status": Status.ENDED, "ended_at": datetime.now(UTC)}
            case AlertRaised(number=alert):
                values["alert"] = alert
            case _:
                pass
    taken = update(calls).where(calls.c.call_id == call_id).values(values).returning(calls.c.id, calls.c.last_seq)
    if only_while is not None:
        taken = taken.where(calls.c.status == only_while)
    row = (await connection.execute(taken)).one_or_none()
    if row is None:
        status = await connection.scalar(select(calls.c.status).where(calls.c.call_id == call_id))
        raise NotFoundError("call", call_id) if status is None else ConflictError(f"call {call_id!r} is {status}")
    return row.id, row.last_seq - len(bodies) + 1


async def _events(connection: AsyncConnection, call_id: str, after: int, limit: int | None) -> list[Event]:
    query = _EVENTS if limit is None else _EVENTS.limit(limit)
    rows = (await connection.execute(query, {"call_id": call_id, "after": after})).all()
    if not rows:
        raise NotFoundError("call", call_id)
    return [Event(call_id, row.seq, row.at, row.body) for row in rows if row.seq is not None]


async def _snapshot(connection: AsyncConnection, call_id: str) -> Snapshot:
    return fold(await _events(connection, call_id, 0, None))


def _summary(row: Row[Any]) -> CallSummary:
    draft = Draft(row.draft.fields) if row.draft else Draft()
    return CallSummary(
        number=row.id,
        info=row.info,
        status=Status(row.status),
        started_at=row.started_at,
        ended_at=row.ended_at,
        alert=row.alert,
        fields={name: field.value for name, field in draft.fields.items()},
        order_id=row.order_id,
        seq=row.last_seq,
    )


def _order(row: Row[Any]) -> WorkOrder:
    return WorkOrder(order_id=row.order_id, call_id=row.call_id, submitted_at=row.submitted_at, fields=row.fields)
