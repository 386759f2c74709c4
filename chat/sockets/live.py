"""The live connections, for handlers that relay what is no fact: typing, who looks at what, what was missed."""

from __future__ import annotations

from chat.schemas.base import Schema
from chat.services import access
from chat.sockets.wire import conversation_room, user_room, wire_event
from chat.transport.socket_server import SocketServer

_server: SocketServer | None = None


def use(server: SocketServer) -> None:
    """Make `server` the one that handlers speak through."""
    global _server  # see chat.database.use
    _server = server


def server() -> SocketServer:
    if _server is None:
        raise RuntimeError("no socket server is running")
    return _server


def relay(conversation_id: str, name: str, payload: Schema, *, besides_user: str) -> None:
    """Tell the other participants of a conversation, on all their devices; nobody across a block."""
    if access.are_apart(besides_user, conversation_id):
        return
    server().rooms_index.broadcast(
        conversation_room(conversation_id),
        wire_event(name, payload),
        skip_rooms=[user_room(besides_user)],
    )
