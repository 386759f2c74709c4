"""One hop to the connection's thread for each statement that returns anything; what returns nothing goes along with it.

A hop wakes a thread and is waited for, some 100 µs on a small machine: more than most of our statements take. aiosqlite
0.22 takes four for each: cursor, execute, fetch, close.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

import aiosqlite

# They return nothing, and that one of them fails is learnt soon enough with the next statement.
_DEFERRED = ("BEGIN", "SAVEPOINT ", "RELEASE SAVEPOINT ")


class OneHopCursor(aiosqlite.Cursor):
    """A cursor that fetches all rows where it executes; what is left of it costs nothing."""

    _conn: OneHopConnection

    def __init__(self, connection: OneHopConnection, cursor: sqlite3.Cursor) -> None:
        super().__init__(connection, cursor)
        self._rows: list[Any] = []

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> OneHopCursor:
        if sql.startswith(_DEFERRED):
            self._conn.defer(functools.partial(self._cursor.execute, sql))
            return self
        run = functools.partial(_execute_and_fetch, self._cursor, sql, parameters or ())
        self._rows = await self._execute(run)  # type: ignore[no-untyped-call]
        return self

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is open: a statement ends with its last row."""


class OneHopConnection(aiosqlite.Connection):
    """A connection with such cursors. SQLAlchemy asks it for nothing else."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deferred: list[Callable[[], Any]] = []

    def defer(self, run: Callable[[], Any]) -> None:
        """Run this in the thread before whatever is asked for next, or with the commit; a failure is raised there."""
        self._deferred.append(run)

    def defer_many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        """Execute a statement for many rows, as `defer`."""
        self.defer(functools.partial(self._conn.executemany, sql, rows))

    async def settle(self) -> None:
        """Run what is deferred now, so that its failure is raised here."""
        if self._deferred:
            await self._execute(_nothing)

    async def _execute(self, fn: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        if self._deferred:
            deferred, self._deferred = self._deferred, []
            return await super()._execute(_run_behind, deferred, fn, *arguments, **options)  # type: ignore[no-untyped-call]
        return await super()._execute(fn, *arguments, **options)  # type: ignore[no-untyped-call]

    def cursor(self) -> OneHopCursor:  # type: ignore[override]  # SQLAlchemy enters it and never awaits it
        # Sound outside the connection's thread: it was opened with check_same_thread=False, and nothing runs yet.
        return OneHopCursor(self, self._conn.cursor())

    async def commit(self) -> None:
        """Commit; what fails is rolled back. SQLAlchemy takes the transaction to be over either way."""
        try:
            await super().commit()
        except BaseException:
            await self.rollback()
            raise

    async def rollback(self) -> None:
        """SQLAlchemy rolls back at the end of a session, and once more when its connection goes back to the pool."""
        self._deferred.clear()
        if self.in_transaction:
            await super().rollback()


def connect(path: str) -> OneHopConnection:
    """A connection to be awaited. Its thread does not keep the process alive."""

    def open_file() -> sqlite3.Connection:
        return sqlite3.connect(path, check_same_thread=False)

    connection = OneHopConnection(open_file, iter_chunk_size=1)
    connection._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does with those that it makes
    return connection


def _run_behind(
    deferred: list[Callable[[], Any]], fn: Callable[..., Any], *arguments: Any, **options: Any
) -> Any:
    for run in deferred:
        run()
    return fn(*arguments, **options)


def _nothing() -> None:
    pass


def _execute_and_fetch(cursor: sqlite3.Cursor, sql: str, parameters: Iterable[Any]) -> list[Any]:
    cursor.execute(sql, parameters)  # type: ignore[arg-type]  # as aiosqlite hands them on
    return cursor.fetchall() if cursor.description else []
