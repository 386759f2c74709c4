"""The Socket.IO side of the application: who comes in, what they hear, what they may ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog
from socketio.exceptions import ConnectionRefusedError as Refused

from chat.errors import ChatError, RateLimited
from chat.instance import VERSION, Instance
from chat.locales import negotiate
from chat.schemas.base import Schema
from chat.security.addresses import is_own_origin, origin_of
from chat.services import sessions
from chat.services.actor import Actor
from chat.services.presence import Presence
from chat.services.roster import Roster
from chat.sockets import conversations, messages
from chat.sockets.broadcast import (
    Broadcaster,
    conversation_room,
    session_room,
    user_room,
    wire_event,
)
from chat.sockets.registry import events
from chat.transport.socket_server import SocketServer

log = structlog.get_logger(__name__)

MAX_SOCKETS_PER_PERSON = 20
TOO_MANY_SOCKETS_RETRY_S = 10
MAX_STRANGERS_PER_ADDRESS = 200
HANDLERS = (conversations, messages)


class SessionStarted(Schema):
    """The first event on every connection. Another `epoch` than the last one: forget the cursors, fetch anew."""

    user_id: str
    session_id: str
    epoch: str
    version: str


@dataclass(frozen=True, slots=True)
class _Auth:
    """What a client gives at CONNECT."""

    token: Any
    locale: str | None

    @classmethod
    def of(cls, data: Any) -> _Auth:
        if not isinstance(data, dict):
            return cls(None, None)
        locale = data.get("locale")
        return cls(data.get("token"), locale if isinstance(locale, str) else None)


class ChatSockets:
    """The live connections of an instance."""

    def __init__(self, here: Instance, roster: Roster, presence: Presence) -> None:
        self._here = here
        self._roster = roster
        self._presence = presence
        self._actors: dict[str, Actor] = {}
        self._strangers: Counter[str] = Counter()
        settings = here.settings
        self.server = SocketServer(
            self,
            gate=self._admit,
            ping_interval=settings.ping_interval,
            ping_timeout=settings.ping_timeout,
            # Explicit: an empty list would switch the check off, the default refuses the right one behind TLS.
            cors_allowed_origins="*" if settings.is_development else self._allows_origin,
            cors_credentials=bool(settings.frontend_urls) and not settings.is_development,
        )
        self.broadcaster = Broadcaster(
            self.server.rooms_index, roster, self.server.join, self.server.close
        )

    def start(self) -> None:
        self.server.eio.start()

    async def stop(self) -> None:
        """Say goodbye to everyone and wait until they are gone."""
        await self.server.eio.shutdown()

    async def authenticate(self, sid: str, scope: Any, auth: Any) -> Actor:
        """Who connects. Raises Refused, with words for people and a code for programs, and nothing else."""
        given = _Auth.of(auth)
        locale = negotiate(given.locale or _accept_language(scope), self._here.settings.default_locale)
        try:
            actor = await sessions.authenticate(given.token)
            if self._presence.count(actor.user_id) >= MAX_SOCKETS_PER_PERSON and self._here.settings.rate_limits:
                raise RateLimited(TOO_MANY_SOCKETS_RETRY_S)
        except ChatError as error:
            reason = (error.details or {}).get("reason", error.code)
            raise Refused(error.sentence(locale), {"code": reason}) from None
        except Exception:
            log.exception("connect_failed")
            raise Refused("Internal error", {"code": "internal"}) from None
        return replace(actor, locale=locale) if given.locale else actor

    def welcome(self, sid: str, actor: Actor) -> None:
        """They are in. No await between here and the end: what is committed from now on reaches them."""
        self._actors[sid] = actor
        rooms = [user_room(actor.user_id), session_room(actor.session_id)]
        rooms += [conversation_room(id_) for id_ in self._roster.conversations(actor.user_id)]
        for room in rooms:
            self.server.join(sid, room)
        self._presence.connect(actor.user_id, sid)
        self.server.send_packet(
            sid,
            wire_event(
                "session-started",
                SessionStarted(
                    user_id=actor.user_id,
                    session_id=actor.session_id,
                    epoch=self._here.epoch,
                    version=VERSION,
                ),
            ),
        )

    async def answer(self, sid: str, event: str, arguments: list[Any]) -> str:
        return await events.answer(self._actors[sid], event, arguments)

    def goodbye(self, sid: str, reason: str) -> None:
        actor = self._actors.pop(sid, None)
        if actor is not None:
            self._presence.disconnect(actor.user_id, sid)

    def _admit(self, scope: Any) -> Callable[[bool], None] | None:
        """Whether one more stranger may come in from there; see Gate."""
        address = origin_of(scope, self._here.settings).address
        if not self._here.settings.rate_limits:
            return lambda let_in: None
        if self._strangers[address] >= MAX_STRANGERS_PER_ADDRESS or self._here.limiter.is_spent(
            "handshake", address
        ):
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


def _accept_language(scope: Any) -> str | None:
    for name, value in scope["headers"]:
        if bytes(name).lower() == b"accept-language":
            return bytes(value).decode("latin-1")
    return None

