"""Honest deliveries: a message counts as delivered to a person when a device of theirs confirms it, or, for clients
that do not confirm, when it stood written on a live connection of theirs for 500 ms.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable

from chat.services import receipts
from chat.services.actor import Actor
from chat.sockets.background import Background
from chat.sockets.wire import conversation_room
from chat.transport.socket_server import SocketServer

STANDS_AFTER_S = 0.5
TICK_S = 0.1
# In a busy group of thousands nobody waits for each device to be ticked off: that must not hold up the messages.
RECORDED_PER_S = 1_000


class Deliveries:
    """Messages that are on their way to connections that will not say that they have come."""

    def __init__(
        self,
        server: SocketServer,
        actor_of: Callable[[str], Actor | None],
        background: Background,
    ) -> None:
        self._server = server
        self._actor_of = actor_of
        self._background = background
        self._confirming: set[str] = set()
        # Conversation → when and up to which seq: entries in rising order of both.
        self._on_the_way: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        # Conversation → user → up to which seq it was recorded, while somebody is still waited for there.
        self._recorded: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._timer: asyncio.TimerHandle | None = None

    def sent(self, conversation_id: str, seq: int) -> None:
        """A message has just been put on the way to everyone in the conversation."""
        self._on_the_way[conversation_id].append((time.monotonic(), seq))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(STANDS_AFTER_S, self._tick)

    def confirms(self, sid: str) -> None:
        """This connection's client tells by itself what it has got: being written proves nothing there."""
        self._confirming.add(sid)

    def forget(self, sid: str) -> None:
        self._confirming.discard(sid)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._on_the_way.clear()
        self._recorded.clear()

    def _tick(self) -> None:
        self._timer = None
        due = time.monotonic() - STANDS_AFTER_S
        reached: dict[str, dict[str, int]] = {}
        for conversation_id, entries in list(self._on_the_way.items()):
            ripe = [entry for entry in entries if entry[0] <= due]
            if not ripe:
                continue
            moment, seq = ripe[-1]
            users, is_complete = self._reached(conversation_id, moment)
            recorded = self._recorded[conversation_id]
            news = {user_id: seq for user_id in users if recorded.get(user_id, 0) < seq}
            if news:
                reached[conversation_id] = news
                recorded.update(news)
            # A slow connection is asked again; the newest ripe entry stands for those before it.
            left = ([] if is_complete else [ripe[-1]]) + entries[len(ripe) :]
            if left:
                self._on_the_way[conversation_id] = left
            else:
                del self._on_the_way[conversation_id]
                del self._recorded[conversation_id]
        if reached:
            self._background.run(receipts.record_deliveries(reached))
        if self._on_the_way:
            recorded_now = sum(map(len, reached.values()))
            pause = max(TICK_S, recorded_now / RECORDED_PER_S)
            self._timer = asyncio.get_running_loop().call_later(pause, self._tick)

    def _reached(self, conversation_id: str, moment: float) -> tuple[set[str], bool]:
        """Whom everything has reached that was sent by `moment`; and whether nobody is still waited for."""
        users: set[str] = set()
        is_complete = True
        for sid, socket in self._server.rooms_index.sockets(conversation_room(conversation_id)):
            if sid in self._confirming or socket.closed or socket.connected_at > moment:
                continue
            if (actor := self._actor_of(sid)) is None:
                continue
            if socket.has_written(moment):
                users.add(actor.user_id)
            else:
                is_complete = False
        return users, is_complete
