"""Fan-out: one encoding for all, straight into each connection's outgoing line, in the order of the calls.

python-socketio's own way costs a task, a queue hop, an encode and a lock for each recipient, and a disconnect walks
every room of the server. Here a room is a set of sockets, each socket knows its own rooms, and nothing is awaited.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from socketio import AsyncManager

from chat.transport.engine_socket import EngineSocket
from chat.transport.packets import OutgoingPacket


class Rooms:
    """Which sockets listen to what. All is synchronous: between two calls nothing can come in between."""

    def __init__(self) -> None:
        self._sockets: dict[str, dict[str, EngineSocket]] = {}
        self._rooms: dict[str, set[str]] = {}

    def join(self, sid: str, socket: EngineSocket, room: str) -> None:
        room = sys.intern(room)  # one string for all who are in it
        self._sockets.setdefault(room, {})[sid] = socket
        self._rooms.setdefault(sid, set()).add(room)

    def leave(self, sid: str, room: str) -> None:
        if (members := self._sockets.get(room)) is not None:
            members.pop(sid, None)
            if not members:
                del self._sockets[room]
        if (rooms := self._rooms.get(sid)) is not None:
            rooms.discard(room)

    def forget(self, sid: str) -> None:
        """Take a socket out of all its rooms; costs as much as it was in, not as there are."""
        for room in self._rooms.pop(sid, ()):
            members = self._sockets[room]
            members.pop(sid, None)
            if not members:
                del self._sockets[room]

    def sids(self, room: str) -> list[str]:
        return list(self._sockets.get(room, ()))

    def sockets(self, room: str) -> list[tuple[str, EngineSocket]]:
        """Who is in a room, as pairs of a connection's `sid` and its socket."""
        return list(self._sockets.get(room, {}).items())

    def broadcast(self, room: str, pkt: OutgoingPacket, *, skip_rooms: Iterable[str] = ()) -> None:
        """Give a packet to everyone in a room, but not to those in `skip_rooms`."""
        left_out = {sid for skipped in skip_rooms for sid in self._sockets.get(skipped, ())}
        for sid, socket in self._sockets.get(room, {}).items():
            if sid not in left_out:
                socket.enqueue(pkt)

    def broadcast_all(self, room: str, packets: Sequence[OutgoingPacket]) -> None:
        """Give several packets to everyone in a room."""
        for socket in self._sockets.get(room, {}).values():
            socket.enqueue_all(packets)


class FanoutManager(AsyncManager):
    """python-socketio's client manager, its rooms replaced by ours."""

    def __init__(self) -> None:
        super().__init__()
        self.fanout = Rooms()

    async def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: str | Iterable[str] | None = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **kwargs: Any,
    ) -> None:
        """Not the way here: a broadcast without a room would reach sockets that have not signed in yet."""
        raise NotImplementedError("use chat.transport.fanout.Rooms.broadcast")

    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None:
        """As python-socketio 5.18, without its walk through every room of the server."""
        self.fanout.forget(sid)
        for room in (sid, None):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]
