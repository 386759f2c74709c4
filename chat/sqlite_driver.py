"""One hop to the connection's thread for each statement. aiosqlite 0.22 takes four: cursor, execute, fetch, close.

A hop wakes a thread and is waited for, some 100 µs on a small machine: more than most of our statements take.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Iterable
from typing import Any

import aiosqlite


class OneHopCursor(aiosqlite.Cursor):
    """A cursor that fetches all rows where it executes; what is left of it costs nothing."""

    def __init__(self, connection: OneHopConnection, cursor: sqlite3.Cursor) -> None:
        super().__init__(connection, cursor)
        self._rows: list[Any] = []

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> OneHopCursor:
        run = functools.partial(_execute_and_fetch, self._cursor, sql, parameters or ())
        self._rows = await self._execute(run)  # type: ignore[no-untyped-call]
        return self

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is open: a statement ends with its last row."""


class OneHopConnection(aiosqlite.Connection):
    """A connection with such cursors. SQLAlchemy asks it for nothing else."""

    def cursor(self) -> OneHopCursor:  # type: ignore[override]  # SQLAlchemy enters it and never awaits it
        # Sound outside the connection's thread: it was opened with check_same_thread=False, and nothing runs yet.
        return OneHopCursor(self, self._conn.cursor())

    async def rollback(self) -> None:
        """SQLAlchemy rolls back at the end of a session, and once more when its connection goes back to the pool."""
        if self.in_transaction:
            await super().rollback()


def connect(path: str) -> OneHopConnection:
    """A connection to be awaited. Its thread does not keep the process alive."""

    def open_file() -> sqlite3.Connection:
        return sqlite3.connect(path, check_same_thread=False)

    connection = OneHopConnection(open_file, iter_chunk_size=1)
    connection._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does with those that it makes
    return connection


def _execute_and_fetch(cursor: sqlite3.Cursor, sql: str, parameters: Iterable[Any]) -> list[Any]:
    cursor.execute(sql, parameters)  # type: ignore[arg-type]  # as aiosqlite hands them on
    return cursor.fetchall() if cursor.description else []
