"""Facts become emits: here it is decided who hears of what, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatchmethod

import msgspec

from chat.events import (
    ConversationCreated,
    ConversationFact,
    Fact,
    MessagesRead,
    SessionEnded,
)
from chat.schemas.base import Schema
from chat.services.roster import Roster
from chat.times import iso, utc_now
from chat.transport.fanout import Rooms, event_packet

CloseSocket = Callable[[str], None]


def conversation_room(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"


def user_room(user_id: str) -> str:
    return f"user:{user_id}"


def session_room(session_id: str) -> str:
    return f"session:{session_id}"


def wire_event(name: str, payload: Schema) -> object:
    """A server event as it goes out: its data, and when that was."""
    fields = msgspec.json.encode(payload).decode()
    separator = "," if fields != "{}" else ""
    return event_packet(name, f'{fields[:-1]}{separator}"timestamp":"{iso(utc_now())}"}}')


class Broadcaster:
    """Hears every committed fact, in order, and tells those whom it concerns."""

    def __init__(self, rooms: Rooms, roster: Roster, join: Callable[[str, str], None], close: CloseSocket) -> None:
        self._rooms = rooms
        self._roster = roster
        self._join = join
        self._close = close

    def __call__(self, fact: Fact) -> None:
        self._tell(fact)

    @singledispatchmethod
    def _tell(self, fact: Fact) -> None:
        raise NotImplementedError(f"nobody is told of {type(fact).__name__}")

    @_tell.register
    def _(self, fact: ConversationFact) -> None:
        self._rooms.broadcast(
            conversation_room(fact.conversation_id), wire_event(fact.event, fact.payload())
        )

    @_tell.register
    def _(self, fact: ConversationCreated) -> None:
        room = conversation_room(fact.conversation_id)
        for user_id in fact.recipient_ids:
            self._roster.add(fact.conversation_id, user_id)
            for sid in self._rooms.sids(user_room(user_id)):
                self._join(sid, room)
        self._rooms.broadcast(room, wire_event(fact.event, fact.payload()))

    @_tell.register
    def _(self, fact: MessagesRead) -> None:
        room = user_room(fact.reader_id) if not fact.is_public else conversation_room(fact.conversation_id)
        self._rooms.broadcast(room, wire_event(fact.event, fact.payload()))

    @_tell.register
    def _(self, fact: SessionEnded) -> None:
        room = session_room(fact.session_id)
        self._rooms.broadcast(room, wire_event(fact.event, fact.payload()))
        for sid in self._rooms.sids(room):
            # Out of all rooms at once: the goodbye takes a moment, and nothing more may reach them (R9).
            self._rooms.forget(sid)
            self._close(sid)
