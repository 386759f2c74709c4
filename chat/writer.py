"""The single writer: one task owns the one write connection, and commits what is asked of it in order.

What has queued up while a commit ran shares the next transaction and so one fsync (group commit). Each step of such a
batch has a savepoint of its own, so that one that fails takes nobody with it. Facts that a change recorded are
published after the commit, in order, before its caller goes on.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime
from typing import Any, Protocol

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chat import bulk, metrics
from chat.errors import ChatError, Unavailable
from chat.events import Fact
from chat.gathering import Gathering
from chat.steps import Item, Job, Step, T, Together
from chat.transactions import Reading, Transaction

log = structlog.get_logger(__name__)

# Hears what one commit has brought.
Listener = Callable[[Sequence[Fact]], None]
Read = Callable[[], AbstractAsyncContextManager[Reading]]

MAX_BATCH = 128
# How often what need not be quick is let in; in a storm it waits for more than one turn.
GATHERED_EVERY_S = 0.1
RETRY_AFTER_S = 2.0
# With a commit this often the next one is worth waiting for, and this long.
BUSY_S = 0.1
LULL_WITHIN_S = 0.03


class Memory(Protocol):
    """What is known besides the database. It learns in the order of the writer, before the commit, so that a change
    sees what the changes before it in its batch have done; when a commit fails it starts over from the database. What
    a change by itself has presumed it learns after the commit: that may fail, and cheaply.
    """

    def learn(self, fact: Fact) -> None: ...

    async def load(self, reading: Reading) -> None: ...


class Writer:
    """Takes changes, one after the other, for as long as the database is open."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        read: Read,
        memory: Memory | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._read = read
        self._memory = memory
        self._clock = clock
        self._queue: asyncio.Queue[list[Job[Any]] | None] = asyncio.Queue()
        self._gatherings: dict[Together[Any, Any], Gathering[Job[Any]]] = {}
        self._listeners: list[Listener] = []
        self._connection: AsyncConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_closing = False
        self._committed_at = -math.inf  # of the monotonic clock
        self._next_commit = asyncio.Event()

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    async def start(self) -> None:
        """Open the write connection and begin to take changes."""
        self._connection = await self._engine.connect()
        self._task = asyncio.create_task(self._write_for_ever(), name="database-writer")

    async def close(self) -> None:
        """Finish what has been asked, refuse what comes now."""
        self._is_closing = True
        if self._task is not None:
            for gathering in self._gatherings.values():
                gathering.release_all()
            self._queue.put_nowait(None)
            await self._task
            self._task = None
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    def write(self, change: Callable[[Transaction], Awaitable[T]]) -> Awaitable[T]:
        return self._enqueue(Job(change), self._queue_one)

    def write_together(self, together: Together[Item, T], item: Item) -> Awaitable[T]:
        return self._enqueue(Job.of(together, item), self._queue_one)

    def write_gathered(self, together: Together[Item, T], item: Item) -> Awaitable[T]:
        gathering = self._gatherings.get(together)
        if gathering is None:
            gathering = Gathering(self._queue.put_nowait, every_s=GATHERED_EVERY_S)
            self._gatherings[together] = gathering
        return self._enqueue(Job.of(together, item), gathering.add)

    async def lull(self) -> None:
        """Wait until a commit has just ended; not at all where none has been for a while, and never for long."""
        if time.monotonic() - self._committed_at < BUSY_S:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._next_commit.wait(), LULL_WITHIN_S)

    def _committed(self) -> None:
        self._committed_at = time.monotonic()
        self._next_commit.set()
        self._next_commit = asyncio.Event()

    def _enqueue(self, job: Job[T], put: Callable[[Job[T]], None]) -> Awaitable[T]:
        if self._is_closing or self._task is None:
            raise Unavailable("stopping")
        put(job)
        # A caller who is cancelled takes away the future that they wait for, and nothing else.
        return job.done

    def _queue_one(self, job: Job[Any]) -> None:
        self._queue.put_nowait([job])

    async def _write_for_ever(self) -> None:
        while (batch := await self._queue.get()) is not None:
            stopping = False
            while len(batch) < MAX_BATCH and not self._queue.empty():
                following = self._queue.get_nowait()
                if following is None:
                    stopping = True
                    break
                batch += following
            metrics.batch_changes.observe(len(batch))
            await self._commit(Step.of(batch))
            if stopping:
                break

    async def _commit(self, steps: list[Step], *, may_presume: bool = True) -> None:
        """Run a batch in one transaction; then publish its facts and let its callers go on, in order.

        A step by itself may presume what nearly always is so: it then waits for the database once, at the commit.
        """
        try:
            with metrics.commit_seconds.time():
                done = await self._run_all(steps, may_presume=may_presume)
        except (OperationalError, OSError) as error:
            # Disk full, I/O error, locked for too long: SQLite may have ended the whole transaction by itself.
            log.error("write_failed", error=cause(error), steps=len(steps))
            await self._fail(steps, unavailable(error))
        except IntegrityError as error:
            if may_presume and steps[0].has_presumed:
                await self._commit(steps, may_presume=False)
            else:
                await self._recover(steps, error)
        except Exception as error:  # noqa: BLE001  # told to whom it belongs: the writer outlives it
            await self._recover(steps, error)
        else:
            for step in done:
                self._learn(step)
            self._committed()
            self._publish([fact for step in done for fact in step.facts])
            for step in done:
                for job, outcome in zip(step.jobs, step.outcomes, strict=True):
                    job.settle(outcome)

    async def _run_all(self, steps: list[Step], *, may_presume: bool) -> list[Step]:
        """Run a batch in one transaction to its commit, and return what of it has succeeded."""
        connection = self._open_connection()
        async with connection.begin():
            if len(steps) == 1:
                await self._run(steps[0], connection, may_presume=may_presume)
                return steps
            apart = [await self._run_apart(step, connection) for step in steps]
            return [step for done in apart for step in done]

    def _open_connection(self) -> AsyncConnection:
        if self._connection is None:
            raise RuntimeError("the writer has not been started")
        return self._connection

    async def _run_apart(self, step: Step, connection: AsyncConnection) -> list[Step]:
        """Run a step so that its failure takes nobody with it; what it consists of is then tried one by one."""
        try:
            async with connection.begin_nested():
                await self._run(step, connection)
                await bulk.settle(connection)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001  # as in _commit
            if len(step.jobs) == 1:
                _tell_failure(step, error)
                return []
            apart = [await self._run_apart(single, connection) for single in step.split()]
            return [single for steps in apart for single in steps]
        return [step]

    async def _run(self, step: Step, connection: AsyncConnection, *, may_presume: bool = False) -> None:
        tx = Transaction(connection, self._clock(), may_presume=may_presume)
        try:
            await step.run(tx)
        finally:
            await tx.close()
        if not step.has_presumed:
            self._learn(step)

    def _learn(self, step: Step) -> None:
        """Teach memory what a step has done, once."""
        if self._memory is not None and not step.is_learned:
            for fact in step.facts:
                self._memory.learn(fact)
        step.is_learned = True

    async def _recover(self, steps: list[Step], error: Exception) -> None:
        """A transaction was rolled back for one failure: tell it where it belongs, try the others again."""
        if len(steps) == 1 and len(steps[0].jobs) == 1:
            _tell_failure(steps[0], error)
            return
        log.error("batch_failed", steps=len(steps), exc_info=error)
        await self._relearn(steps)
        for step in steps:
            for single in step.split():
                if not single.jobs[0].done.done():
                    await self._commit([single])

    async def _fail(self, steps: list[Step], error: ChatError) -> None:
        """Nothing of a batch has happened: its callers are told."""
        await self._relearn(steps)
        for step in steps:
            for job in step.jobs:
                job.fail(error)

    async def _relearn(self, steps: list[Step]) -> None:
        """Memory forgets what it learned of a batch that was rolled back."""
        if self._memory is None or not any(step.facts and step.is_learned for step in steps):
            return
        try:
            async with self._read() as reading:
                await self._memory.load(reading)
        except Exception:
            log.exception("memory_not_reloaded")

    def _publish(self, facts: Sequence[Fact]) -> None:
        for listener in self._listeners:
            try:
                listener(facts)
            except Exception:  # it is committed: one deaf listener must not make it look undone
                log.exception("listener_failed")


def _tell_failure(step: Step, error: Exception) -> None:
    """A change failed by itself and left nothing behind; what nobody expected goes to the log too."""
    if not isinstance(error, ChatError):
        log.error("change_failed", exc_info=error)
    step.jobs[0].fail(error)


def unavailable(error: BaseException) -> Unavailable:
    return Unavailable("disk_full" if "full" in cause(error) else "unavailable", retry_after=RETRY_AFTER_S)


def cause(error: BaseException) -> str:
    """The driver's own words, without the statement and its values, which do not belong in a log."""
    return str(getattr(error, "orig", None) or error)
