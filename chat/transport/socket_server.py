"""The Socket.IO server: who is let in, and that every event is answered."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Awaitable
from contextlib import AbstractContextManager
from typing import Any, Protocol

import socketio
import structlog
from socketio import packet
from socketio.exceptions import ConnectionRefusedError as Refused

from chat.transport.codec import StrictJson
from chat.transport.engine import Engine, Gate
from chat.transport.engine_socket import EngineSocket
from chat.transport.fanout import FanoutManager, Rooms
from chat.transport.packets import OutgoingPacket, ack_packet, message_packet
from chat.transport.violation import ProtocolViolation

log = structlog.get_logger(__name__)

NAMESPACE = "/"
# Near Hypercorn's own limit for a websocket message, so that neither is the surprise.
MAX_MESSAGE_BYTES = 1_000_000
# What an application answers out of turn: so many events of a connection at a time.
MAX_OUT_OF_TURN = 256
_EVENT_START = re.compile(r"2(\d{0,18})\[")


class Application(Protocol):
    """What the server is for. `sid` names a connection."""

    async def authenticate(self, sid: str, scope: Any, auth: Any) -> Any:
        """Say who comes; raises Refused(message, data) and nothing else."""

    def welcome(self, sid: str, who: Any) -> None:
        """They are in: the CONNECT packet is on its way, rooms may be joined and events sent."""

    def answer(self, sid: str, event: str, arguments: list[Any]) -> Awaitable[str]:
        """Handle an event; to be awaited is its answer as JSON. Never raises."""

    def answers_in_turn(self, event: str) -> bool:
        """Whether what the same client sends next has to wait until this event is answered."""

    def answer_unreadable(self, sid: str) -> str:
        """The answer, as JSON, to an event whose own JSON cannot be read."""

    def goodbye(self, sid: str, reason: str) -> None:
        """They have gone."""


class SocketServer(socketio.AsyncServer):
    """A Socket.IO server for one Application, on the namespace `/` alone."""

    eio: Engine
    manager: FanoutManager

    def __init__(
        self, application: Application, *, gate: Gate, may_write_directly: bool = True, **options: Any
    ) -> None:
        super().__init__(
            client_manager=FanoutManager(),
            async_mode="asgi",
            async_handlers=False,
            gate=gate,
            may_write_directly=may_write_directly,
            json=StrictJson,
            max_http_buffer_size=MAX_MESSAGE_BYTES,
            logger=_quiet_logger("socketio"),
            engineio_logger=_quiet_logger("engineio"),
            **options,
        )
        self._application = application
        # The requests of those who have not said CONNECT yet.
        self._scopes: dict[str, Any] = {}
        # Those who have: their Engine.IO session → their `sid`.
        self._let_in: dict[str, str] = {}
        # What is being answered out of turn: how many by Engine.IO session, and the tasks.
        self._out_of_turn: Counter[str] = Counter()
        self._answering: set[asyncio.Task[None]] = set()
        self.manager.set_server(self)
        self.manager_initialized = True

    @property
    def rooms_index(self) -> Rooms:
        return self.manager.fanout

    def writing_at_once(self) -> AbstractContextManager[None]:
        """While this lasts, what is enqueued is written there and then, where that can be: for one lone packet."""
        return self.eio.turn.at_once()

    def socket(self, sid: str) -> EngineSocket | None:
        """The connection behind `sid`, or None when it has gone."""
        engine_sid = (
            self.manager.eio_sid_from_sid(sid, NAMESPACE) if NAMESPACE in self.manager.rooms else None
        )
        return self.eio.sockets.get(engine_sid) if engine_sid is not None else None

    def send_packet(self, sid: str, pkt: OutgoingPacket) -> None:
        if (socket := self.socket(sid)) is not None:
            socket.enqueue(pkt)

    def join(self, sid: str, room: str) -> None:
        if (socket := self.socket(sid)) is not None:
            self.rooms_index.join(sid, socket, room)

    def close(self, sid: str) -> None:
        """End a connection for good. `disconnect` of python-socketio would leave its transport open."""
        if (socket := self.socket(sid)) is not None:
            self.eio.end(socket, self.eio.reason.SERVER_DISCONNECT, goodbye=True)

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        self._scopes[eio_sid] = environ["asgi.scope"]

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        """Take one message. Raises ProtocolViolation for what is not Socket.IO, binary packets included."""
        if (event := _EVENT_START.match(data)) is not None:
            # Nearly every packet is an event on the namespace `/`: without a trip through `packet_class`.
            await self._handle_event(eio_sid, event[1], data[event.end(1) :])
            return
        try:
            pkt = self.packet_class(encoded_packet=data)
        except (ValueError, TypeError, IndexError) as error:
            raise ProtocolViolation("undecodable Socket.IO packet") from error
        if pkt.packet_type == packet.CONNECT:
            await self._handle_connect(eio_sid, pkt.namespace, pkt.data)
        elif pkt.packet_type == packet.EVENT and pkt.namespace in (None, NAMESPACE):
            await self._answer(eio_sid, pkt.id, pkt.data)
        elif pkt.packet_type == packet.DISCONNECT:
            self.eio.end(self.eio.sockets[eio_sid], self.reason.CLIENT_DISCONNECT)
        elif pkt.packet_type != packet.ACK:  # we ask for no acknowledgements: a stray one is harmless
            raise ProtocolViolation("unexpected Socket.IO packet")

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        """Let a client in, or tell it why not and close: a refused client must not stay and try again for free.

        Unlike stock python-socketio nothing is joined and nothing is sent before the CONNECT packet, whatever goes
        wrong becomes a refusal, and a second CONNECT on a connection ends it.
        """
        socket = self.eio.sockets[eio_sid]
        if namespace not in (None, NAMESPACE):
            self._refuse(socket, namespace, {"message": "Invalid namespace"})
            return
        sid = await self.manager.pre_connect(eio_sid, NAMESPACE)
        if sid is None:
            raise ProtocolViolation("second CONNECT")
        try:
            who = await self._application.authenticate(sid, self._scopes.pop(eio_sid), data)
        except Refused as refusal:
            self.manager.basic_disconnect(sid, NAMESPACE)
            self._refuse(socket, None, refusal.error_args)
            return
        if socket.closed:  # it left while we looked
            self.manager.basic_disconnect(sid, NAMESPACE)
            return
        await self.manager.connect(sid, NAMESPACE)
        self._let_in[eio_sid] = sid
        self.eio.mark_connected(eio_sid)
        socket.enqueue(
            message_packet(self.packet_class(packet.CONNECT, {"sid": sid}, namespace=NAMESPACE).encode())
        )
        self._application.welcome(sid, who)

    def _refuse(self, socket: EngineSocket, namespace: str | None, error: Any) -> None:
        socket.enqueue(
            message_packet(self.packet_class(packet.CONNECT_ERROR, error, namespace=namespace).encode())
        )
        self.eio.end(socket, self.eio.reason.SERVER_DISCONNECT, goodbye=True)

    def _handle_event(self, eio_sid: str, ack_id: str, arguments: str) -> Awaitable[None]:
        try:
            return self._answer(eio_sid, ack_id, StrictJson.loads(arguments))
        except ValueError:
            return self._answer_unreadable(eio_sid, ack_id)

    async def _answer_unreadable(self, eio_sid: str, ack_id: str) -> None:
        """Browsers send half a surrogate pair when a text is cut in the middle of an emoji.

        Closing the connection would make an outbox send it again for ever.
        """
        sid = self._connected_sid(eio_sid)
        self._acknowledge(eio_sid, ack_id, self._application.answer_unreadable(sid))

    async def _answer(self, eio_sid: str, ack_id: int | str | None, data: Any) -> None:
        """Answer an event, also one named like our own handlers (`connect`, `disconnect`)."""
        sid = self._connected_sid(eio_sid)
        if not isinstance(data, list) or not data or not isinstance(data[0], str):
            raise ProtocolViolation("event without a name")
        event = data[0]
        answering = self._application.answer(sid, event, data[1:])
        if self._application.answers_in_turn(event) or self._out_of_turn[eio_sid] >= MAX_OUT_OF_TURN:
            self._acknowledge(eio_sid, ack_id, await answering)
        else:
            self._answer_out_of_turn(eio_sid, ack_id, answering)

    def _answer_out_of_turn(self, eio_sid: str, ack_id: int | str | None, answering: Awaitable[str]) -> None:
        async def answer() -> None:
            try:
                self._acknowledge(eio_sid, ack_id, await answering)
            finally:
                self._out_of_turn[eio_sid] -= 1
                if not self._out_of_turn[eio_sid]:
                    del self._out_of_turn[eio_sid]

        self._out_of_turn[eio_sid] += 1
        task = asyncio.create_task(answer())
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    def _connected_sid(self, eio_sid: str) -> str:
        sid = self._let_in.get(eio_sid)
        if sid is None:
            raise ProtocolViolation("event before CONNECT")
        return sid

    def _acknowledge(self, eio_sid: str, ack_id: int | str | None, answer: str) -> None:
        if ack_id not in (None, "") and (socket := self.eio.sockets.get(eio_sid)) is not None:
            socket.enqueue(ack_packet(int(ack_id), answer))

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._scopes.pop(eio_sid, None)
        sid = self._let_in.pop(eio_sid, None)
        if (known := self.manager.sid_from_eio_sid(eio_sid, NAMESPACE)) is not None:
            self.manager.basic_disconnect(known, NAMESPACE)
        if sid is not None:
            self._application.goodbye(sid, reason)


def _quiet_logger(name: str) -> logging.Logger:
    """A logger that keeps failures of ours and drops the rest: stock messages name session ids and print payloads."""
    logger = logging.getLogger(f"chat.transport.{name}")
    logger.setLevel(logging.ERROR)
    logger.addFilter(lambda record: record.exc_info is not None)
    return logger
