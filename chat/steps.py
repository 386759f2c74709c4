"""What the writer runs: a caller's change, or one that neighbours in its queue share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

from chat.errors import ChatError
from chat.events import Fact
from chat.transactions import Transaction

Item = TypeVar("Item")
T = TypeVar("T")

# A change that many callers share: their items in, for each its result or what to raise for it.
Together = Callable[[Transaction, list[Item]], Awaitable[Sequence[T | ChatError]]]


class Job(Generic[T]):
    """A caller who waits for a change: one of their own, or an item of one that others share."""

    def __init__(self, change: Callable[[Transaction], Awaitable[T]] | None = None) -> None:
        self.change = change
        self.together: Together[Any, T] | None = None
        self.item: Any = None
        self.done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    @classmethod
    def of(cls, together: Together[Item, T], item: Item) -> Job[T]:
        """An item of what `together` does for several callers at once."""
        job: Job[T] = cls()
        job.together, job.item = together, item
        return job

    def settle(self, outcome: T | ChatError) -> None:
        if self.done.done():
            return
        if isinstance(outcome, ChatError):
            self.fail(outcome)
        else:
            self.done.set_result(outcome)

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(error)
            self.done.exception()  # the caller may have gone: then nobody else asks for it


class Step:
    """What runs at once: one caller's change, or the items of neighbours that share one."""

    def __init__(self, jobs: list[Job[Any]]) -> None:
        self.jobs = jobs
        self.outcomes: Sequence[Any] = []
        self.facts: list[Fact] = []
        # Whether it goes by what a constraint may yet refuse.
        self.has_presumed = False
        self.is_learned = False

    async def run(self, tx: Transaction) -> None:
        first = self.jobs[0]
        if first.together is not None:
            self.outcomes = await first.together(tx, [job.item for job in self.jobs])
        elif first.change is not None:
            self.outcomes = [await first.change(tx)]
        await tx.flush()
        self.facts, self.has_presumed = tx.facts, tx.has_presumed

    def split(self) -> list[Step]:
        return [Step([job]) for job in self.jobs]

    @classmethod
    def of(cls, batch: list[Job[Any]]) -> list[Step]:
        """The steps of a batch, in its order: only neighbours share one."""
        steps: list[Step] = []
        for job in batch:
            if steps and job.together is not None and steps[-1].jobs[0].together is job.together:
                steps[-1].jobs.append(job)
            else:
                steps.append(cls([job]))
        return steps
