"""One websocket under an Engine.IO session: its handshake, what comes in over it, and its end."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import structlog

from chat.transport.connection import Connection
from chat.transport.violation import ProtocolViolation
from chat.transport.writers import DirectWriter, PlainWriter, Writer

if TYPE_CHECKING:
    from chat.transport.engine_socket import EngineSocket

log = structlog.get_logger(__name__)

UPGRADE_DEADLINE_S = 10
# After we have said goodbye, a peer has this long to say it too.
CLOSE_GRACE_S = 1.0


class Websocket:
    """A websocket that a session begins with, or that it is moved to from polling."""

    def __init__(self, session: EngineSocket, receive: Any, send: Any) -> None:
        self._session = session
        self._receive = receive
        self._send = send
        self._connection = Connection(send)
        self._is_direct = session.server.may_write_directly and self._connection.is_direct
        if session.server.may_write_directly and not self._is_direct:
            session.server.note_plain()
        self._take_text = self._take_probe if session.connected else session.take_packet
        self._writer: Writer | None = None
        self._is_gone = False  # the peer, or the connection to it: nothing can be written any more
        self._task: asyncio.Task[Any] | None = None
        # Futures, not events: an idle one is smaller by ten times, and there is one who waits.
        loop = asyncio.get_running_loop()
        self._move: asyncio.Future[None] | None = loop.create_future() if session.connected else None
        self._end: asyncio.Future[None] = loop.create_future()

    async def run(self) -> None:
        """Accept the websocket and serve it to its end, which is also its session's, if that was here."""
        session = self._session
        self._task = asyncio.current_task()
        self._connection.refuse_deflate()
        self._connection.bound_messages(session.server.max_http_buffer_size, self._stop)
        # Before the accept: nothing has come yet that would be left behind in the ASGI server's queue.
        is_told = self._is_direct and self._connection.listen(self._take, self._hear)
        reader = None if is_told else asyncio.create_task(self._read())
        try:
            await self._send({"type": "websocket.accept"})
            self._connection.set_user_timeout()
            if self._move is None:
                self._become_transport()
            else:
                await asyncio.wait([self._move], timeout=UPGRADE_DEADLINE_S)
            if session.is_on(self):
                await self._end
        finally:
            await self._close()
            if reader is not None:
                reader.cancel()

    def finish(self) -> None:
        """Write what still waits, then close; a peer that does not let that happen is cut off."""
        if self._is_gone:
            return
        if self._writer is not None:
            _ = self._writer.finish()
        asyncio.get_running_loop().call_later(CLOSE_GRACE_S, self.sever)

    def sever(self) -> None:
        """End the connection now, whatever the peer does."""
        if self._task is None or self._task.done():
            return
        if not self._connection.abort():
            self._task.cancel()

    def has_written(self, moment: float) -> bool:
        """Whether all that was made up to `moment` (monotonic seconds) has left this process."""
        return self._writer is not None and self._writer.has_written(moment)

    def _become_transport(self) -> None:
        session = self._session
        session.move_to(self)
        if self._is_direct:
            self._connection.write_at_once()
            writer = DirectWriter(self._send, self._connection, session.outgoing, session.server.turn)
            self._writer, session.write_through = writer, writer.write_through
        else:
            self._writer = PlainWriter(self._send, session.outgoing)

    async def _close(self) -> None:
        self._stop()
        session = self._session
        if not session.is_on(self):
            session.upgrading = False
            with contextlib.suppress(Exception):  # the peer has gone
                await self._send({"type": "websocket.close"})
            return
        session.server.end(session, session.server.reason.TRANSPORT_CLOSE)
        if self._writer is None:
            return
        if self._is_gone:
            self._writer.abandon()
        else:
            writing = self._writer.finish()
            await asyncio.wait([writing], timeout=CLOSE_GRACE_S)
            writing.cancel()

    def _stop(self) -> None:
        for future in (self._move, self._end):
            if future is not None and not future.done():
                future.set_result(None)

    # ---- in --------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        while not self._end.done():
            await self._take(await self._receive())

    async def _take(self, event: dict[str, Any]) -> None:
        """Take an ASGI event. They are brought one after the other: a peer's messages keep their order."""
        if event["type"] == "websocket.receive":
            await self._hear(event.get("text"))
        else:
            self._is_gone = True
            self._stop()

    async def _hear(self, text: str | None) -> None:
        if self._end.done():
            return
        try:
            if not text:
                raise ProtocolViolation("binary or empty frame")
            await self._take_text(text)
        except ProtocolViolation as violation:
            log.info("protocol_violation", reason=str(violation))
            self._stop()

    # ---- moving here from polling: Engine.IO's upgrade -------------------------------------------------------

    async def _take_probe(self, text: str) -> None:
        if text != "2probe":
            raise ProtocolViolation("no probe")
        self._take_text = self._take_move
        self._session.upgrading = True  # a held poll returns, with what waits or with a NOOP
        self._session.outgoing.wake()
        await self._send({"type": "websocket.send", "text": "3probe"})

    async def _take_move(self, text: str) -> None:
        if text != "5" or self._session.upgraded or self._session.closed:
            raise ProtocolViolation("no upgrade")
        self._take_text = self._session.take_packet
        self._become_transport()
        if self._move is not None:
            self._move.set_result(None)
