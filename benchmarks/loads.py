"""People connected to a server, and a window of what it does under their load."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Protocol

from benchmarks.servers import Contender
from chat.bench.crowd import WELCOMED_WITHIN_S, Crowd
from chat.bench.server import ServerProcess
from chat.bench.traffic import Traffic, Window


class Load(Protocol):
    """What `chat.bench.load` offers."""

    def start(self) -> None: ...

    async def stop(self) -> None: ...


@contextlib.asynccontextmanager
async def connected(
    contender: Contender,
    server: ServerProcess,
    tokens: Sequence[str],
    watched: Iterable[int],
    within_s: float = WELCOMED_WITHIN_S,
) -> AsyncIterator[tuple[Traffic, Crowd]]:
    """A connection for each token for the length of the block; what comes at the places `watched` is timed."""
    traffic = Traffic()
    crowd = Crowd(server.port, traffic, offers_deflate=contender.offers_deflate)
    try:
        await crowd.join(tokens, watched=watched, within_s=within_s)
        await server.settle()
        yield traffic, crowd
    finally:
        crowd.abort()


async def window_of(
    load: Load, traffic: Traffic, server: ServerProcess, *, warm_up: float, seconds: float
) -> Window:
    """One window of `seconds`, after a warm-up; then all that was sent must have come. Raises Incomplete."""
    load.start()
    await traffic.window(server, warm_up)
    window = await traffic.window(server, seconds)
    await load.stop()
    return window
