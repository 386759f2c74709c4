"""R11: another process that holds the database's write lock stops neither the loop nor the readers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chat import database
from chat.errors import Unavailable
from chat.models import InstanceValue
from tests.services.conftest import Store, keep

BEAT_S = 0.01
GONE_ON = 20
HOLD_THE_LOCK = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@asynccontextmanager
async def locked_by_another_process(store: Store) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", HOLD_THE_LOCK, str(store.path)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"locked\n"
    try:
        yield
    finally:
        await process.communicate(b"")


class Counter:
    """How often something happened."""

    def __init__(self) -> None:
        self.count = 0


async def count_turns_of_the_loop(turns: Counter) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        turns.count += 1


async def test_loop_turns_and_reads_go_on_when_another_process_holds_the_lock(store: Store) -> None:
    """Counted, not timed: whatever waited with the write would have come round once or twice at most."""
    await database.write(keep("before"))
    turns, reads = Counter(), Counter()
    async with locked_by_another_process(store):
        turning = asyncio.create_task(count_turns_of_the_loop(turns))
        writing = asyncio.create_task(database.write(keep("refused")))
        while not writing.done():
            async with database.read() as reading:
                assert await reading.session.get(InstanceValue, "before") is not None
            reads.count += 1
        turning.cancel()
    with pytest.raises(Unavailable) as refusal:
        await writing
    assert refusal.value.retry_after is not None
    assert turns.count > GONE_ON
    assert reads.count > GONE_ON


async def test_writes_go_on_when_the_lock_is_released(store: Store) -> None:
    async with locked_by_another_process(store):
        waiting = asyncio.create_task(database.write(keep("patient")))
        await asyncio.sleep(0)
    await waiting
    async with database.read() as reading:
        assert await reading.session.get(InstanceValue, "patient") is not None
