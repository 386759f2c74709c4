"""P5: what a send to a group costs while one of its members stays away, for ever longer."""

from __future__ import annotations

import asyncio

from benchmarks.run import Run, send_figures
from benchmarks.sends import talk
from benchmarks.servers import CAUSERIE
from benchmarks.world import gather, people
from chat.bench.load import LOOK_EVERY_S

GROUP = "three"
# Of the world's people: two who talk, and one who never comes.
PRESENT, ABSENT = (0, 1), 2
MISSED = 10_000
JUST_GONE, LONG_GONE = "send, one just gone", "send, one long gone"
INDEPENDENT = 1.2


async def measure(run: Run) -> None:
    missed = run.options.scaled(MISSED)
    world = people(run.folder / "absence", ABSENT + 1, 10)
    await gather(world, {GROUP: [*PRESENT, ABSENT]})
    speakers = [(place, world.conversations[GROUP]) for place in PRESENT]
    for _ in range(run.options.rounds):
        async with (
            run.serving(CAUSERIE, world) as server,
            talk(run, CAUSERIE, server, world.tokens[:ABSENT], speakers) as traffic,
        ):
            at_first = await traffic.window(server, run.options.seconds)
            while traffic.acked < missed:  # noqa: ASYNC110  # an event for each would cost
                await asyncio.sleep(LOOK_EVERY_S)
            in_the_end = await traffic.window(server, run.options.seconds)
        run.note("P5", JUST_GONE, CAUSERIE.name, send_figures(at_first))
        run.note("P5", LONG_GONE, CAUSERIE.name, send_figures(in_the_end))
    _judge(run, missed)


def _judge(run: Run, missed: int) -> None:
    before, after = (
        run.median("P5", case, CAUSERIE.name, "cpu_us_per_send") for case in (JUST_GONE, LONG_GONE)
    )
    run.mark("P5", f"send: a member is {missed:,} messages behind, × a few", after / before, "≤", INDEPENDENT)
