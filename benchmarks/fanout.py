"""P1: a message to everybody in a group, as fast as it goes, and at a rate that all who are compared can carry."""

from __future__ import annotations

from benchmarks.groups import connected_group, group_name
from benchmarks.run import Run, delivery_figures
from benchmarks.servers import CAUSERIE, NODE_FULL, STOCK, Contender
from benchmarks.world import World, gather, people

SIZES = (200, 1000)
CONTENDERS = (CAUSERIE, NODE_FULL, STOCK)
# Of what the slower of Causerie and Node reached at full load.
CALM_SHARE = 0.6
CALIBRATION_S = 1.5
TIMES_NODE, TIMES_STOCK = 1.2, 8.0


async def measure(run: Run) -> None:
    world = people(run.folder / "fanout", max(SIZES), 2 * max(SIZES))
    await gather(world, {group_name(size): list(range(size)) for size in SIZES})
    for size in SIZES:
        rate = await _calm_rate(run, world, size)
        for _ in range(run.options.rounds):
            for contender in CONTENDERS:
                await _round(run, contender, world, size, rate)
        _judge(run, size)


async def _calm_rate(run: Run, world: World, size: int) -> float:
    """Messages a second that Causerie and Node carry with ease."""
    reached = []
    for contender in (CAUSERIE, NODE_FULL):
        async with connected_group(run, contender, world, size) as group:
            window = await group.full(CALIBRATION_S, run.options.warm_up)
        reached.append(window.deliveries / window.seconds / size)
    return CALM_SHARE * min(reached)


async def _round(run: Run, contender: Contender, world: World, size: int, rate: float) -> None:
    options = run.options
    async with connected_group(run, contender, world, size) as group:
        full = await group.full(options.seconds, options.warm_up)
        run.note("P1", f"full {size}", contender.name, delivery_figures(full))
        if contender is not STOCK:  # it could not carry it
            calm = await group.calm(rate, options.seconds, options.warm_up)
            run.note("P1", f"calm {size}", contender.name, delivery_figures(calm))


def _judge(run: Run, size: int) -> None:
    def cost(contender: Contender) -> float:
        return run.median("P1", f"full {size}", contender.name, "cpu_us_per_delivery")

    def tail(contender: Contender) -> float:
        return run.median("P1", f"calm {size}", contender.name, "delivery_p99_ms")

    to = f"to {size} members"
    run.mark(
        "P1", f"deliveries per CPU second {to}, × Node", cost(NODE_FULL) / cost(CAUSERIE), "≥", TIMES_NODE
    )
    run.mark("P1", f"deliveries per CPU second {to}, × stock", cost(STOCK) / cost(CAUSERIE), "≥", TIMES_STOCK)
    run.mark("P1", f"delivery p99 {to} at one rate, × Node's", tail(CAUSERIE) / tail(NODE_FULL), "≤", 1.0)
