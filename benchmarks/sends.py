"""P2: acknowledged sends in a hundred conversations of two, each with one message out at a time."""

from __future__ import annotations

from benchmarks.loads import connected, window_of
from benchmarks.run import Run, send_figures
from benchmarks.servers import CAUSERIE, NODE_FULL, NODE_NORMAL, STOCK, Contender
from benchmarks.world import World, gather, people
from chat.bench.load import Turns
from chat.bench.server import ServerProcess
from chat.bench.traffic import Window

PAIRS = 100
BOTH = 2
CONTENDERS = (CAUSERIE, NODE_FULL, NODE_NORMAL, STOCK)
TIMES_FULL, TIMES_NORMAL, TAIL_OF_FULL = 2.5, 1.0, 0.5


async def measure(run: Run) -> None:
    world = people(run.folder / "sends", BOTH * PAIRS, 10 * PAIRS)
    await gather(world, {f"pair {place}": [place, PAIRS + place] for place in range(PAIRS)})
    for _ in range(run.options.rounds):
        for contender in CONTENDERS:
            async with run.serving(contender, world) as server:
                window = await exchange(run, contender, world, server)
            run.note("P2", "100 pairs", contender.name, send_figures(window))
    _judge(run)


async def exchange(
    run: Run, contender: Contender, world: World, server: ServerProcess, pairs: int = PAIRS
) -> Window:
    """One window of so many pairs in conversation, the world's first people with those who follow them."""
    tokens = world.tokens[: BOTH * pairs]
    async with connected(contender, server, tokens, range(len(tokens))) as (traffic, crowd):
        speakers = [
            (crowd.connections[place], world.conversations[f"pair {place}"]) for place in range(pairs)
        ]
        turns = Turns(traffic, speakers, BOTH)
        options = run.options
        return await window_of(turns, traffic, server, warm_up=options.warm_up, seconds=options.seconds)


def _judge(run: Run) -> None:
    def rate(contender: Contender) -> float:
        return run.median("P2", "100 pairs", contender.name, "sends_per_s")

    def tail(contender: Contender) -> float:
        return run.median("P2", "100 pairs", contender.name, "ack_p99_ms")

    ours = rate(CAUSERIE)
    run.mark("P2", "acked sends a second, × Node at FULL", ours / rate(NODE_FULL), "≥", TIMES_FULL)
    run.mark("P2", "ack p99, × Node's at FULL", tail(CAUSERIE) / tail(NODE_FULL), "≤", TAIL_OF_FULL)
    run.mark("P2", "acked sends a second, × Node at NORMAL", ours / rate(NODE_NORMAL), "≥", TIMES_NORMAL)
