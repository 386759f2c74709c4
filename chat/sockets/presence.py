"""Who is here: told once for each person's coming and going, however many tabs they have, to those who may know."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable

from chat.schemas.base import Schema
from chat.services import sessions
from chat.services.acquaintances import acquaintances
from chat.services.actor import Actor
from chat.services.presence import presence
from chat.sockets import live
from chat.sockets.background import Background
from chat.sockets.wire import user_room, wire_event
from chat.times import iso, utc_now
from chat.transport.packets import OutgoingPacket

# `lastSeen` is stored on activity at most this often, and at the end.
STORED_EVERY_S = 60.0
# Comings and goings gather for so long: a storm of them is told in few writes.
TOLD_EVERY_S = 0.2
TOLD_AT_ONCE = 100


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
        # Who came or went and has not been told of yet, and devices whose activity has not been stored.
        self._changed: set[str] = set()
        self._active: set[tuple[str, str]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def connected(self, actor: Actor) -> None:
        if presence.connect(actor.user_id, actor.connection_id):
            self._note(actor.user_id)
        self.active(actor)

    def disconnected(self, actor: Actor) -> None:
        if presence.disconnect(actor.user_id, actor.connection_id):
            self._stored_at.pop(actor.user_id, None)
            self._note(actor.user_id)
            self._store(actor)

    def stop(self) -> None:
        """Store what has not been stored; nobody is left to be told."""
        if self._timer is not None:
            self._timer.cancel()
            self._store_active()

    def active(self, actor: Actor) -> None:
        """The person did something: store when, but not every time."""
        now = self._clock()
        if now - self._stored_at.get(actor.user_id, -STORED_EVERY_S) >= STORED_EVERY_S:
            self._stored_at[actor.user_id] = now
            self._store(actor)

    def _store(self, actor: Actor) -> None:
        self._active.add((actor.session_id, actor.user_id))
        self._wait()

    def _note(self, user_id: str) -> None:
        self._changed.add(user_id)
        self._wait()

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TOLD_EVERY_S, self._go_on)

    def _go_on(self) -> None:
        self._store_active()
        self._tell()
        # The rest of a great many after a breath, so that others are served in between.
        self._timer = asyncio.get_running_loop().call_later(0, self._go_on) if self._changed else None

    def _store_active(self) -> None:
        if self._active:
            devices, self._active = self._active, set()
            self._background.run(sessions.touch(devices))

    def _tell(self) -> None:
        """Tell of those who came or went since the last time, each as they are now.

        When a whole club comes back at once, everyone hears of everyone: then what one person hears goes out together.
        """
        changed = [self._changed.pop() for _ in range(min(len(self._changed), TOLD_AT_ONCE))]
        heard: defaultdict[str, list[OutgoingPacket]] = defaultdict(list)
        for user_id in changed:
            pkt = _status(user_id, is_online=presence.is_online(user_id))
            for viewer_id in acquaintances.audience(user_id) & presence.online():
                heard[viewer_id].append(pkt)
        rooms = live.server().rooms_index
        for viewer_id, packets in heard.items():
            rooms.broadcast_all(user_room(viewer_id), packets)


def tell_status(user_id: str, viewer_id: str, *, is_online: bool) -> None:
    """Give a person's status to the devices of one other person."""
    live.server().rooms_index.broadcast(user_room(viewer_id), _status(user_id, is_online=is_online))


def _status(user_id: str, *, is_online: bool) -> OutgoingPacket:
    status = UserStatus(user_id=user_id, is_online=is_online, last_seen=iso(utc_now()))
    return wire_event("user-status", status)
