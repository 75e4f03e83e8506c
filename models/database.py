"""Opening the database; everything in which SQLite and PostgreSQL differ is here or in a column type of `tables`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from models.errors import StoreError

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_WRITES = "yida_writes"
_BUSY_TIMEOUT_MS = 5000
_MIGRATION_LOCK = 0x59494441
"""Any number that nobody else takes: two processes that start together must not both build the tables."""


@asynccontextmanager
async def open_engine(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine for `url`, with the tables brought up to date.

    Args:
        url: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`.

    Raises:
        StoreError: the database cannot be opened; the message does not show the password.
    """
    target = _target(url)
    is_file = target.get_backend_name() == "sqlite"
    engine = create_async_engine(target, pool_pre_ping=not is_file)
    if is_file:
        _prepare_sqlite(engine.sync_engine)
    try:
        try:
            if is_file:
                Path(str(target.database)).parent.mkdir(parents=True, exist_ok=True)
            async with writing(engine).begin() as connection:
                await connection.run_sync(_migrate)
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(f"database {target!r} cannot be opened: {error}") from error
        yield engine
    finally:
        await engine.dispose()


def writing(engine: AsyncEngine) -> AsyncEngine:
    """The engine whose transactions are going to write.

    SQLite must be told at once: a transaction that begins as a reader and finds another writer ahead of it fails
    where one that asked first only waits.
    """
    return engine.execution_options(**{_WRITES: True})


def _target(url: str) -> URL:
    try:
        target = make_url(url)
    except ArgumentError:
        raise StoreError("database_url: not a URL; expected sqlite:///FILE or postgresql://…") from None
    backend = target.get_backend_name()
    if backend not in _DRIVERS:
        raise StoreError(f"database_url: got {backend!r}, expected sqlite or postgresql")
    if backend == "sqlite" and target.database in {None, "", ":memory:"}:
        raise StoreError("database_url: SQLite needs a file, sqlite:///FILE")
    return target.set(drivername=_DRIVERS[backend])


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late; `begin` below sends it
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")  # readers and the writer do not wait for each other
        cursor.execute("PRAGMA synchronous = FULL")  # a commit survives a power cut; group commit makes it cheap
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration, for commands in the transaction of `connection`."""
    config = Config()
    config.set_main_option("script_location", "models:migrations")
    config.attributes["connection"] = connection
    return config
