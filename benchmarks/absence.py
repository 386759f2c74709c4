"""P5: what a send to a group costs while one of its members stays away, for ever longer."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

from benchmarks.loads import connected, window_of
from benchmarks.run import Run, send_figures
from benchmarks.servers import CAUSERIE
from benchmarks.world import gather, people
from chat.bench.load import LOOK_EVERY_S, Pace, Speaker, Turns
from chat.bench.server import ServerProcess
from chat.bench.traffic import Traffic, Window

GROUP = "three"
# Of the world's people: two who talk, and one who never comes.
PRESENT, ABSENT = (0, 1), 2
MISSED = 10_000
# Slowly: deliveries are recorded in gatherings, and what one costs would be shared by all that it gathers.
SENDS_PER_S = 100.0
JUST_GONE, LONG_GONE = "send, one just gone", "send, one long gone"
INDEPENDENT = 1.2


async def measure(run: Run) -> None:
    """Measure both, and judge the one by the other."""
    missed = run.options.scaled(MISSED)
    world = people(run.folder / "absence", ABSENT + 1, 10)
    await gather(world, {GROUP: [*PRESENT, ABSENT]})
    for _ in range(run.options.rounds):
        async with (
            run.serving(CAUSERIE, world) as server,
            connected(CAUSERIE, server, world.tokens[:ABSENT], PRESENT) as (traffic, crowd),
        ):
            speakers = [(connection, world.conversations[GROUP]) for connection in crowd.connections]
            just_gone = await _slowly(run, traffic, speakers, server)
            await _go_on(traffic, speakers, missed)
            long_gone = await _slowly(run, traffic, speakers, server)
        run.note("P5", JUST_GONE, CAUSERIE.name, send_figures(just_gone))
        run.note("P5", LONG_GONE, CAUSERIE.name, send_figures(long_gone))
    few, many = (run.median("P5", case, CAUSERIE.name, "cpu_us_per_send") for case in (JUST_GONE, LONG_GONE))
    run.mark("P5", f"send: a member is {missed:,} messages behind, × a few", many / few, "≤", INDEPENDENT)


async def _slowly(run: Run, traffic: Traffic, speakers: Sequence[Speaker], server: ServerProcess) -> Window:
    pace = Pace(traffic, itertools.cycle(speakers), len(PRESENT), SENDS_PER_S)
    return await window_of(pace, traffic, server, warm_up=run.options.warm_up, seconds=run.options.seconds)


async def _go_on(traffic: Traffic, speakers: Sequence[Speaker], until: int) -> None:
    """Talk as fast as it goes, until so many messages have been sent."""
    turns = Turns(traffic, speakers, len(PRESENT))
    turns.start()
    while traffic.acked < until:  # noqa: ASYNC110  # an event for each would cost
        await asyncio.sleep(LOOK_EVERY_S)
    await turns.stop()
