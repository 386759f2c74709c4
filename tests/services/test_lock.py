"""R11: another process that holds the database's write lock stops neither the loop nor the readers."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

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
    """The longest pause between two beats, and how many beats there were."""

    def __init__(self) -> None:
        self.longest_pause_s = 0.0
        self.beats = 0
        self._last = time.monotonic()

    def beat(self) -> None:
        now = time.monotonic()
        self.longest_pause_s = max(self.longest_pause_s, now - self._last)
        self._last = now
        self.beats += 1


async def beat_for_ever(pulse: Pulse) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        pulse.beat()


@contextmanager
def pulse_of_the_machine() -> Iterator[Pulse]:
    """The pulse of a thread that has nothing to do: what a busy machine takes from everybody."""
    pulse, has_ended = Pulse(), threading.Event()

    def beat_until_the_end() -> None:
        while not has_ended.wait(BEAT_S):
            pulse.beat()

    thread = threading.Thread(target=beat_until_the_end)
    thread.start()
    yield pulse
    has_ended.set()
    thread.join()


async def test_loop_turns_and_reads_go_on_when_another_process_holds_the_lock(store: Store) -> None:
    await database.write(keep("before"))
    async with locked_by_another_process(store):
        loop, reads = Pulse(), Pulse()
        with pulse_of_the_machine() as machine:
            beating = asyncio.create_task(beat_for_ever(loop))
            writing = asyncio.create_task(database.write(keep("refused")))
            while not writing.done():
                async with database.read() as reading:
                    assert await reading.session.get(InstanceValue, "before") is not None
                reads.beat()
            beating.cancel()
    with pytest.raises(Unavailable) as refusal:
        await writing
    assert refusal.value.retry_after is not None
    assert loop.beats > 50, "the wait was too short to say anything"
    assert max(loop.longest_pause_s, reads.longest_pause_s) - machine.longest_pause_s < LONGEST_PAUSE_S


async def test_writes_go_on_when_the_lock_is_released(store: Store) -> None:
    async with locked_by_another_process(store):
        waiting = asyncio.create_task(database.write(keep("patient")))
        await asyncio.sleep(0)
    await waiting
    async with database.read() as reading:
        assert await reading.session.get(InstanceValue, "patient") is not None
