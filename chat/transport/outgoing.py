"""What waits for one peer: in order, bounded, and knowing what has left."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Any

# Two full pages of the longest messages. More, and the peer is closed and catches up later (R13).
MAX_CHARS = 4_000_000
# Below this, more pages may be put behind.
DRAINED_CHARS = 100_000


class Outgoing:
    """Packets on their way to one peer. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._packets: deque[tuple[float, Any]] = deque()
        self._chars = 0
        self._left_from: float | None = None
        self._news = asyncio.Event()
        self._drained = asyncio.Event()

    def __len__(self) -> int:
        return len(self._packets)

    @property
    def is_over_bound(self) -> bool:
        """Whether more waits than any peer that reads lets come together."""
        return self._chars > MAX_CHARS

    def append(self, pkt: Any) -> None:
        """Put a packet behind those that wait; the same object may go to many peers, it is encoded once."""
        self._packets.append((time.monotonic(), pkt))
        self._chars += len(pkt.encode())
        self._news.set()

    def take(self, limit: int | None = None) -> list[Any]:
        """The first packets, or all; until `arrived` they count as on their way."""
        count = len(self._packets) if limit is None else min(limit, len(self._packets))
        if count:
            self._left_from = self._packets[0][0]
        taken = [self._packets.popleft()[1] for _ in range(count)]
        self._chars -= sum(len(pkt.encode()) for pkt in taken)
        if self._chars <= DRAINED_CHARS:
            self._drained.set()
        if not self._packets:
            self._news.clear()
        return taken

    def arrived(self) -> None:
        """What was taken has been given to the peer's connection."""
        self._left_from = None

    def has_written(self, moment: float) -> bool:
        """Whether all that was appended up to `moment` has been given to the peer's connection."""
        if self._left_from is not None and self._left_from <= moment:
            return False
        return not self._packets or self._packets[0][0] > moment

    def clear(self) -> None:
        """Forget what waits: nobody will read it."""
        self._packets.clear()
        self._chars = 0

    def wake(self) -> None:
        """Let whoever waits look again, packets or not."""
        self._news.set()
        self._drained.set()

    async def news(self) -> None:
        """Wait until there is something to take, or `wake` was called."""
        await self._news.wait()

    def expect_news(self) -> None:
        """Wait anew with the next `news`, whatever was woken for before."""
        self._news.clear()

    async def drained(self) -> bool:
        """Wait a while for little to be left; whether little is."""
        if self._chars > DRAINED_CHARS:
            self._drained.clear()
            await self._drained.wait()
        return self._chars <= DRAINED_CHARS
