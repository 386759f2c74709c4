"""The database: consistent snapshots for reading, one writer for everything that changes.

All writes of the process go through `write()`: one task owns the one write connection, runs what is asked of it
in order, and commits. What has queued up meanwhile shares a transaction and so one fsync (group commit); each
member of such a batch has a savepoint of its own, so that one that fails takes nobody with it. Facts that a
change recorded are published after the commit, in order, before its caller goes on.

Nothing but `chat/sqlite.py` and the migrations knows that the database is SQLite.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import structlog
from sqlalchemy import bindparam, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from chat import metrics, sqlite
from chat.errors import ChatError, Unavailable
from chat.events import Fact
from chat.models import Conversation
from chat.times import utc_now

log = structlog.get_logger(__name__)

T = TypeVar("T")
Listener = Callable[[Fact], None]
Clock = Callable[[], datetime]

MAX_BATCH = 64
RETRY_AFTER_S = 2.0


class Reading:
    """One snapshot of the database: whatever is asked of it, nothing changes in between."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self.now = now

    @property
    def session(self) -> AsyncSession:
        return self._session


class Transaction(Reading):
    """A change under way, alone with the database. `now` is the time that everything in it happened."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        # The session costs nothing until it is asked for anything.
        session = AsyncSession(connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        super().__init__(session, now)
        # For the hot path: plain statements, without the session's bookkeeping.
        self.connection = connection
        self.facts: list[Fact] = []

    def record(self, fact: Fact) -> None:
        """Publish `fact` once this transaction is on disk."""
        self.facts.append(fact)

    async def next_seq(self, conversation_id: str, *, is_activity: bool = False) -> int:
        """Take the conversation's next number for a durable change (R3: dense, in the change's own transaction).

        `is_activity` lifts the conversation to the top of the list, as a message does and a reaction does not.
        """
        statement = _TAKE_SEQ_WITH_ACTIVITY if is_activity else _TAKE_SEQ
        parameters = {"wanted": conversation_id} | ({"now": self.now} if is_activity else {})
        seq: int = (await self.connection.execute(statement, parameters)).scalar_one()
        loaded = self.session.identity_map.get(identity_key(Conversation, conversation_id))
        if loaded is not None:
            set_committed_value(loaded, "last_seq", seq)
            if is_activity:
                set_committed_value(loaded, "updated_at", self.now)
        return seq


_conversations = Conversation.__table__
_TAKE_SEQ = (
    update(_conversations)  # type: ignore[arg-type]
    .where(_conversations.c.id == bindparam("wanted"))
    .values(last_seq=_conversations.c.last_seq + 1)
    .returning(_conversations.c.last_seq)
)
_TAKE_SEQ_WITH_ACTIVITY = _TAKE_SEQ.values(updated_at=bindparam("now"))


class Memory(Protocol):
    """What is known besides the database. It learns in the order of the writer, before the commit, so that a change
    sees what the changes before it in its batch have done; when a commit fails it starts over from the database.
    """

    def learn(self, fact: Fact) -> None: ...

    async def load(self, reading: Reading) -> None: ...


class _Job(Generic[T]):
    """A change that waits for the writer, and the caller who waits for the change."""

    def __init__(self, change: Callable[[Transaction], Awaitable[T]]) -> None:
        self.change = change
        self.done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.result: T | None = None
        self.facts: list[Fact] = []

    def succeed(self) -> None:
        if not self.done.done():
            self.done.set_result(self.result)  # type: ignore[arg-type]

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(error)
            self.done.exception()  # the caller may have gone: then nobody else asks for it


class Database:
    """An open database file: readers, the writer, and those who listen for facts."""

    def __init__(self, url: str, *, memory: Memory | None = None, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._memory = memory
        self._readers = sqlite.reading_engine(url)
        self._writer = sqlite.writing_engine(url)
        self._queue: asyncio.Queue[_Job[Any] | None] = asyncio.Queue()
        self._listeners: list[Listener] = []
        self._task: asyncio.Task[None] | None = None
        self._is_closing = False

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with every committed fact, in order; it must neither block nor raise."""
        self._listeners.append(listener)

    async def start(self) -> None:
        """Open the write connection and begin to take changes."""
        async with self._writer.connect():
            pass
        self._task = asyncio.create_task(self._write_for_ever(), name="database-writer")

    async def close(self) -> None:
        """Finish what has been asked, refuse what comes now, close the file. The writer goes last: it checkpoints."""
        self._is_closing = True
        if self._task is not None:
            self._queue.put_nowait(None)
            await self._task
            self._task = None
        await self._readers.dispose()
        await self._writer.dispose()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[Reading]:
        """A snapshot for the length of the block. Raises Unavailable when the database cannot be read."""
        try:
            async with AsyncSession(self._readers, expire_on_commit=False, autoflush=False) as session:
                yield Reading(session, self._clock())
        except (DBAPIError, TimeoutError) as error:
            log.error("read_failed", error=_cause(error))
            raise _unavailable(error) from error

    async def write(self, change: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `change` in the writer's next transaction and return its result once that is on disk.

        The commit goes on when the caller is cancelled (Quart cancels the handler of a client that left): then it
        has happened or it has not, but nothing in between, and its facts are published all the same.
        Raises what `change` raises, having changed nothing; Unavailable when the database cannot be written.
        """
        if self._is_closing or self._task is None:
            raise Unavailable("stopping")
        job = _Job(change)
        self._queue.put_nowait(job)
        return await asyncio.shield(job.done)

    async def _write_for_ever(self) -> None:
        while (job := await self._queue.get()) is not None:
            batch = [job]
            stopping = False
            while len(batch) < MAX_BATCH and not self._queue.empty():
                following = self._queue.get_nowait()
                if following is None:
                    stopping = True
                    break
                batch.append(following)
            await self._commit(batch)
            if stopping:
                break

    async def _commit(self, batch: list[_Job[Any]]) -> None:
        """Run a batch in one transaction; then publish its facts and let its callers go on, in order."""
        metrics.batch_changes.observe(len(batch))
        try:
            with metrics.commit_seconds.time():
                async with self._writer.begin() as connection:
                    alone = len(batch) == 1
                    succeeded = [job for job in batch if await self._run(job, connection, alone=alone)]
        except _RefusedError:
            return  # the only member of its batch has failed and was told so; all is rolled back
        except (DBAPIError, OSError) as error:
            log.error("write_failed", error=_cause(error), jobs=len(batch))
            await self._fail(batch, _unavailable(error))
            return
        except Exception as error:  # the writer outlives whatever happens to one batch
            log.exception("writer_failed", jobs=len(batch))
            await self._fail(batch, error)
            return
        for job in succeeded:
            for fact in job.facts:
                self._publish(fact)
            job.succeed()

    async def _fail(self, batch: list[_Job[Any]], error: BaseException) -> None:
        """Nothing of a batch has happened: memory forgets what it learned of it, and its callers are told."""
        if self._memory is not None and any(job.facts for job in batch):
            try:
                async with self.read() as reading:
                    await self._memory.load(reading)
            except Exception:
                log.exception("memory_not_reloaded")
        for job in batch:
            job.fail(error)

    async def _run(self, job: _Job[Any], connection: AsyncConnection, *, alone: bool) -> bool:
        """Run one change on the batch's connection; False when it failed and left nothing behind."""
        try:
            if alone:
                await self._change(job, connection)
            else:
                async with connection.begin_nested():
                    await self._change(job, connection)
        except OperationalError:
            raise  # disk full, I/O error: SQLite may have ended the whole transaction by itself
        except Exception as error:
            job.fail(error)
            if not isinstance(error, ChatError):
                log.exception("change_failed")
            if alone:
                raise _RefusedError from error
            return False
        return True

    async def _change(self, job: _Job[Any], connection: AsyncConnection) -> None:
        tx = Transaction(connection, self._clock())
        try:
            job.result = await job.change(tx)
            await tx.session.flush()
        finally:
            await tx.session.close()
        job.facts = tx.facts
        if self._memory is not None:
            for fact in tx.facts:
                self._memory.learn(fact)

    def _publish(self, fact: Fact) -> None:
        for listener in self._listeners:
            try:
                listener(fact)
            except Exception:  # it is committed: one deaf listener must not make it look undone
                log.exception("listener_failed", fact=type(fact).__name__)


class _RefusedError(Exception):
    """Rolls back the transaction of a change that was alone in it."""


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


async def write(change: Callable[[Transaction], Awaitable[T]]) -> T:
    """Change the current database; see Database.write."""
    return await current().write(change)


def is_unique_violation(error: IntegrityError) -> bool:
    """Whether a constraint says that the row exists already."""
    return "UNIQUE" in str(error.orig).upper()


def _unavailable(error: BaseException) -> Unavailable:
    return Unavailable("disk_full" if "full" in _cause(error) else "unavailable", retry_after=RETRY_AFTER_S)


def _cause(error: BaseException) -> str:
    """The driver's own words, without the statement and its values, which do not belong in a log."""
    return str(getattr(error, "orig", None) or error)
