"""P3: the memory that the server holds: idle, with thousands connected, after they have left; and all of it again."""

from __future__ import annotations

import asyncio
import time

from benchmarks.run import Run
from benchmarks.servers import CAUSERIE
from benchmarks.world import gather, people
from chat.bench.connection import Refused
from chat.bench.crowd import Crowd, allow_files
from chat.bench.http import get
from chat.bench.server import ServerProcess
from chat.bench.traffic import Traffic
from chat.transport.reclaim import PAUSE_S

PEOPLE = 1000
FEW, MANY = 1_000, 10_000
GONE_WITHIN_S = 120
LOOK_EVERY_S = 0.05
# Who goes may be back at once: the server waits for that before it looks through its memory.
GIVEN_BACK_AFTER_S = PAUSE_S + 2
MEGABYTE, KILOBYTE = 1e6, 1e3
IDLE_MB, CONNECTION_KB = 90, 45


async def measure(run: Run) -> None:
    few, many = run.options.scaled(FEW), run.options.scaled(MANY)
    if allow_files(many) < many:
        raise Refused(f"{many} connections need so many open files: raise the hard limit (ulimit -Hn)")
    world = people(run.folder / "memory", run.options.scaled(PEOPLE), PEOPLE)
    await gather(world, {})
    # Each person with several tabs: first everybody with one, then everybody with the next one.
    tokens = [world.tokens[number % len(world.tokens)] for number in range(many)]
    async with run.serving(CAUSERIE, world) as server:
        idle = await _resident(server)
        run.note("P3", "idle", CAUSERIE.name, {"resident_mb": idle / MEGABYTE})
        for time_, steps in (("first", [few, many]), ("second", [many])):
            crowd = Crowd(server.port, Traffic())
            try:
                for count in steps:
                    await crowd.join(tokens[len(crowd.connections) : count])
                    resident = await _resident(server)
                    each = (resident - idle) / count / KILOBYTE
                    figures = {"resident_mb": resident / MEGABYTE, "kb_per_connection": each}
                    run.note("P3", f"{count:,}, {time_} time", CAUSERIE.name, figures)
            finally:
                crowd.abort()
            await until_gone(server)
            await asyncio.sleep(GIVEN_BACK_AFTER_S)
            left = await _resident(server) / MEGABYTE
            run.note("P3", f"left, {time_} time", CAUSERIE.name, {"resident_mb": left})
    _judge(run, few, many)


async def until_gone(server: ServerProcess) -> float:
    """Wait until the server counts no connection any more; returns the seconds. Raises TimeoutError."""
    began = time.perf_counter()
    async with asyncio.timeout(GONE_WITHIN_S):
        while await connections(server):  # noqa: ASYNC110  # it is another process
            await asyncio.sleep(LOOK_EVERY_S)
    return time.perf_counter() - began


async def connections(server: ServerProcess) -> int:
    """How many connections the server says it has."""
    lines = (await get(server.port, "/metrics")).body.decode().splitlines()
    return next(int(float(line.split()[1])) for line in lines if line.startswith("causerie_connections "))


async def _resident(server: ServerProcess) -> int:
    await server.settle()
    return server.resident_bytes()


def _judge(run: Run, few: int, many: int) -> None:
    idle = run.median("P3", "idle", CAUSERIE.name, "resident_mb")
    run.mark("P3", "idle server", idle, "≤", IDLE_MB, "MB")
    for count in (few, many):
        each = run.median("P3", f"{count:,}, first time", CAUSERIE.name, "kb_per_connection")
        run.mark("P3", f"a connection, of {count:,}, offering deflate", each, "≤", CONNECTION_KB, "KB")
