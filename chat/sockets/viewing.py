"""Who has which conversation open on screen: told by `join-conversation` and `leave-conversation`, kept in memory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from chat.schemas import conversations as schemas
from chat.schemas.base import Schema
from chat.services import access
from chat.services.acquaintances import acquaintances
from chat.services.actor import Actor
from chat.services.people import people
from chat.sockets import live
from chat.sockets.registry import events
from chat.times import iso, utc_now


class Viewer(Schema):
    """The data of `user-joined-conversation` and `user-left-conversation`."""

    conversation_id: str
    user_id: str
    user_name: str


@dataclass
class _View:
    """One person's look at a conversation, on any number of connections."""

    joined_at: str
    last_activity: str
    connections: set[str] = field(default_factory=set)


class Views:
    """Who looks at what."""

    def __init__(self) -> None:
        self._views: defaultdict[str, dict[str, _View]] = defaultdict(dict)
        self._by_connection: defaultdict[str, set[str]] = defaultdict(set)

    def open(self, actor: Actor, conversation_id: str) -> None:
        """One of the person's connections shows the conversation; others hear of the first one only."""
        now = iso(utc_now())
        views = self._views[conversation_id]
        is_first = actor.user_id not in views
        view = views.setdefault(actor.user_id, _View(now, now))
        view.last_activity = now
        view.connections.add(actor.connection_id)
        self._by_connection[actor.connection_id].add(conversation_id)
        if is_first:
            _tell(actor, conversation_id, "user-joined-conversation")

    def close(self, actor: Actor, conversation_id: str) -> None:
        """It shows it no more; others hear of the last one only."""
        self._by_connection[actor.connection_id].discard(conversation_id)
        view = self._views[conversation_id].get(actor.user_id)
        if view is None or actor.connection_id not in view.connections:
            return
        view.connections.discard(actor.connection_id)
        if not view.connections:
            del self._views[conversation_id][actor.user_id]
            _tell(actor, conversation_id, "user-left-conversation")

    def close_all(self, actor: Actor) -> None:
        """The connection has gone."""
        for conversation_id in self._by_connection.pop(actor.connection_id, set()).copy():
            self.close(actor, conversation_id)
        self._by_connection.pop(actor.connection_id, None)

    def touch(self, user_id: str, conversation_id: object) -> None:
        """The person did something there; `conversation_id` is whatever they sent."""
        if not isinstance(conversation_id, str):
            return
        if (view := self._views.get(conversation_id, {}).get(user_id)) is not None:
            view.last_activity = iso(utc_now())

    def presence(self, actor: Actor, conversation_id: str) -> schemas.ViewingPresence:
        """Who looks at it, as far as the actor may know."""
        return schemas.ViewingPresence(
            presence={
                user_id: schemas.Viewing(joined_at=view.joined_at, last_activity=view.last_activity)
                for user_id, view in self._views.get(conversation_id, {}).items()
                if not acquaintances.is_blocked(actor.user_id, user_id)
            }
        )


views = Views()


@events.on("join-conversation", schemas.InConversation)
async def join_conversation(actor: Actor, command: schemas.InConversation) -> schemas.ViewingPresence:
    access.require_participant(actor, command.conversation_id)
    views.open(actor, command.conversation_id)
    return views.presence(actor, command.conversation_id)


@events.on("leave-conversation", schemas.InConversation)
async def leave_conversation(actor: Actor, command: schemas.InConversation) -> schemas.ViewingPresence:
    access.require_participant(actor, command.conversation_id)
    views.close(actor, command.conversation_id)
    return views.presence(actor, command.conversation_id)


def _tell(actor: Actor, conversation_id: str, name: str) -> None:
    live.relay(
        conversation_id,
        name,
        Viewer(
            conversation_id=conversation_id,
            user_id=actor.user_id,
            user_name=people.summary(actor.user_id).name,
        ),
        besides_user=actor.user_id,
    )
