"""One Engine.IO session: what goes out is bounded, what comes in keeps its order, and it ends for certain.

Replaces the loops of `engineio.async_socket.AsyncSocket`, which make about four tasks per message, let the queue of a
peer that does not read grow for ever, and lose what was handed to a poll whose client had gone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from engineio import exceptions, packet
from engineio.async_socket import AsyncSocket

from chat.transport.outgoing import Outgoing
from chat.transport.packets import OutgoingPacket
from chat.transport.violation import ProtocolViolation
from chat.transport.websocket import Websocket

if TYPE_CHECKING:
    from chat.transport.engine import Engine

log = structlog.get_logger(__name__)

# The official Python client refuses a poll's answer with more (python-engineio 4.15, payload.py).
MAX_PACKETS_PER_POLL = 16
BODY_DEADLINE_S = 30
_PACKET_SEPARATOR = "\x1e"


class EngineSocket(AsyncSocket):
    """An Engine.IO session over polling or websocket."""

    server: Engine
    sid: str
    connected: bool
    upgrading: bool
    upgraded: bool
    closing: bool
    closed: bool

    def __init__(self, server: Engine, sid: str) -> None:
        super().__init__(server, sid)
        self.opened_at = self.last_heard = self.pinged_at = server.clock.now
        self.has_connected = False  # a Socket.IO CONNECT was accepted
        self.closed_at: float | None = None
        # Until when all that was enqueued is known to have arrived: a pong answers the ping that came behind it.
        self.confirmed_at = self.connected_at = time.monotonic()
        # Whether we, not the peer, are behind: then its silence means nothing.
        self.is_busy = False
        self.outgoing = Outgoing()
        # Tries to write a packet to the peer without a stay in the line, where there is a way.
        self.write_through: Callable[[OutgoingPacket], bool] | None = None
        self._ping_enqueued_at: float | None = None
        self._websocket: Websocket | None = None
        self._polls = 0
        self._posts = asyncio.Lock()

    # ---- out -------------------------------------------------------------------------------------------------

    async def send(self, pkt: Any) -> None:
        self.enqueue(OutgoingPacket(pkt.packet_type, pkt.data))

    def enqueue(self, pkt: OutgoingPacket) -> None:
        """Put a packet behind those that wait for the peer; one that does not read is closed in the end."""
        if self.closed or (self.write_through is not None and self.write_through(pkt)):
            return
        if not self.outgoing.append(pkt):
            self._give_up()

    def enqueue_all(self, packets: Sequence[OutgoingPacket]) -> None:
        """As `enqueue`, for several at once."""
        if not self.closed and not self.outgoing.extend(packets):
            self._give_up()

    def _give_up(self) -> None:
        log.warning("socket_does_not_read", waiting_packets=len(self.outgoing))
        self.outgoing.clear()
        self.server.end(self, self.server.reason.TRANSPORT_ERROR, sever=True)

    def ping(self) -> None:
        """Ask whether the peer is there; its answer also confirms all that was enqueued before."""
        self.pinged_at = self.server.clock.now
        if self._ping_enqueued_at is None:
            self._ping_enqueued_at = time.monotonic()
        self.enqueue(OutgoingPacket(packet.PING))

    def has_written(self, moment: float) -> bool:
        """Whether all that was made up to `moment` (monotonic seconds) has been given to the peer's connection."""
        if self._websocket is not None:
            return self._websocket.has_written(moment)
        return self.outgoing.has_written(moment)

    async def drained(self) -> None:
        """Wait until little waits for the peer, or the socket is closed: what sends much in pages waits in between."""
        while not self.closed and not await self.outgoing.drained():
            pass

    async def poll(self) -> list[Any]:
        """The packets that wait, at once; stock code calls it for the answer to the handshake."""
        return list(self.outgoing.take(MAX_PACKETS_PER_POLL))

    # ---- in --------------------------------------------------------------------------------------------------

    async def take_packet(self, encoded: str) -> None:
        """Take one packet of the peer and deal with it. Raises ProtocolViolation for what no client sends.

        Whoever brings them waits for the end before the next one: one client's events keep their order (hole 8 of
        the stack), and one that sends more than we can do is not read on.
        """
        if self.closed:
            return
        self.last_heard = self.server.clock.now
        match encoded[:1]:
            case "4":
                await self._take_message(encoded[1:])
            case "3":
                if self._ping_enqueued_at is not None:
                    self.confirmed_at, self._ping_enqueued_at = self._ping_enqueued_at, None
            case "1":
                self.server.end(self, self.server.reason.CLIENT_DISCONNECT)
            case _:
                raise ProtocolViolation("unexpected Engine.IO packet")

    async def _take_message(self, data: str) -> None:
        self.is_busy = True
        try:
            await self.server.take_message(self.sid, data)
        except ProtocolViolation:
            raise
        except Exception:
            log.exception("message_failed")
            self.server.end(self, self.server.reason.TRANSPORT_ERROR)
        finally:
            self.is_busy = False
            # What it has said meanwhile is read only now.
            self.last_heard = self.server.clock.now

    # ---- polling ---------------------------------------------------------------------------------------------

    async def handle_get_request(self, environ: dict[str, Any]) -> Any:
        """Answer a poll with what waits, or hold it until something does; or turn the session into a websocket."""
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            await self._serve_websocket(environ)
            return ""
        if self.upgrading or self.upgraded:
            return [packet.Packet(packet.NOOP)]
        self._polls += 1
        mine = self._polls
        self.outgoing.arrived()  # whoever asks again has got the last answer
        self.outgoing.wake()  # an earlier poll still held is let go: its client has given it up
        if not await self._wait_for_outgoing(environ, mine):
            self.server.end(self, self.server.reason.TRANSPORT_CLOSE)
            raise exceptions.QueueEmpty
        taken = self.outgoing.take(MAX_PACKETS_PER_POLL) if mine == self._polls else []
        # The goodbye waits for the next poll: the official client (4.8) drops what comes in one answer with it.
        packets = [pkt for pkt in taken if pkt.packet_type != packet.CLOSE]
        if self.closed and packets:
            # Stock engineio forgets a closed session after one poll; this one still has its rest to fetch.
            asyncio.get_running_loop().call_soon(self.server.sockets.setdefault, self.sid, self)
        return packets or [packet.Packet(packet.CLOSE if self.closed else packet.NOOP)]

    async def _wait_for_outgoing(self, environ: dict[str, Any], mine: int) -> bool:
        """Wait until there is something for this poll; False when its client has left, nothing having been taken."""
        left = asyncio.ensure_future(_until_disconnect(environ["asgi.receive"]))
        try:
            while not self.outgoing and not self.closed and not self.upgrading and mine == self._polls:
                woken = asyncio.ensure_future(self.outgoing.news())
                await asyncio.wait({woken, left}, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
                if left.done():
                    return False
            return True
        finally:
            left.cancel()

    async def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Take a polling client's packets. Raises ContentTooLongError, ProtocolViolation."""
        limit = self.server.max_http_buffer_size
        try:
            async with asyncio.timeout(BODY_DEADLINE_S):
                body = await environ["wsgi.input"].read(limit + 1)
        except TimeoutError as error:
            raise ProtocolViolation("polling payload too slow") from error
        if len(body) > limit:
            raise exceptions.ContentTooLongError
        try:
            packets = body.decode("utf-8").split(_PACKET_SEPARATOR)
        except UnicodeDecodeError as error:
            raise ProtocolViolation("undecodable polling payload") from error
        async with self._posts:
            for encoded in packets:
                await self.take_packet(encoded)

    # ---- websocket -------------------------------------------------------------------------------------------

    async def _serve_websocket(self, environ: dict[str, Any]) -> None:
        if self.upgraded:
            raise OSError("the session is on a websocket already")
        websocket = Websocket(self, environ["asgi.receive"], environ["asgi.send"])
        # engineio holds on to it for as long as the websocket lives: 4 KB of headers, twice over.
        needed = {key: value for key, value in environ.items() if key.startswith("asgi.")}
        environ.clear()
        environ.update(needed)
        await websocket.run()

    def is_on(self, websocket: Websocket) -> bool:
        """Whether this websocket is the session's transport."""
        return self._websocket is websocket

    def move_to(self, websocket: Websocket) -> None:
        """Make it the session's transport."""
        self._websocket = websocket
        self.connected = self.upgraded = True
        self.upgrading = False

    # ---- the end ---------------------------------------------------------------------------------------------

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Say goodbye (unless `abort`), tell those who listen, and make sure that the connection goes."""
        if self.closed or self.closing:
            return
        self.closing = True
        if not abort:
            self.enqueue(OutgoingPacket(packet.CLOSE))
        self.closed = True
        self.closed_at = self.server.clock.now
        self.outgoing.wake()
        if self._websocket is not None:
            self._websocket.finish()
        await self.server.tell_disconnected(self.sid, reason or self.server.reason.SERVER_DISCONNECT)

    def sever(self) -> None:
        """End the connection under the socket now, whatever the peer does."""
        if self._websocket is not None:
            self._websocket.sever()

    # Heartbeats are the engine's sweep, not tasks of each socket.

    def schedule_ping(self) -> None:
        pass

    async def check_ping_timeout(self) -> bool:
        return not self.closed


async def _until_disconnect(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
