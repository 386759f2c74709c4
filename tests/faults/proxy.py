"""A TCP proxy that breaks links on purpose; what it does may change while they stand."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.faults.client import reset

CHUNK_BYTES = 65_536
TRICKLE_BYTES_PER_S = 1


@dataclass
class Way:
    """One direction of all links: `up` to the server, `down` from it."""

    delay_s: float = 0.0
    # Nothing gets through while this is cleared, and nobody is told; the kernels' buffers fill.
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    # A trickle: so many bytes a second; None is as fast as it goes.
    bytes_per_s: float | None = None
    _cut: Cutter | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.is_open.set()

    def black_hole(self) -> None:
        self.is_open.clear()

    def trickle(self, bytes_per_s: float = TRICKLE_BYTES_PER_S) -> None:
        self.bytes_per_s = bytes_per_s

    def cut_after_bytes(self, count: int) -> None:
        """Reset each link, those to come too, once it has let `count` bytes through."""
        self._cut = Cutter(None, count)

    def cut_after(self, marker: bytes, count: int) -> None:
        """Reset each link, those to come too, at the `count`th `marker`, in the middle of whatever that is."""
        self._cut = Cutter(marker, count)

    def heal(self) -> None:
        self.delay_s, self.bytes_per_s, self._cut = 0.0, None, None
        self.is_open.set()
        self.changed.set()

    def cutter(self) -> Cutter | None:
        """The cut of a new link, which counts for itself."""
        return None if self._cut is None else Cutter(self._cut.marker, self._cut.count)


class Cutter:
    """Counts what passes on one link; says where it ends."""

    def __init__(self, marker: bytes | None, count: int) -> None:
        self.marker = marker
        self.count = count
        self._seen = 0
        self._tail = b""

    def passes(self, data: bytes) -> int | None:
        """How many bytes of `data` still get through before the cut; None for all."""
        if self.marker is None:
            self._seen += len(data)
            return None if self._seen < self.count else len(data) - (self._seen - self.count)
        window = self._tail + data
        at = -1
        while (at := window.find(self.marker, at + 1)) != -1:
            self._seen += 1
            if self._seen == self.count:
                return max(0, at - len(self._tail))
        self._tail = window[-(len(self.marker) - 1) :] if len(self.marker) > 1 else b""
        return None


class Link:
    """One client's connection, and the proxy's own to the server for it."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client = client
        self.server = server

    def reset(self) -> None:
        reset(self.client)
        reset(self.server)

    def close(self) -> None:
        self.client.close()
        self.server.close()


class Proxy:
    """`async with Proxy(server.port) as proxy`: clients connect to `proxy.port`."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self.port = 0
        self.up = Way()
        self.down = Way()
        self.links: list[Link] = []
        self.cuts = 0
        self._pumps: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._listener is not None
        self._listener.close()
        self.reset()
        for pump in list(self._pumps):
            pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pump

    def reset(self) -> None:
        """RST to both sides of every link."""
        for link in self.links:
            link.reset()
        self.links.clear()

    def vanish(self) -> None:
        """Half-open: the clients get a reset, the server is told nothing."""
        self.up.black_hole()
        self.down.black_hole()
        for link in self.links:
            reset(link.client)

    def half_close(self) -> None:
        """The clients' FIN reaches the server; its own bytes still reach them."""
        for link in self.links:
            if link.server.can_write_eof():
                link.server.write_eof()

    def heal(self) -> None:
        """Links work again; those that were broken stay so."""
        self.up.heal()
        self.down.heal()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            reset(writer)
            return
        link = Link(writer, to_server)
        self.links.append(link)
        both = asyncio.create_task(self._serve(link, reader, from_server))
        self._pumps.add(both)
        both.add_done_callback(self._pumps.discard)

    async def _serve(
        self, link: Link, from_client: asyncio.StreamReader, from_server: asyncio.StreamReader
    ) -> None:
        try:
            await asyncio.gather(
                self._pump(self.up, from_client, link.server, link),
                self._pump(self.down, from_server, link.client, link),
            )
        finally:
            link.close()

    async def _pump(
        self, way: Way, source: asyncio.StreamReader, target: asyncio.StreamWriter, link: Link
    ) -> None:
        cutter = way.cutter()
        try:
            while data := await source.read(CHUNK_BYTES):
                await way.is_open.wait()
                if way.delay_s:
                    await asyncio.sleep(way.delay_s)
                passing = cutter.passes(data) if cutter is not None else None
                await self._forward(way, data[:passing] if passing is not None else data, target)
                if passing is not None:
                    await asyncio.wait_for(target.drain(), timeout=1)
                    self.cuts += 1
                    self._drop(link)
                    return
            await way.is_open.wait()
            if target.can_write_eof():
                target.write_eof()
        except (OSError, TimeoutError):
            if way.is_open.is_set():  # in a black hole nobody hears of the other's end
                self._drop(link)

    async def _forward(self, way: Way, data: bytes, target: asyncio.StreamWriter) -> None:
        sent = 0
        while sent < len(data) and way.bytes_per_s is not None:
            target.write(data[sent : sent + 1])
            sent += 1
            way.changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(way.changed.wait(), 1 / way.bytes_per_s)
            await way.is_open.wait()
        target.write(data[sent:])
        await target.drain()

    def _drop(self, link: Link) -> None:
        link.reset()
        if link in self.links:
            self.links.remove(link)
