"""One Engine.IO connection: what goes out is bounded, what comes in keeps its order, and it ends for certain.

Replaces the loops of `engineio.async_socket.AsyncSocket`, which make about four tasks per message, let the queue of a
peer that does not read grow for ever, and lose what was handed to a poll whose client had gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import structlog
from engineio import exceptions, packet, payload
from engineio.async_socket import AsyncSocket

from chat.transport.connection import Connection
from chat.transport.outgoing import Outgoing

if TYPE_CHECKING:
    from chat.transport.engine import Engine

log = structlog.get_logger(__name__)

# Events of one client that wait for its earlier ones; beyond that we stop reading from it.
MAX_INBOX = 256
# The official Python client refuses a poll's answer with more (python-engineio 4.15, payload.py).
MAX_PACKETS_PER_POLL = 16
UPGRADE_DEADLINE_S = 10
# After we have said goodbye, a peer has this long to say it too.
CLOSE_GRACE_S = 1.0
BODY_DEADLINE_S = 30


class ProtocolViolation(exceptions.EngineIOError):
    """The peer does not speak Engine.IO or Socket.IO; the connection is not worth keeping.

    An EngineIOError, because stock engineio answers 200 to a POST that fails in any other way.
    """


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
        self._ping_enqueued_at: float | None = None
        self._outgoing = Outgoing()
        self._inbox: deque[str] = deque()
        self._inbox_has_room = asyncio.Event()
        self._inbox_has_room.set()
        self._worker: asyncio.Task[None] | None = None
        self._reader: asyncio.Task[Any] | None = None
        self._connection: Connection | None = None
        self._polls = 0

    # ---- out -------------------------------------------------------------------------------------------------

    async def send(self, pkt: Any) -> None:
        self.enqueue(pkt)

    def enqueue(self, pkt: Any) -> None:
        """Put a packet behind those that wait for the peer; one that does not read is closed in the end."""
        if self.closed:
            return
        self._outgoing.append(pkt)
        if self._outgoing.is_over_bound:
            log.warning("socket_does_not_read", waiting_packets=len(self._outgoing))
            self._outgoing.clear()
            self.server.end(self, self.server.reason.TRANSPORT_ERROR, sever=True)

    def ping(self) -> None:
        """Ask whether the peer is there; its answer also confirms all that was enqueued before."""
        self.pinged_at = self.server.clock.now
        if self._ping_enqueued_at is None:
            self._ping_enqueued_at = time.monotonic()
        self.enqueue(packet.Packet(packet.PING))

    def has_written(self, moment: float) -> bool:
        """Whether all that was enqueued up to `moment` (monotonic seconds) has been given to the peer's connection."""
        return self._outgoing.has_written(moment)

    async def drained(self) -> None:
        """Wait until little waits for the peer, or the socket is closed: what sends much in pages waits in between."""
        while not self.closed and not await self._outgoing.drained():
            pass

    async def poll(self) -> list[Any]:
        """The packets that wait, at once; stock code calls it for the answer to the handshake."""
        return self._outgoing.take(MAX_PACKETS_PER_POLL)

    async def _write(self, ws: Any) -> None:
        """Send what waits over the websocket until the socket is closed and empty; then close the websocket."""
        with contextlib.suppress(Exception):  # the peer has gone: the reader sees it too and cleans up
            while not self.closed or self._outgoing:
                await self._outgoing.news()
                for pkt in self._outgoing.take():
                    await ws.send(pkt.encode())
                self._outgoing.arrived()
        await ws.close()

    # ---- in --------------------------------------------------------------------------------------------------

    async def receive(self, pkt: Any) -> None:
        """Take one packet of the peer. Raises ProtocolViolation for what no client sends."""
        self.last_heard = self.server.clock.now
        if pkt.packet_type == packet.PONG:
            if self._ping_enqueued_at is not None:
                self.confirmed_at, self._ping_enqueued_at = self._ping_enqueued_at, None
        elif pkt.packet_type == packet.MESSAGE and isinstance(pkt.data, str):
            await self._take_in(pkt.data)
        elif pkt.packet_type == packet.CLOSE:
            self.server.end(self, self.server.reason.CLIENT_DISCONNECT)
        else:
            raise ProtocolViolation("unexpected Engine.IO packet")

    async def _take_in(self, data: str) -> None:
        if self.closed:
            return
        self._inbox.append(data)
        if len(self._inbox) >= MAX_INBOX:
            self._inbox_has_room.clear()
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        await self._inbox_has_room.wait()

    async def _work(self) -> None:
        """Handle what came in, one after the other: one client's events keep their order (hole 8 of the stack)."""
        while self._inbox and not self.closed:
            data = self._inbox.popleft()
            if len(self._inbox) < MAX_INBOX:
                self._inbox_has_room.set()
            try:
                await self.server.take_message(self.sid, data)
            except ProtocolViolation as violation:
                log.info("protocol_violation", reason=str(violation))
                self.server.end(self, self.server.reason.TRANSPORT_ERROR)
            except Exception:
                log.exception("message_failed")
                self.server.end(self, self.server.reason.TRANSPORT_ERROR)
        self._inbox_has_room.set()

    @property
    def is_busy(self) -> bool:
        """Whether we, not the peer, are behind: then its silence means nothing."""
        return bool(self._inbox) or not self._inbox_has_room.is_set()

    # ---- polling ---------------------------------------------------------------------------------------------

    async def handle_get_request(self, environ: dict[str, Any]) -> Any:
        """Answer a poll with what waits, or hold it until something does; or turn the session into a websocket."""
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            return await self._upgrade_websocket(environ)
        if self.upgrading or self.upgraded:
            return [packet.Packet(packet.NOOP)]
        self._polls += 1
        mine = self._polls
        self._outgoing.arrived()  # whoever asks again has got the last answer
        self._outgoing.wake()  # an earlier poll still held is let go: its client has given it up
        if not await self._wait_for_outgoing(environ, mine):
            self.server.end(self, self.server.reason.TRANSPORT_CLOSE)
            raise exceptions.QueueEmpty
        taken = self._outgoing.take(MAX_PACKETS_PER_POLL) if mine == self._polls else []
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
            while not self._outgoing and not self.closed and not self.upgrading and mine == self._polls:
                self._outgoing.expect_news()
                woken = asyncio.ensure_future(self._outgoing.news())
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
            packets = payload.Payload(encoded_payload=body.decode("utf-8")).packets
        except (ValueError, KeyError, IndexError) as error:
            raise ProtocolViolation("undecodable polling payload") from error
        for pkt in packets:
            await self.receive(pkt)

    # ---- websocket -------------------------------------------------------------------------------------------

    async def _upgrade_websocket(self, environ: dict[str, Any]) -> Any:
        connection = Connection(environ["asgi.send"])
        connection.refuse_deflate()
        connection.bound_messages(
            self.server.max_http_buffer_size,
            lambda: self.server.end(self, self.server.reason.TRANSPORT_ERROR),
        )
        self._connection = connection
        return await super()._upgrade_websocket(environ)

    async def _websocket_handler(self, ws: Any) -> None:
        assert self._connection is not None
        self._connection.set_user_timeout()
        if self.connected:
            if not await self._finish_upgrade(ws):
                return
        else:
            self.connected = self.upgraded = True
        self._reader = asyncio.current_task()
        writer = asyncio.create_task(self._write(ws))
        try:
            await self._read(ws)
        except ProtocolViolation as violation:
            log.info("protocol_violation", reason=str(violation))
        except OSError:
            pass  # engineio's way to say that the websocket was closed
        finally:
            self.server.end(self, self.server.reason.TRANSPORT_CLOSE)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_GRACE_S):
                    await writer
            writer.cancel()

    async def _read(self, ws: Any) -> None:
        while True:
            text = await ws.wait()
            if not isinstance(text, str) or not text:
                raise ProtocolViolation("binary or empty frame")
            try:
                pkt = packet.Packet(encoded_packet=text)
            except (ValueError, IndexError) as error:
                raise ProtocolViolation("undecodable frame") from error
            await self.receive(pkt)

    async def _finish_upgrade(self, ws: Any) -> bool:
        """Engine.IO's handshake on the new websocket; until its end the polling transport serves."""
        try:
            async with asyncio.timeout(UPGRADE_DEADLINE_S):
                if await ws.wait() != "2probe":
                    return False
                self.upgrading = True  # a held poll returns, with what waits or with a NOOP
                self._outgoing.wake()
                await ws.send("3probe")
                if await ws.wait() != "5":
                    return False
            self.upgraded = True
        except (OSError, TimeoutError):
            return False
        finally:
            self.upgrading = False
            if not self.upgraded:
                await ws.close()
        return not self.closed

    # ---- the end ---------------------------------------------------------------------------------------------

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Say goodbye (unless `abort`), tell those who listen, and make sure that the connection goes."""
        if self.closed or self.closing:
            return
        self.closing = True
        if not abort:
            self.enqueue(packet.Packet(packet.CLOSE))
        self.closed = True
        self.closed_at = self.server.clock.now
        self._inbox.clear()
        self._inbox_has_room.set()
        self._outgoing.wake()
        if self._reader is not None:
            asyncio.get_running_loop().call_later(CLOSE_GRACE_S, self.sever)
        await self.server.tell_disconnected(self.sid, reason or self.server.reason.SERVER_DISCONNECT)

    def sever(self) -> None:
        """End the connection under the socket now, whatever the peer does."""
        if self._reader is None or self._reader.done():
            return
        if self._connection is None or not self._connection.abort():
            self._reader.cancel()

    # Heartbeats are the engine's sweep, not tasks of each socket.

    def schedule_ping(self) -> None:
        pass

    async def check_ping_timeout(self) -> bool:
        return not self.closed


async def _until_disconnect(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
