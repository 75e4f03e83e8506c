"""The SQL of `models.desk`, as functions of a connection. `store` says which of them share a transaction."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from models.desk import MAX_WRONG_CODES, Callback, Reason, Unanswered
from models.errors import NotFoundError
from models.queries import LATEST_ORDER
from models.tables import callbacks, calls, orders, unanswered

MAX_OF_PHONE = 20
"""Orders given from one phone that a code is compared with, the newest."""


# --- Orders and their codes --------------------------------------------------------------------


async def check_code(connection: AsyncConnection, order_id: str | None, phone: str | None, code: str) -> str | None:
    """The id of the order with this number, or the newest one given from this phone, if `code` is its code.

    Wrong codes are counted; an order that has had too many is not told about.
    """
    wanted = orders.c.order_id == order_id if order_id else orders.c.caller_phone == phone
    query = (
        select(orders.c.order_id, orders.c.code)
        .where(wanted, orders.c.code.isnot(None), orders.c.wrong_codes < MAX_WRONG_CODES)
        .order_by(orders.c.submitted_at.desc())
        .limit(MAX_OF_PHONE)
        .with_for_update()  # tries at the same time are counted one by one
    )
    rows = (await connection.execute(query)).all()
    right = [row.order_id for row in rows if hmac.compare_digest(str(row.code).encode(), code.encode())]
    wrong = func.coalesce(orders.c.wrong_codes, 0) + 1
    tried = orders.c.order_id.in_(right[:1] or [row.order_id for row in rows])
    await connection.execute(update(orders).where(tried).values(wrong_codes=0 if right else wrong))
    return right[0] if right else None


# --- Callbacks ---------------------------------------------------------------------------------


async def insert_callback(
    connection: AsyncConnection, call: int, phone: str, reason: Reason, now: datetime
) -> Callback:
    """A callback for the call whose row has the number `call`; somebody who waits for one already keeps his place."""
    waiting = _CALLBACKS.where(callbacks.c.phone == phone, callbacks.c.done_at.is_(None)).limit(1)
    row = (await connection.execute(waiting)).one_or_none()
    if row is None:
        values = {"call": call, "phone": phone, "reason": reason, "requested_at": now}
        added = await connection.execute(insert(callbacks).values(values).returning(callbacks.c.id))
        row = (await connection.execute(_CALLBACKS.where(callbacks.c.id == added.scalar_one()))).one()
    return _callback(row)


async def read_callbacks(connection: AsyncConnection, *, done: bool, limit: int, after: int) -> list[Callback]:
    """Those with numbers above `after`; who has waited longest first."""
    at = callbacks.c.done_at
    query = _CALLBACKS.where(at.isnot(None) if done else at.is_(None), callbacks.c.id > after)
    return [_callback(row) for row in await connection.execute(query.order_by(callbacks.c.id).limit(limit))]


async def close_callback(connection: AsyncConnection, number: int, now: datetime) -> Callback:
    """Somebody has been called back. Done twice is done once.

    Raises:
        NotFoundError: no such callback.
    """
    mine = callbacks.c.id == number
    await connection.execute(update(callbacks).where(mine, callbacks.c.done_at.is_(None)).values(done_at=now))
    row = (await connection.execute(_CALLBACKS.where(mine))).one_or_none()
    if row is None:
        raise NotFoundError("callback", str(number))
    return _callback(row)


_CALLBACKS: Select[Any] = select(callbacks, calls.c.call_id, LATEST_ORDER.label("order_id")).join(
    calls, callbacks.c.call == calls.c.id
)


def _callback(row: Row[Any]) -> Callback:
    return Callback(
        number=row.id,
        call_id=row.call_id,
        order_id=row.order_id,
        phone=row.phone,
        reason=Reason(row.reason),
        requested_at=row.requested_at,
        done_at=row.done_at,
    )


# --- Questions without an answer ---------------------------------------------------------------


async def count_unanswered(connection: AsyncConnection, text: str, now: datetime) -> None:
    """One more time that this was asked."""
    inserting = insert_sqlite if connection.dialect.name == "sqlite" else insert_postgresql
    asked = inserting(unanswered).values(text=text, times=1, first_at=now, last_at=now)
    again = asked.on_conflict_do_update(
        index_elements=[unanswered.c.text], set_={"times": unanswered.c.times + 1, "last_at": now}
    )
    await connection.execute(again)


async def read_unanswered(connection: AsyncConnection, limit: int) -> Sequence[Unanswered]:
    """What was asked most often first."""
    query = select(unanswered).order_by(unanswered.c.times.desc(), unanswered.c.last_at.desc()).limit(limit)
    return [
        Unanswered(text=row.text, times=row.times, first_at=row.first_at, last_at=row.last_at)
        for row in await connection.execute(query)
    ]
