"""R11: another process that holds the database's write lock stops neither the loop nor the readers."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chat import database
from chat.errors import Unavailable
from chat.models import InstanceValue
from tests.services.conftest import Store, keep

LONGEST_PAUSE_S = 0.25
BEAT_S = 0.01
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


class Pulse:
    """Measures the longest pause of the event loop during a block."""

    def __init__(self) -> None:
        self.longest_pause_s = 0.0
        self.beats = 0

    async def beat(self) -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(BEAT_S)
            now = time.monotonic()
            self.longest_pause_s = max(self.longest_pause_s, now - last)
            self.beats += 1
            last = now


async def test_loop_turns_and_reads_go_on_when_another_process_holds_the_lock(store: Store) -> None:
    await database.write(keep("before"))
    pulse, slowest_read_s = Pulse(), 0.0
    async with locked_by_another_process(store):
        beating = asyncio.create_task(pulse.beat())
        writing = asyncio.create_task(database.write(keep("refused")))
        while not writing.done():
            began = time.monotonic()
            async with database.read() as reading:
                assert await reading.session.get(InstanceValue, "before") is not None
            slowest_read_s = max(slowest_read_s, time.monotonic() - began)
            await asyncio.sleep(BEAT_S)
        beating.cancel()
    with pytest.raises(Unavailable) as refusal:
        await writing
    assert refusal.value.retry_after is not None
    assert pulse.beats > 100, "the wait was too short to say anything"
    assert max(pulse.longest_pause_s, slowest_read_s) < LONGEST_PAUSE_S


async def test_writes_go_on_when_the_lock_is_released(store: Store) -> None:
    async with locked_by_another_process(store):
        waiting = asyncio.create_task(database.write(keep("patient")))
        await asyncio.sleep(0)
    await waiting
    async with database.read() as reading:
        assert await reading.session.get(InstanceValue, "patient") is not None
