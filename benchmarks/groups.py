"""A group with all its members connected, to be loaded."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass

from benchmarks.loads import connected, window_of
from benchmarks.run import Run
from benchmarks.servers import Contender
from benchmarks.world import World
from chat.bench.connection import Connection
from chat.bench.crowd import WELCOMED_WITHIN_S, Crowd
from chat.bench.load import FullLine, Pace
from chat.bench.server import ServerProcess
from chat.bench.traffic import Traffic, Window

WATCHED = 10
SPEAKERS = 4
IN_FLIGHT = 8


@dataclass(frozen=True, slots=True)
class Group:
    traffic: Traffic
    crowd: Crowd
    server: ServerProcess
    conversation_id: str
    size: int

    async def full(self, seconds: float, warm_up: float) -> Window:
        """As fast as it goes with a few messages on their way."""
        line = FullLine(self.traffic, self._speakers(), self.size, IN_FLIGHT)
        return await window_of(line, self.traffic, self.server, warm_up=warm_up, seconds=seconds)

    async def calm(self, per_second: float, seconds: float, warm_up: float) -> Window:
        """So many messages a second, whatever comes of the earlier ones."""
        pace = Pace(self.traffic, itertools.cycle(self._speakers()), self.size, per_second)
        return await window_of(pace, self.traffic, self.server, warm_up=warm_up, seconds=seconds)

    def _speakers(self) -> list[tuple[Connection, str]]:
        places = watched_places(self.size)[:: WATCHED // SPEAKERS][:SPEAKERS]
        return [(self.crowd.connections[place], self.conversation_id) for place in places]


def watched_places(size: int) -> list[int]:
    """Whose messages are timed: spread evenly over the order in which they came, in which a server may write too."""
    return [place * size // WATCHED for place in range(WATCHED)]


@contextlib.asynccontextmanager
async def connected_group(
    run: Run, contender: Contender, world: World, size: int, within_s: float = WELCOMED_WITHIN_S
) -> AsyncIterator[Group]:
    """A fresh server with the world's group of that size, its members and nobody else connected."""
    async with (
        run.serving(contender, world) as server,
        connected(contender, server, world.tokens[:size], watched_places(size), within_s) as (traffic, crowd),
    ):
        yield Group(traffic, crowd, server, world.conversations[group_name(size)], size)


def group_name(size: int) -> str:
    return f"The {size}"
