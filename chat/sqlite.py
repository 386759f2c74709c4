"""SQLite's side of the database: how its connections are opened, and how their transactions begin.

Nothing but this file and the migrations knows that the database is SQLite.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, StaticPool

from chat import sqlite_driver

READERS = 4
READER_WAIT_S = 10
# How long SQLite waits for another process's lock, in its own thread, before we say `unavailable`.
BUSY_TIMEOUT_MS = 5_000
# For what makes a statement's text before there is a connection.
DIALECT = SQLiteDialect_aiosqlite()
PAGE_CACHE_KIB = 8_192
# The log grows while readers overlap without a pause, and would keep its length for good.
LOG_KEPT_BYTES = 16 * 2**20


def reading_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        async_creator=_opener(url),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=READERS,
        max_overflow=0,
        pool_timeout=READER_WAIT_S,
    )
    _prepare(engine, begin="BEGIN", read_only=True)
    return engine


def writing_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url, async_creator=_opener(url), poolclass=StaticPool)
    # BEGIN IMMEDIATE: a transaction that reads and then writes would fail with "database is locked" whatever the
    # timeout when another process wrote in between.
    _prepare(engine, begin="BEGIN IMMEDIATE", read_only=False)
    return engine


def _opener(url: str) -> Callable[[], Any]:
    return functools.partial(sqlite_driver.connect, make_url(url).database or "")


def _prepare(engine: AsyncEngine, *, begin: str, read_only: bool) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: sqlite3 would not for a SELECT
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KIB}")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute(f"PRAGMA journal_size_limit = {LOG_KEPT_BYTES}")
        if read_only:
            # Only the writer checkpoints: SQLite before 3.51.3 has a WAL-reset fault with two that do.
            cursor.execute("PRAGMA query_only = ON")
            cursor.execute("PRAGMA wal_autocheckpoint = 0")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)
