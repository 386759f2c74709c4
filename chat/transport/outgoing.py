"""What waits for one peer: in order, bounded, and knowing what has left."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from chat.transport.packets import OutgoingPacket

# Two full pages of the longest messages. More, and the peer is closed and catches up later (R13).
MAX_BYTES = 4_000_000
# Below this, more pages may be put behind.
DRAINED_BYTES = 100_000


class Outgoing:
    """Packets on their way to one peer. Times are monotonic seconds."""

    def __init__(self) -> None:
        # To be looked at; whoever takes from it takes by `take`.
        self.packets: deque[OutgoingPacket] = deque()
        self._bytes = 0
        self._left_from: float | None = None
        # Made when somebody waits: most lines never have anybody, and an idle event takes almost 1 KB.
        self._news: asyncio.Event | None = None
        self._drained: asyncio.Event | None = None
        self._on_news: Callable[[], None] = self._tell_news

    def __len__(self) -> int:
        return len(self.packets)

    def call_on_news(self, on_news: Callable[[], None]) -> None:
        """Call `on_news` whenever there is something to take again, in place of waking who waits for `news`."""
        self._on_news = on_news
        if self.packets:
            on_news()

    def append(self, pkt: OutgoingPacket) -> bool:
        """Put a packet behind those that wait; False when more waits than any peer that reads lets come together."""
        packets = self.packets
        packets.append(pkt)
        self._bytes += pkt.size
        if len(packets) == 1:
            self._on_news()
        return self._bytes <= MAX_BYTES

    def extend(self, packets: Sequence[OutgoingPacket]) -> bool:
        """As `append`, for several at once."""
        had_any = bool(self.packets)
        self.packets.extend(packets)
        self._bytes += sum(pkt.size for pkt in packets)
        if packets and not had_any:
            self._on_news()
        return self._bytes <= MAX_BYTES

    def take(self, limit: int | None = None) -> list[OutgoingPacket]:
        """The first packets, or all; until `arrived` they count as on their way."""
        count = len(self.packets) if limit is None else min(limit, len(self.packets))
        taken = [self.packets.popleft() for _ in range(count)]
        if taken:
            self._have_left(taken[0], sum(pkt.size for pkt in taken))
        return taken

    def take_frames(self, max_bytes: int) -> bytes:
        """The frames of the first packets, at least one, of up to `max_bytes` in all; as `take`."""
        packets = self.packets
        first = packets.popleft()
        size = first.size
        if not packets:
            self._have_left(first, size)
            return first.frame
        frames = [first.frame]
        while packets and size + packets[0].size <= max_bytes:
            pkt = packets.popleft()
            frames.append(pkt.frame)
            size += pkt.size
        self._have_left(first, size)
        return b"".join(frames)

    def _have_left(self, first: OutgoingPacket, size: int) -> None:
        if self._left_from is None:
            self._left_from = first.made_at
        self._bytes -= size
        if self._drained is not None and self._bytes <= DRAINED_BYTES:
            self._drained.set()

    def went_past(self, pkt: OutgoingPacket) -> None:
        """A packet is on its way that never stood in the line."""
        if self._left_from is None:
            self._left_from = pkt.made_at

    def arrived(self) -> None:
        """What was taken has been given to the peer's connection."""
        self._left_from = None

    def has_written(self, moment: float) -> bool:
        """Whether all that was made up to `moment` has been given to the peer's connection."""
        if self._left_from is not None and self._left_from <= moment:
            return False
        return not self.packets or self.packets[0].made_at > moment

    def clear(self) -> None:
        """Forget what waits: nobody will read it."""
        self.packets.clear()
        self._bytes = 0

    def wake(self) -> None:
        """Let whoever waits now look again, packets or not."""
        for event in (self._news, self._drained):
            if event is not None:
                event.set()

    async def news(self) -> None:
        """Wait until there is something to take, or `wake` is called."""
        if not self.packets:
            self._news = self._news or asyncio.Event()
            self._news.clear()
            await self._news.wait()

    def _tell_news(self) -> None:
        if self._news is not None:
            self._news.set()

    async def drained(self) -> bool:
        """Wait a while for little to be left; whether little is."""
        if self._bytes > DRAINED_BYTES:
            self._drained = self._drained or asyncio.Event()
            self._drained.clear()
            await self._drained.wait()
        return self._bytes <= DRAINED_BYTES
