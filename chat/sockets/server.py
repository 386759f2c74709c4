"""The Socket.IO side of the application: who comes in, what they hear, what they may ask."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from socketio.exceptions import ConnectionRefusedError as Refused

from chat import metrics
from chat.errors import ChatError, Internal, RateLimited
from chat.instance import VERSION, Instance
from chat.locales import negotiate
from chat.schemas.base import Schema
from chat.security.addresses import is_own_origin, origin_of
from chat.services import missed, sessions
from chat.services.actor import Actor
from chat.services.memory import ended_sessions
from chat.services.presence import presence
from chat.services.roster import roster
from chat.sockets import catchup, conversations, live, messages, participants, typing, viewing
from chat.sockets.background import Background
from chat.sockets.broadcast import Broadcaster
from chat.sockets.deliveries import Deliveries
from chat.sockets.presence import PresenceTeller
from chat.sockets.registry import events
from chat.sockets.wire import conversation_room, session_room, user_room, wire_event
from chat.transport.engine_socket import EngineSocket
from chat.transport.socket_server import SocketServer

log = structlog.get_logger(__name__)

MAX_SOCKETS_PER_PERSON = 20
TOO_MANY_SOCKETS_RETRY_S = 10
MAX_STRANGERS_PER_ADDRESS = 200
HANDLERS = (catchup, conversations, messages, participants, typing, viewing)


class SessionStarted(Schema):
    """The first event on every connection. Another `epoch` than the last one: forget the cursors, fetch anew."""

    user_id: str
    session_id: str
    epoch: str
    version: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who has shown a valid token. A client that gives cursors catches up by itself, and confirms what it has got."""

    actor: Actor
    catches_up: bool


@dataclass(slots=True)
class Connection:
    """A live connection, from its welcome to its goodbye."""

    actor: Actor
    socket: EngineSocket
    catches_up: bool
    # When the last of what it had missed was on its way (monotonic seconds); None until then.
    caught_up_at: float | None = None
    remembered: dict[str, int] = field(default_factory=dict)


class ChatSockets:
    """The live connections of an instance."""

    def __init__(self, here: Instance) -> None:
        self._here = here
        self._connections: dict[str, Connection] = {}
        self._strangers: Counter[str] = Counter()
        self._background = Background()
        self._memory_keeper: asyncio.Task[None] | None = None
        settings = here.settings
        self.server = SocketServer(
            self,
            gate=self._admit,
            may_write_directly=settings.fanout == "direct",
            ping_interval=settings.ping_interval,
            ping_timeout=settings.ping_timeout,
            # Explicit: an empty list would switch the check off, the default refuses the right one behind TLS.
            cors_allowed_origins="*" if settings.is_development else self._allows_origin,
            cors_credentials=bool(settings.frontend_urls) and not settings.is_development,
        )
        self._presence = PresenceTeller(self._background)
        self._deliveries = Deliveries(self.server, self._actor, self._background)
        self.broadcaster = Broadcaster(
            self.server, on_message=self._deliveries.sent, on_removal=self._stop_listening
        )

    def start(self) -> None:
        live.use(self.server)
        self.server.eio.start()
        self._memory_keeper = asyncio.create_task(self._keep_memory(), name="session-memory")

    async def stop(self) -> None:
        """Say goodbye to everyone and wait until they are gone and all that is to be kept of them is stored."""
        await self.server.eio.shutdown()
        self._presence.stop()
        self._deliveries.stop()
        if self._memory_keeper is not None:
            self._memory_keeper.cancel()
        await self._background.finish()

    async def authenticate(self, sid: str, scope: Any, auth: Any) -> Newcomer:
        """Who connects. Raises Refused, with words for people and a code for programs, and nothing else."""
        given = auth if isinstance(auth, dict) else {}
        wanted = given.get("locale")
        spoken = wanted if isinstance(wanted, str) else _accept_language(scope)
        locale = negotiate(spoken, self._here.settings.default_locale)
        try:
            actor = await sessions.authenticate(given.get("token"))
            if self._here.settings.rate_limits and presence.count(actor.user_id) >= MAX_SOCKETS_PER_PERSON:
                raise RateLimited(TOO_MANY_SOCKETS_RETRY_S)
        except ChatError as error:
            reason = (error.details or {}).get("reason", error.code)
            raise Refused(error.sentence(locale), {"code": reason}) from None
        except Exception:
            log.exception("connect_failed")
            raise Refused(Internal().sentence(locale), {"code": Internal.code}) from None
        spoken_actor = replace(actor, locale=locale) if isinstance(wanted, str) else actor
        return Newcomer(replace(spoken_actor, connection_id=sid), isinstance(given.get("cursors"), dict))

    def welcome(self, sid: str, who: Newcomer) -> None:
        """They are in. No await between here and the end: what is committed from now on reaches them."""
        socket = self.server.socket(sid)
        if socket is None:
            return
        actor = who.actor
        connection = self._connections[sid] = Connection(actor, socket, who.catches_up)
        metrics.connections.inc()
        rooms = [user_room(actor.user_id), session_room(actor.session_id)]
        rooms.extend(map(conversation_room, roster.conversations(actor.user_id)))
        for room in rooms:
            self.server.join(sid, room)
        started = SessionStarted(
            user_id=actor.user_id,
            session_id=actor.session_id,
            epoch=self._here.epoch,
            version=VERSION,
        )
        self.server.send_packet(sid, wire_event("session-started", started))
        self._presence.connected(actor)
        if actor.session_id in ended_sessions:  # it ended between the look at its token and now
            self.broadcaster.end_session(actor.session_id)
        elif who.catches_up:
            self._deliveries.confirms(sid)
        else:
            self._background.run(self._welcome_back(connection, catchup.known_positions(actor, None)))

    def answer(self, sid: str, event: str, arguments: list[Any]) -> Awaitable[str]:
        actor = self._connections[sid].actor
        self._presence.active(actor)
        if event == "mark-conversation-as-delivered":
            self._deliveries.confirms(sid)
        if arguments and isinstance(arguments[0], dict):
            viewing.views.touch(actor.user_id, arguments[0].get("conversationId"))
        return events.answer(actor, event, arguments)

    def answers_in_turn(self, event: str) -> bool:
        return events.answers_in_turn(event)

    def answer_unreadable(self, sid: str) -> str:
        return events.answer_unreadable(self._connections[sid].actor)

    def goodbye(self, sid: str, reason: str) -> None:
        connection = self._connections.pop(sid, None)
        if connection is None:
            return
        metrics.connections.dec()
        actor = connection.actor
        typing.typing_users.end_all(actor)
        viewing.views.close_all(actor)
        self._deliveries.forget(sid)
        self._presence.disconnected(actor)
        if not self.server.rooms_index.sids(session_room(actor.session_id)):
            self._remember(connection)

    def _actor(self, sid: str) -> Actor | None:
        connection = self._connections.get(sid)
        return connection.actor if connection is not None else None

    def _stop_listening(self, conversation_id: str, user_id: str) -> None:
        """A member was removed: what they did there ends too."""
        for sid in self.server.rooms_index.sids(user_room(user_id)):
            if (actor := self._actor(sid)) is not None:
                typing.typing_users.end(actor, conversation_id)
                viewing.views.close(actor, conversation_id)

    async def _welcome_back(self, connection: Connection, at_welcome: dict[str, int]) -> None:
        await catchup.welcome_back(connection.actor, at_welcome)
        connection.caught_up_at = time.monotonic()

    def _remember(self, connection: Connection) -> None:
        """Keep what the device is known to have, unless its client keeps that itself.

        A link that was cut before it confirmed what it had missed leaves everything as it was (R5).
        """
        if connection.catches_up or connection.caught_up_at is None:
            return
        if connection.socket.confirmed_at < connection.caught_up_at:
            return
        known = catchup.known_positions(connection.actor, connection.socket.confirmed_at)
        if known != connection.remembered:
            connection.remembered = known
            self._background.run(missed.remember(connection.actor.session_id, known))

    async def _keep_memory(self) -> None:
        while True:
            await asyncio.sleep(catchup.REMEMBERED_EVERY_S)
            for connection in list(self._connections.values()):
                self._remember(connection)

    def _admit(self, scope: Any) -> Callable[[bool], None] | None:
        """Whether one more stranger may come in from there; see Gate."""
        if not self._here.settings.rate_limits:
            return _nothing
        address = origin_of(scope, self._here.settings).address
        is_spent = self._here.limiter.is_spent("handshake", address)
        if is_spent or self._strangers[address] >= MAX_STRANGERS_PER_ADDRESS:
            return None
        self._strangers[address] += 1

        def settle(let_in: bool) -> None:
            self._strangers[address] -= 1
            if not self._strangers[address]:
                del self._strangers[address]
            if not let_in:
                self._here.limiter.spend("handshake", address)

        return settle

    def _allows_origin(self, origin: str | None, environ: dict[str, Any]) -> bool:
        here = self._here.settings
        return origin is None or is_own_origin(origin, origin_of(environ["asgi.scope"], here), here)


def _nothing(_let_in: bool) -> None:
    pass


def _accept_language(scope: Any) -> str | None:
    for name, value in scope["headers"]:
        if bytes(name).lower() == b"accept-language":
            return bytes(value).decode("latin-1")
    return None
