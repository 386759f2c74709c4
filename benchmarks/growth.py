"""P4: what a delivery costs as groups grow, and what the server does when thousands of lines break at once."""

from __future__ import annotations

import asyncio
import time

from benchmarks.groups import Group, connected_group, group_name
from benchmarks.memory import LOOK_EVERY_S, until_gone
from benchmarks.run import MILLI, Run, delivery_figures
from benchmarks.servers import CAUSERIE
from benchmarks.world import gather, people
from chat.bench.connection import Refused
from chat.bench.crowd import allow_files
from chat.bench.http import get
from chat.bench.server import ServerProcess

SIZES = (50, 200, 1000)
LARGEST = 5000
GROWS_BY, DROP_S = 1.2, 5.0
# Each who comes is told to all who are there: in the largest group that is some twelve million events.
LARGEST_WITHIN_S = 300.0


async def measure(run: Run) -> None:
    largest = max(run.options.scaled(LARGEST), SIZES[1])
    sizes = [size for size in SIZES if size < largest]
    allow_files(largest)
    world = people(run.folder / "growth", largest, 2 * largest)
    await gather(world, {group_name(size): list(range(size)) for size in (*sizes, largest)})
    for _ in range(run.options.rounds):
        for size in sizes:
            async with connected_group(run, CAUSERIE, world, size) as group:
                await _cost(run, group)
    try:
        async with connected_group(run, CAUSERIE, world, largest, LARGEST_WITHIN_S) as group:
            await _cost(run, group)
            await _drop(run, group)
    except (Refused, TimeoutError) as error:
        print(f"  P4 {largest} members could not all come: {str(error) or 'too slow'}")
        run.mark("P4", f"{largest:,} members dropped at once", None, "≤", DROP_S, "s")
    if sizes[-1] > SIZES[1]:
        small, large = (_median_cost(run, size) for size in (SIZES[1], sizes[-1]))
        run.mark("P4", f"CPU per delivery at {sizes[-1]:,} members, × at 200", large / small, "≤", GROWS_BY)


async def _cost(run: Run, group: Group) -> None:
    window = await group.full(run.options.seconds, run.options.warm_up)
    run.note("P4", _case(group.size), CAUSERIE.name, delivery_figures(window))


async def _drop(run: Run, group: Group) -> None:
    """All lines break at once; how long until the server has taken leave of them, and whether it answered meanwhile."""
    cpu = group.server.cpu_s()
    watch = asyncio.create_task(_longest_answer(group.server))
    group.crowd.abort()
    seconds = await until_gone(group.server)
    await group.server.settle()
    watch.cancel()
    figures = {
        "seconds": seconds,
        "longest_healthz_ms": MILLI * await watch,
        "cpu_s": group.server.cpu_s() - cpu,
    }
    run.note("P4", f"drop of {group.size:,}", CAUSERIE.name, figures)
    run.mark("P4", f"{group.size:,} members dropped at once", seconds, "≤", DROP_S, "s")


async def _longest_answer(server: ServerProcess) -> float:
    """Ask /healthz again and again until cancelled; the longest that an answer took, in seconds."""
    longest = 0.0
    try:
        while True:
            began = time.perf_counter()
            await get(server.port, "/healthz")
            longest = max(longest, time.perf_counter() - began)
            await asyncio.sleep(LOOK_EVERY_S)
    except asyncio.CancelledError:
        return longest


def _median_cost(run: Run, size: int) -> float:
    return run.median("P4", _case(size), CAUSERIE.name, "cpu_us_per_delivery")


def _case(size: int) -> str:
    return f"{size:,} members"
