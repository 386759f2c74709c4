"""How server events look on the wire, and what the rooms are called."""

from __future__ import annotations

import msgspec

from chat.schemas.base import Schema
from chat.times import iso_now
from chat.transport.packets import OutgoingPacket, event_packet


def conversation_room(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"


def user_room(user_id: str) -> str:
    return f"user:{user_id}"


def session_room(session_id: str) -> str:
    return f"session:{session_id}"


def wire_event(name: str, payload: Schema) -> OutgoingPacket:
    """A server event as it goes out: its data, and when that was. Any number of sockets may share it."""
    fields = msgspec.json.encode(payload).decode()
    separator = "," if fields != "{}" else ""
    return event_packet(name, f'{fields[:-1]}{separator}"timestamp":"{iso_now()}"}}')
