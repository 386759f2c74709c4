"""The Engine.IO server: admission, heartbeats by one sweep, deadlines, and an end for every connection."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import engineio
import structlog
from engineio import packet

from chat.transport.connection import Connection
from chat.transport.engine_socket import EngineSocket
from chat.transport.heartbeat import SWEEP_EVERY_S, HeartbeatClock
from chat.transport.packets import OutgoingPacket
from chat.transport.reclaim import Reclaimer
from chat.transport.writers import Turn

log = structlog.get_logger(__name__)

# Who has not been let in by Socket.IO's CONNECT after this long is sent away.
CONNECT_DEADLINE_S = 10
# A polling client may still fetch the goodbye of its closed session for this long.
CLOSED_KEPT_S = 10

Response = dict[str, Any]
# Given the ASGI scope of a newcomer: None when it may not come in; else what to call, once, when it has been let in
# by Socket.IO's CONNECT (True) or has gone without (False).
Gate = Callable[[Any], Callable[[bool], None] | None]


class Engine(engineio.AsyncServer):
    """An Engine.IO server whose sockets are EngineSockets."""

    sockets: dict[str, EngineSocket]

    def __init__(self, *, gate: Gate, may_write_directly: bool, **options: Any) -> None:
        """`may_write_directly`: whether websockets take the direct way where there is one (see writers.py)."""
        super().__init__(monitor_clients=False, **options)
        self.clock = HeartbeatClock()
        self.may_write_directly = may_write_directly
        self.turn = Turn()
        self._reclaimer = Reclaimer()
        self._gate = gate
        self._strangers: dict[str, Callable[[bool], None]] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False
        self._has_noted_plain = False

    def create_queue(self, *_args: Any, **_options: Any) -> None:
        """None for each socket: EngineSocket has a line of its own, and an idle queue takes 2 KB."""

    def start(self) -> None:
        """Begin the sweep; `shutdown` ends it."""
        self._sweeper = asyncio.create_task(self._sweep_for_ever(), name="engine-sweep")

    async def shutdown(self) -> None:
        """Refuse newcomers, say goodbye to everyone, wake every held poll, and wait until all are told."""
        self._is_closing = True
        for socket in list(self.sockets.values()):
            self.end(socket, self.reason.SERVER_DISCONNECT, goodbye=True)
        while self._tasks:
            await asyncio.wait(self._tasks)
        self._reclaimer.stop()
        for task in (self._sweeper, self._watcher):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    def end(self, socket: EngineSocket, reason: str, *, goodbye: bool = False, sever: bool = False) -> None:
        """Close a socket from anywhere, without waiting; `sever` does not even let it finish what it was told."""
        if socket.closed or socket.closing:
            return
        task = asyncio.create_task(socket.close(abort=not goodbye, reason=reason))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if sever:
            socket.sever()

    def note_plain(self) -> None:
        """A websocket takes the plain way although it need not: worth a line in the log, once."""
        if not self._has_noted_plain:
            self._has_noted_plain = True
            log.info(
                "direct_writes_unavailable", reason="HTTP/2, TLS, or another ASGI server than Hypercorn 0.18"
            )

    def take_message(self, sid: str, data: str) -> Awaitable[None]:
        """Hand a client's message to Socket.IO."""
        taking: Awaitable[None] = self.handlers["message"](sid, data)
        return taking

    async def tell_disconnected(self, sid: str, reason: str) -> None:
        """Tell Socket.IO that a session has ended, once."""
        self._reclaimer.note_end(left=len(self.sockets))
        self._no_longer_stranger(sid, let_in=False)
        try:
            await self.handlers["disconnect"](sid, reason)
        except Exception:
            log.exception("disconnect_failed")

    def mark_connected(self, sid: str) -> None:
        """The session has passed Socket.IO's CONNECT: it no longer counts among the strangers."""
        self.sockets[sid].has_connected = True
        self._no_longer_stranger(sid, let_in=True)

    def _no_longer_stranger(self, sid: str, *, let_in: bool) -> None:
        if (settle := self._strangers.pop(sid, None)) is not None:
            settle(let_in)

    async def handle_request(self, scope: Any, receive: Any, send: Any) -> Any:
        self._watch_for_termination(send)
        if scope["type"] == "http" and (refusal := self._refusal(scope)) is not None:
            await _answer(send, *refusal)
            return None
        return await super().handle_request(scope, receive, send)

    def _refusal(self, scope: Any) -> tuple[int, bytes] | None:
        """What stock engineio would take, or answer by hanging: JSONP, and bodies that are too large."""
        query = scope.get("query_string", b"")
        if b"j=" in query and any(part.startswith(b"j=") for part in query.split(b"&")):
            return 400, b"JSONP is not supported"
        for name, value in scope["headers"]:
            if bytes(name).lower() == b"content-length" and (
                not bytes(value).isdigit() or int(value) > self.max_http_buffer_size
            ):
                return 413, b"Payload Too Large"
        return None

    async def _handle_connect(
        self, environ: dict[str, Any], transport: str, jsonp_index: int | None = None
    ) -> Any:
        """Open a session; as engineio 4.15, with our socket class, whole heartbeat times, and a gate before it."""
        if self._is_closing:
            return self._unavailable("stopping")
        settle = self._gate(environ["asgi.scope"])
        if settle is None:
            return self._unavailable("too many connections")
        sid = self.generate_id()
        socket = EngineSocket(self, sid)
        self.sockets[sid] = socket
        self._strangers[sid] = settle
        socket.enqueue(
            OutgoingPacket(
                packet.OPEN,
                {
                    "sid": sid,
                    "upgrades": self._upgrades(sid, transport),
                    "pingTimeout": int(self.ping_timeout * 1000),
                    "pingInterval": int(self.ping_interval * 1000),
                    "maxPayload": self.max_http_buffer_size,
                },
            )
        )
        await self.handlers["connect"](sid, environ)
        if transport == "websocket":
            try:
                return await socket.handle_get_request(environ)
            finally:
                await socket.close(abort=True, reason=self.reason.TRANSPORT_CLOSE)
                self.sockets.pop(sid, None)
        socket.connected = True
        return self._ok(await socket.poll())

    def _unavailable(self, message: str) -> Response:
        return {
            "status": "503 SERVICE UNAVAILABLE",
            "headers": [("Content-Type", "text/plain"), ("Retry-After", "2")],
            "response": message.encode(),
        }

    def _get_socket(self, sid: str) -> EngineSocket:
        """The session, also for a while after its end: a polling client still has its goodbye to fetch."""
        try:
            return self.sockets[sid]
        except KeyError:
            raise KeyError("Session not found") from None

    async def disconnect(self, sid: str | None = None) -> None:
        if sid is not None and (socket := self.sockets.get(sid)) is not None:
            await socket.close(reason=self.reason.SERVER_DISCONNECT)

    # ---- the sweep -------------------------------------------------------------------------------------------

    async def _sweep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            now = self.clock.sweep()
            for socket in list(self.sockets.values()):
                try:
                    self._sweep(socket, now)
                except Exception:  # one odd socket must not stop everyone's heartbeat
                    log.exception("sweep_failed")

    def _sweep(self, socket: EngineSocket, now: float) -> None:
        # Two sweeps early: `silent` is noticed within interval + timeout, not after it.
        patience = self.ping_interval + self.ping_timeout - 2 * SWEEP_EVERY_S
        if socket.closed:
            if socket.closed_at is not None and now - socket.closed_at > CLOSED_KEPT_S:
                self.sockets.pop(socket.sid, None)
        elif (not socket.has_connected and now - socket.opened_at > CONNECT_DEADLINE_S) or (
            not socket.is_busy and now - socket.last_heard > patience
        ):
            self.end(socket, self.reason.PING_TIMEOUT, goodbye=True)
        elif now - socket.pinged_at >= self.ping_interval - SWEEP_EVERY_S:
            # Also to those who talk all the time or wait for us: clients want a ping in every interval.
            socket.ping()

    def _watch_for_termination(self, send: Any) -> None:
        """Close all when Hypercorn stops, however it was started.

        Hypercorn 0.18 waits for every open websocket before it ends (issue 308: on Python 3.12+ for ever).
        """
        if self._watcher is None and (terminated := Connection(send).terminated) is not None:
            self._watcher = asyncio.create_task(self._shut_down_after(terminated))

    async def _shut_down_after(self, terminated: Any) -> None:
        await terminated.wait()
        await self.shutdown()


async def _answer(send: Any, status: int, text: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
