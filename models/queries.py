"""All SQL, as functions of a connection. `store` says which of them share a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, Text, bindparam, delete, func, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from models.call import HOTLINE_TIME_ZONE, CallInfo
from models.errors import ConflictError, ModelsError, NotFoundError
from models.events import AlertRaised, Body, CallEnded, DraftChanged, Event
from models.repeat import SAME_CALLER, SAME_PLACE
from models.snapshot import CallSummary, Snapshot, Status, emptied_slots, fold, slot
from models.tables import calls, events, orders
from models.workorder import FieldName, FieldValue, WorkOrder

_DIGITS = 6
"""Of an order's number within its day."""
_ORDER_NUMBERS = 0x4F524445
"""Any number that nobody else takes for a lock: two who submit at once must not get the same."""
MAX_LIKE = 500
"""Orders that are compared with a draft, the newest."""


@dataclass(frozen=True, slots=True)
class Append:
    """A wish to store what happened in a call."""

    call_id: str
    bodies: Sequence[Body]
    only_while: Status | None = None
    """The status that the call must have."""


async def append_all(connection: AsyncConnection, wishes: Sequence[Append]) -> list[list[Event] | ModelsError]:
    """Numbers and stores what happened in several calls; few statements, however many wishes.

    Returns:
        For each wish its events, or why it was refused; refusals leave the others alone.
    """
    now = datetime.now(UTC)
    rows = await connection.execute(_CALLS_TO_WRITE, {"call_ids": list({w.call_id for w in wishes})})
    open_calls = {
        row.call_id: _OpenCall(row.id, Status(row.status), row.alert, row.ended_at, row.last_seq) for row in rows
    }
    outcomes = [_number(open_calls.get(wish.call_id), wish, now) for wish in wishes]
    stored = [event for outcome in outcomes if isinstance(outcome, list) for event in outcome]
    if stored:
        await _write(connection, open_calls, stored)
    return outcomes


@dataclass(slots=True)
class _OpenCall:
    """A call's row while events are added."""

    id: int
    status: Status
    alert: str | None
    ended_at: datetime | None
    last_seq: int


def _number(call: _OpenCall | None, wish: Append, now: datetime) -> list[Event] | ModelsError:
    if call is None:
        return NotFoundError("call", wish.call_id)
    if wish.only_while not in {None, call.status}:
        return ConflictError(f"call {wish.call_id!r} is {call.status}")
    numbered = []
    for body in wish.bodies:
        call.last_seq += 1
        numbered.append(Event(wish.call_id, call.last_seq, now, body))
        match body:
            case CallEnded():
                call.status, call.ended_at = Status.ENDED, now
            case AlertRaised(number=number):
                call.alert = number
            case _:
                pass
    return numbered


async def _write(connection: AsyncConnection, open_calls: dict[str, _OpenCall], stored: list[Event]) -> None:
    newest: dict[tuple[str, str], int] = {}
    for event in stored:
        newest.update(dict.fromkeys(((event.call_id, s) for s in emptied_slots([event.body])), event.seq))
    if newest:
        emptied = [{"in_call": open_calls[call_id].id, "in_slot": s} for call_id, s in newest]
        await connection.execute(_EMPTY_SLOT, emptied)
    await connection.execute(
        insert(events),
        [
            {"call": open_calls[e.call_id].id, "seq": e.seq, "at": e.at, "slot": slot(e.body), "body": e.body}
            for e in stored
            if (s := slot(e.body)) is None or newest[e.call_id, s] == e.seq
        ],
    )
    touched = [open_calls[call_id] for call_id in dict.fromkeys(e.call_id for e in stored)]
    await connection.execute(
        _UPDATE_CALL,
        [
            {"row": c.id, "status": c.status, "alert": c.alert, "ended_at": c.ended_at, "last_seq": c.last_seq}
            for c in touched
        ],
    )


async def insert_call(connection: AsyncConnection, info: CallInfo, node: str) -> None:
    """A new call without events.

    Raises:
        ConflictError: there is a call with this id already.
    """
    row = {"call_id": info.call_id, "node": node, "info": info, "status": Status.LIVE, "last_seq": 0}
    try:
        await connection.execute(insert(calls), row | {"started_at": datetime.now(UTC)})
    except IntegrityError:
        raise ConflictError(f"there is a call {info.call_id!r} already") from None


async def lock_call(connection: AsyncConnection, call_id: str) -> int:
    """Keeps other transactions from writing to the call until this one ends; the number of its row.

    Raises:
        NotFoundError: no such call.
    """
    row = (await connection.execute(_CALLS_TO_WRITE, {"call_ids": [call_id]})).one_or_none()
    if row is None:
        raise NotFoundError("call", call_id)
    return int(row.id)


async def next_order_id(connection: AsyncConnection, now: datetime) -> str:
    """The day and the order's number in it, from 1 on; nobody else gets one until this transaction ends."""
    if connection.dialect.name == "postgresql":  # SQLite has locked the whole file by then
        await connection.execute(select(func.pg_advisory_xact_lock(_ORDER_NUMBERS)))
    day = f"{now.astimezone(HOTLINE_TIME_ZONE):%Y%m%d}"
    numbered = orders.c.order_id.between(day + "0" * _DIGITS, day + "9" * _DIGITS)
    of_this_form = func.length(orders.c.order_id) == len(day) + _DIGITS
    last = await connection.scalar(select(func.max(orders.c.order_id)).where(numbered, of_this_form))
    return f"{day}{int(last[len(day) :]) + 1 if last else 1:0{_DIGITS}}"


async def insert_order(connection: AsyncConnection, order: WorkOrder, call: int, code: str | None) -> None:
    """A new order of the call whose row has the number `call`."""
    row = {
        "order_id": order.order_id,
        "call": call,
        "submitted_at": order.submitted_at,
        "fields": order.fields,
        "unsure": order.unsure,
        "code": code,
    }
    found_by = {name: order.fields.get(FieldName(name)) for name in ("caller_phone", "community")}
    await connection.execute(insert(orders), row | found_by)


async def live_calls(connection: AsyncConnection, node: str) -> Sequence[str]:
    """The ids of the live calls that `node` serves."""
    live = select(calls.c.call_id).where(calls.c.status == Status.LIVE, calls.c.node == node)
    return (await connection.scalars(live)).all()


async def read_events(
    connection: AsyncConnection, call_id: str, after: int = 0, limit: int | None = None
) -> list[Event]:
    """The call's events with numbers above `after`, oldest first.

    Raises:
        NotFoundError: no such call.
    """
    rows = (await connection.execute(_EVENTS.limit(limit), {"call_id": call_id, "after": after})).all()
    if not rows:
        raise NotFoundError("call", call_id)
    return [Event(call_id, row.seq, row.at, row.body) for row in rows if row.seq is not None]


async def read_snapshot(connection: AsyncConnection, call_id: str) -> Snapshot:
    """The call as its events tell it.

    Raises:
        NotFoundError: no such call.
    """
    return fold(await read_events(connection, call_id))


async def read_calls(
    connection: AsyncConnection, status: Status | None, limit: int, before: int | None, *, empty: bool = True
) -> list[CallSummary]:
    """Calls, newest first, with numbers below `before`; with or without those that are `_EMPTY`."""
    query = _SUMMARIES.order_by(calls.c.id.desc()).limit(limit)
    if not empty:
        query = query.where(~_EMPTY)
    if status is not None:
        query = query.where(calls.c.status == status)
    if before is not None:
        query = query.where(calls.c.id < before)
    return [_summary(row) for row in await connection.execute(query)]


async def read_orders(connection: AsyncConnection, limit: int, before: str | None) -> list[WorkOrder]:
    """Orders, newest first, older than the order `before`."""
    at, order_id = orders.c.submitted_at, orders.c.order_id
    query = _ORDERS.order_by(at.desc(), order_id.desc()).limit(limit)
    if before is not None:
        last = select(at).where(order_id == before).scalar_subquery()
        query = query.where((at < last) | ((at == last) & (order_id < before)))
    return [_order(row) for row in await connection.execute(query)]


async def read_orders_like(
    connection: AsyncConnection, fields: Mapping[FieldName, FieldValue], now: datetime
) -> list[WorkOrder]:
    """Orders that `models.repeat.same_matter` should look at: the same caller's, and those of the same community."""
    query = _ORDERS.where(
        ((orders.c.caller_phone == fields.get(FieldName.CALLER_PHONE)) & (orders.c.submitted_at >= now - SAME_CALLER))
        | ((orders.c.community == fields.get(FieldName.COMMUNITY)) & (orders.c.submitted_at >= now - SAME_PLACE))
    )
    newest = query.order_by(orders.c.submitted_at.desc()).limit(MAX_LIKE)
    return [_order(row) for row in await connection.execute(newest)]


async def read_order(connection: AsyncConnection, order_id: str) -> WorkOrder:
    """One order.

    Raises:
        NotFoundError: no such order.
    """
    row = (await connection.execute(_ORDERS.where(orders.c.order_id == order_id))).one_or_none()
    if row is None:
        raise NotFoundError("order", order_id)
    return _order(row)


_CALLS_TO_WRITE: Select[Any] = (
    select(calls.c.id, calls.c.call_id, calls.c.status, calls.c.alert, calls.c.ended_at, calls.c.last_seq)
    .where(calls.c.call_id.in_(bindparam("call_ids", expanding=True)))
    .order_by(calls.c.id)  # processes that lock several calls do it in the same order: no deadlock
    .with_for_update()  # numbers stay consecutive; SQLite has locked the whole file by then
)
_UPDATE_CALL = (
    update(calls)
    .where(calls.c.id == bindparam("row"))
    .values({name: bindparam(name) for name in ("status", "alert", "ended_at", "last_seq")})
)
_EMPTY_SLOT = delete(events).where(events.c.call == bindparam("in_call"), events.c.slot == bindparam("in_slot"))
_EVENTS: Select[Any] = (
    select(calls.c.id, events.c.seq, events.c.at, events.c.body)
    .outerjoin(events, (events.c.call == calls.c.id) & (events.c.seq > bindparam("after")))
    .where(calls.c.call_id == bindparam("call_id"))
    .order_by(events.c.seq)
)
"""A call without newer events gives one row without an event; a call that does not exist gives none."""
_DRAFT = events.alias("draft")
_EMPTY = (calls.c.last_seq <= 2) & ~type_coerce(calls.c.info, Text).contains('"caller":"')
"""Between its beginning and its end nothing happened in the call, and nobody knows who it was."""
_TRANSFER = events.alias("transfer")
LATEST_ORDER = select(func.max(orders.c.order_id)).where(orders.c.call == calls.c.id).scalar_subquery()
"""Of a call in the same query."""
_SUMMARIES: Select[Any] = (
    select(calls, _DRAFT.c.body.label("draft"), _TRANSFER.c.body.label("transfer"), LATEST_ORDER.label("order_id"))
    .outerjoin(_DRAFT, (_DRAFT.c.call == calls.c.id) & (_DRAFT.c.slot == slot(DraftChanged({}))))
    .outerjoin(_TRANSFER, (_TRANSFER.c.call == calls.c.id) & (_TRANSFER.c.slot == "transfer"))
)
_ORDERS: Select[Any] = select(orders, calls.c.call_id).join(calls, orders.c.call == calls.c.id)


def _summary(row: Row[Any]) -> CallSummary:
    return CallSummary(
        number=row.id,
        info=row.info,
        status=Status(row.status),
        started_at=row.started_at,
        ended_at=row.ended_at,
        alert=row.alert,
        transfer=row.transfer.to if row.transfer else None,
        fields={name: field.value for name, field in row.draft.fields.items()} if row.draft else {},
        order_id=row.order_id,
    )


def _order(row: Row[Any]) -> WorkOrder:
    return WorkOrder(
        order_id=row.order_id,
        call_id=row.call_id,
        submitted_at=row.submitted_at,
        fields=row.fields,
        unsure=row.unsure,
    )
