"""Ways to load a server: as much as it takes, so much a second, or one after the other."""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections.abc import Iterator, Sequence

from chat.bench.connection import Connection
from chat.bench.traffic import Traffic

DRAINED_WITHIN_S = 20
LOOK_EVERY_S = 0.02

# Who speaks, and in which conversation.
Speaker = tuple[Connection, str]


class Incomplete(Exception):
    """Not everything that was sent has come: what was measured means nothing."""


class FullLine:
    """A bounded number of messages on their way to a group, a new one as soon as one has reached everybody."""

    def __init__(self, traffic: Traffic, speakers: Sequence[Speaker], listeners: int, in_flight: int) -> None:
        """`listeners`: how many connections get each message."""
        self._traffic = traffic
        self._turns = itertools.cycle(speakers)
        self._listeners = listeners
        self._in_flight = in_flight
        self._sent = 0
        self._start_deliveries = 0
        # From how many deliveries on the next message may leave.
        self._due = 0

    def start(self) -> None:
        self._start_deliveries = self._due = self._traffic.deliveries
        self._traffic.on_delivery = self._refill
        self._refill()

    def _refill(self) -> None:
        """Called for every delivery: mostly for nothing, so that must cost little."""
        while self._traffic.deliveries >= self._due:
            self._traffic.send(*next(self._turns))
            self._sent += 1
            free_at = max(0, self._sent + 1 - self._in_flight)
            self._due = self._start_deliveries + free_at * self._listeners

    async def stop(self) -> None:
        """Send no more and wait for what is on its way. Raises Incomplete."""
        self._traffic.on_delivery = _nothing
        await drain(self._traffic, self._start_deliveries + self._sent * self._listeners)


class Pace:
    """So many messages a second, each at its moment, whether or not earlier ones have arrived."""

    def __init__(
        self, traffic: Traffic, speakers: Iterator[Speaker], listeners: int, per_second: float
    ) -> None:
        self._traffic = traffic
        self._speakers = speakers
        self._listeners = listeners
        self._per_second = per_second
        self._start_deliveries = traffic.deliveries
        self._sent = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            due = math.floor((loop.time() - began) * self._per_second)
            while self._sent < due:
                self._sent += 1
                self._traffic.send(*next(self._speakers))
            await asyncio.sleep(began + (self._sent + 1) / self._per_second - loop.time())

    async def stop(self) -> None:
        """Send no more and wait for what is on its way. Raises Incomplete."""
        assert self._task is not None
        self._task.cancel()
        await drain(self._traffic, self._start_deliveries + self._sent * self._listeners)


class Turns:
    """Each speaker has one message out: the next one follows its acknowledgement."""

    def __init__(self, traffic: Traffic, speakers: Sequence[Speaker], listeners: int) -> None:
        self._traffic = traffic
        self._speakers = speakers
        self._listeners = listeners
        self._start_deliveries = traffic.deliveries
        self._sent = 0
        self._whose: dict[int, Speaker] = {}

    def start(self) -> None:
        self._traffic.on_ack = self._answered
        for speaker in self._speakers:
            self._say(speaker)

    def _say(self, speaker: Speaker) -> None:
        self._sent += 1
        self._whose[self._traffic.send(*speaker)] = speaker

    def _answered(self, number: int) -> None:
        self._say(self._whose.pop(number))

    async def stop(self) -> None:
        """Send no more and wait for what is on its way. Raises Incomplete."""
        self._traffic.on_ack = _nothing
        await drain(self._traffic, self._start_deliveries + self._sent * self._listeners)


async def drain(traffic: Traffic, deliveries: int) -> None:
    """Wait until so many deliveries have come in all, no more and no fewer. Raises Incomplete."""
    deadline = time.monotonic() + DRAINED_WITHIN_S
    while traffic.deliveries < deliveries and time.monotonic() < deadline:  # noqa: ASYNC110  # events cost
        await asyncio.sleep(LOOK_EVERY_S)
    if traffic.deliveries != deliveries or traffic.failed or traffic.lost_connections:
        raise Incomplete(
            f"{deliveries - traffic.deliveries} of {deliveries} deliveries are missing, {traffic.failed} sends "
            f"failed and {traffic.lost_connections} connections broke"
        )


def _nothing(*_: int) -> None:
    pass
