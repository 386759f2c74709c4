"""Two ways to put what waits for a peer on its websocket.

The plain way goes through the ASGI server and works with any. The direct way writes finished frames to the transport
under it: one write for each connection and turn of the event loop, whatever has gathered, without a task, a lock, an
encoder or a frame of its own for each message and recipient.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Protocol

import structlog

from chat.transport.connection import Connection
from chat.transport.outgoing import Outgoing
from chat.transport.packets import OutgoingPacket

log = structlog.get_logger(__name__)

# What one write may hold, and what may stand in the transport's buffer before the rest waits where it is bounded.
MAX_WRITE_BYTES = 65_536

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Writer(Protocol):
    """Puts what waits for a peer on its websocket, in order."""

    def has_written(self, moment: float) -> bool:
        """Whether all that was made up to `moment` (monotonic seconds) has left this process."""

    def finish(self) -> asyncio.Task[None]:
        """Write the rest and close the websocket; may be asked again. Done when that is done."""

    def abandon(self) -> None:
        """Write nothing more: nobody is there."""


class PlainWriter:
    """Awaits the ASGI server's `send` for each packet."""

    def __init__(self, send: Send, outgoing: Outgoing) -> None:
        self._send = send
        self._outgoing = outgoing
        self._is_finishing = False
        self._task = asyncio.create_task(self._write())

    def has_written(self, moment: float) -> bool:
        return self._outgoing.has_written(moment)

    def abandon(self) -> None:
        self._task.cancel()

    def finish(self) -> asyncio.Task[None]:
        self._is_finishing = True
        self._outgoing.wake()
        return self._task

    async def _write(self) -> None:
        with contextlib.suppress(Exception):  # the peer has gone: the reader sees it too and cleans up
            while not self._is_finishing or self._outgoing:
                await self._outgoing.news()
                for pkt in self._outgoing.take():
                    await self._send({"type": "websocket.send", "text": pkt.encode()})
                self._outgoing.arrived()
            await self._send({"type": "websocket.close"})


class Turn:
    """The writers that have something to write when this turn of the event loop is over.

    What one turn publishes wakes, in the next one, those who then answer: only after that is all written, so that a
    sender's acknowledgement and their own copy of the message leave together.
    """

    def __init__(self) -> None:
        self._waiting: list[DirectWriter] = []
        self.is_at_once = False

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        """Have what is enqueued meanwhile written there and then: for one packet, to gather is only a second walk."""
        self.is_at_once = True
        try:
            yield
        finally:
            self.is_at_once = False

    def add(self, writer: DirectWriter) -> None:
        if not self._waiting:
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, self._flush)
        self._waiting.append(writer)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        for writer in waiting:
            try:
                writer.flush()
            except Exception:  # one odd connection must not keep the others from their messages
                log.exception("write_failed")


class DirectWriter:
    """Writes finished frames to the connection's transport, once per turn."""

    def __init__(self, send: Send, connection: Connection, outgoing: Outgoing, turn: Turn) -> None:
        self._send = send
        self._connection = connection
        self._transport = connection.transport
        self._outgoing = outgoing
        self._line = outgoing.packets
        self._turn = turn
        self._held_up: asyncio.Task[None] | None = None
        self._finishing: asyncio.Task[None] | None = None
        outgoing.call_on_news(self._have_news)

    def _have_news(self) -> None:
        if self._held_up is None:
            self._turn.add(self)

    def write_through(self, pkt: OutgoingPacket) -> bool:
        """Write a packet without a stay in the line; False when this is not the time, or anything is before it."""
        transport = self._transport
        if (
            not self._turn.is_at_once
            or self._line
            or transport.get_write_buffer_size()
            or transport.is_closing()
        ):
            return False
        try:
            transport.write(pkt.frame)
        except Exception:  # one odd connection must not keep the others from their messages
            log.exception("write_failed")
        if transport.get_write_buffer_size():
            self._outgoing.went_past(pkt)
        return True

    def flush(self) -> None:
        """Write what waits; what the kernel does not take soon stays in the line, which is bounded."""
        transport, outgoing = self._transport, self._outgoing
        while outgoing and not transport.is_closing():
            if transport.get_write_buffer_size() >= MAX_WRITE_BYTES:
                if self._held_up is None:
                    self._held_up = asyncio.create_task(self._go_on_when_drained())
                return
            transport.write(outgoing.take_frames(MAX_WRITE_BYTES))

    async def _go_on_when_drained(self) -> None:
        with contextlib.suppress(Exception):  # as in PlainWriter
            await self._connection.drain()
            self._held_up = None
            self.flush()

    def has_written(self, moment: float) -> bool:
        if self._transport.get_write_buffer_size() == 0:
            self._outgoing.arrived()
        return self._outgoing.has_written(moment)

    def abandon(self) -> None:
        self._outgoing.clear()

    def finish(self) -> asyncio.Task[None]:
        if self._finishing is None:
            self._finishing = asyncio.create_task(self._finish())
        return self._finishing

    async def _finish(self) -> None:
        with contextlib.suppress(Exception):  # as in PlainWriter
            while self._outgoing and not self._transport.is_closing():
                self.flush()
                await self._connection.drain()
            await self._send({"type": "websocket.close"})
