"""The database's tables. `models/migrations` builds them; a test proves that both say the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

from models.call import CallInfo
from models.events import Body
from models.workorder import FieldName, FieldValue

T = TypeVar("T")


class Packed(TypeDecorator[T], Generic[T]):
    """A msgspec value kept as JSON text; encoded and decoded once, here."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(kind)

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:
        return None if value is None else self._decoder.decode(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC (SQLite has no offsets)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only as INTEGER

calls = Table(
    "calls",
    metadata,
    Column("id", _ROW_NUMBER, primary_key=True),
    Column("call_id", Text, nullable=False, unique=True),
    Column("node", Text, nullable=False),
    Column("info", Packed[CallInfo](CallInfo), nullable=False),
    Column("status", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("alert", Text),
    Column("last_seq", Integer, nullable=False),
    Index("ix_calls_status_id", "status", "id"),
)
"""One row a call. `node` is the process that serves it, `alert` the emergency number that was raised last."""

_slot = Column("slot", Text)

events = Table(
    "events",
    metadata,
    Column("call", ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    _slot,
    Column("body", Packed[Body](Body), nullable=False),
    Index(
        "ix_events_slot",
        "call",
        "slot",
        unique=True,
        sqlite_where=_slot.isnot(None),
        postgresql_where=_slot.isnot(None),
    ),
    sqlite_with_rowid=False,
)
"""One row an event. A call keeps only the newest event of each `slot`; most events have none."""

orders = Table(
    "orders",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("call", ForeignKey("calls.id"), nullable=False, index=True),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("fields", Packed[dict[FieldName, FieldValue]](dict[FieldName, FieldValue]), nullable=False),
    Column("caller_phone", Text),
    Column("community", Text),
    Column("code", Text),
    Column("wrong_codes", Integer, nullable=False, server_default="0"),
    Column("unsure", Packed[tuple[FieldName, ...]](tuple[FieldName, ...]), nullable=False, server_default="[]"),
    Index("ix_orders_submitted_at", "submitted_at"),
    Index("ix_orders_caller_phone", "caller_phone", "submitted_at"),
    Index("ix_orders_community", "community", "submitted_at"),
)
"""One row a submitted work order. Two of `fields` are columns, too, to be found by.

With `code` a caller proves that an order is his; `wrong_codes` counts those given since the right one.
"""

_done_at = Column("done_at", UtcDateTime)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", _ROW_NUMBER, primary_key=True),
    Column("call", ForeignKey("calls.id"), nullable=False),
    Column("phone", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    _done_at,
    Index(
        "ix_callbacks_phone",
        "phone",
        unique=True,
        sqlite_where=_done_at.is_(None),
        postgresql_where=_done_at.is_(None),
    ),
)
"""One row somebody to be called back; a phone waits only once."""

unanswered = Table(
    "unanswered",
    metadata,
    Column("text", Text, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)
"""One row a question that the voice guide had no answer to."""
