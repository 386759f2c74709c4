"""Who is here: told once for each person's coming and going, however many tabs they have, to those who may know."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from chat.schemas.base import Schema
from chat.services import sessions
from chat.services.acquaintances import acquaintances
from chat.services.actor import Actor
from chat.services.presence import presence
from chat.sockets import live
from chat.sockets.background import Background
from chat.sockets.wire import user_room, wire_event
from chat.times import iso, utc_now

# `lastSeen` is stored on activity at most this often, and at the end.
STORED_EVERY_S = 60.0


class UserStatus(Schema):
    """The data of `user-status`."""

    user_id: str
    is_online: bool
    last_seen: str


class PresenceTeller:
    """Hears of connections and of what is done on them."""

    def __init__(self, background: Background, clock: Callable[[], float] = time.monotonic) -> None:
        self._background = background
        self._clock = clock
        self._stored_at: dict[str, float] = {}

    def connected(self, actor: Actor) -> None:
        if presence.connect(actor.user_id, actor.connection_id):
            self._tell(actor.user_id, is_online=True)
        self.active(actor)

    def disconnected(self, actor: Actor) -> None:
        if presence.disconnect(actor.user_id, actor.connection_id):
            self._stored_at.pop(actor.user_id, None)
            self._tell(actor.user_id, is_online=False)
            self._store(actor)

    def active(self, actor: Actor) -> None:
        """The person did something: store when, but not every time."""
        now = self._clock()
        if now - self._stored_at.get(actor.user_id, -STORED_EVERY_S) >= STORED_EVERY_S:
            self._stored_at[actor.user_id] = now
            self._store(actor)

    def _store(self, actor: Actor) -> None:
        self._background.run(sessions.touch(actor.session_id, actor.user_id))

    def _tell(self, user_id: str, *, is_online: bool) -> None:
        tell_status(user_id, acquaintances.audience(user_id), is_online=is_online)


def tell_status(
    user_id: str, audience: set[str], *, is_online: bool, last_seen_at: datetime | None = None
) -> None:
    """Give a person's status to the devices of those in `audience` who are here themselves."""
    pkt = wire_event(
        "user-status",
        UserStatus(user_id=user_id, is_online=is_online, last_seen=iso(last_seen_at or utc_now())),
    )
    rooms = live.server().rooms_index
    for other_id in audience:
        if presence.is_online(other_id):
            rooms.broadcast(user_room(other_id), pkt)
