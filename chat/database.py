"""The database: consistent snapshots for reading, one writer for everything that changes.

Services say `database.read()` and `database.write(change)`; `chat/writer.py` has the how.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoReaderFree

from chat import sqlite
from chat.steps import Together
from chat.times import utc_now
from chat.transactions import AnyRow, Reading, Transaction
from chat.writer import Listener, Memory, Writer, cause, unavailable

__all__ = [
    "AnyRow",
    "Database",
    "Reading",
    "Transaction",
    "current",
    "lull",
    "read",
    "use",
    "write",
    "write_gathered",
    "write_together",
]

log = structlog.get_logger(__name__)

Item = TypeVar("Item")
T = TypeVar("T")
Clock = Callable[[], datetime]


class Database:
    """An open database file: readers, the writer, and those who listen for facts."""

    def __init__(self, url: str, *, memory: Memory | None = None, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._readers = sqlite.reading_engine(url)
        self._write_engine = sqlite.writing_engine(url)
        self._writer = Writer(self._write_engine, read=self.read, memory=memory, clock=clock)

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with the facts of every commit, in order; it must neither block nor raise."""
        self._writer.subscribe(listener)

    async def start(self) -> None:
        """Open the file and begin to take changes."""
        await self._writer.start()

    async def close(self) -> None:
        """Finish what has been asked, refuse what comes now, close the file. The writer goes last: it checkpoints."""
        await self._writer.close()
        await self._readers.dispose()
        await self._write_engine.dispose()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[Reading]:
        """A snapshot for the length of the block. Raises Unavailable when the database cannot be read."""
        try:
            async with self._readers.connect() as connection:
                reading = Reading(connection, self._clock())
                try:
                    yield reading
                finally:
                    await reading.close()
        except (DBAPIError, NoReaderFree) as error:
            log.error("read_failed", error=cause(error))
            raise unavailable(error) from error

    async def write(self, change: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `change` in the writer's next transaction and return its result once that is on disk.

        The commit goes on when the caller is cancelled (Quart cancels the handler of a client that left): then it
        has happened or it has not, but nothing in between, and its facts are published all the same.
        Raises what `change` raises, having changed nothing; Unavailable when the database cannot be written.
        """
        return await self._writer.write(change)

    async def write_together(self, together: Together[Item, T], item: Item) -> T:
        """As `write`, for what happens so often that neighbours in the queue share one run of `together`.

        It gets the items in the order of the calls and returns, for each, its result or the ChatError to raise. What
        it raises itself fails nobody yet: the items are then tried one by one.
        """
        return await self._writer.write_together(together, item)

    async def write_gathered(self, together: Together[Item, T], item: Item) -> T:
        """As `write_together`, for what need not be quick: at once when nothing of its kind was asked for in the last
        0.1 s, else together with others; a storm of hundreds is let in by and by.
        """
        return await self._writer.write_gathered(together, item)

    async def lull(self) -> None:
        """Wait for a moment in which others may use the disk: when a commit has just ended, the next one is furthest.

        Not at all while hardly anybody writes, and never for long.
        """
        await self._writer.lull()


_current: Database | None = None


def current() -> Database:
    """The database that the process serves."""
    if _current is None:
        raise RuntimeError("no database is open")
    return _current


def use(database: Database | None) -> None:
    """Make `database` the one that `read()` and `write()` mean."""
    global _current  # one process serves one folder; passing it through every call would say nothing more
    _current = database


def read() -> contextlib.AbstractAsyncContextManager[Reading]:
    """A snapshot of the current database; see Database.read."""
    return current().read()


def write(change: Callable[[Transaction], Awaitable[T]]) -> Coroutine[Any, Any, T]:
    """Change the current database; see Database.write."""
    return current().write(change)


def write_together(together: Together[Item, T], item: Item) -> Coroutine[Any, Any, T]:
    """Change the current database together with neighbours; see Database.write_together."""
    return current().write_together(together, item)


def write_gathered(together: Together[Item, T], item: Item) -> Coroutine[Any, Any, T]:
    """Change the current database together with others of its kind; see Database.write_gathered."""
    return current().write_gathered(together, item)


def lull() -> Coroutine[Any, Any, None]:
    """Wait for a moment in which others may use the disk; see Database.lull."""
    return current().lull()
