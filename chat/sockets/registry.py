"""The register of client events: what is not registered here does not exist.

Each entry serves everything that must know the event: decoding, limits, the answer, the authorisation matrix, the
reference in the docs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import structlog

from chat import instance, metrics
from chat.errors import BadRequest, ChatError, Internal
from chat.schemas.base import Schema, decode
from chat.services.actor import Actor
from chat.transport.codec import encode

log = structlog.get_logger(__name__)

C = TypeVar("C")
Handler = Callable[[Actor, Any], Awaitable[Schema | None]]


@dataclass(frozen=True, slots=True)
class Event:
    """A client event: its name, the shape of its data, the limit it counts against, and what it does.

    `is_in_turn`: what the same connection sends next waits until it is answered.
    """

    name: str
    shape: type[Any]
    limit: str
    handler: Handler
    is_in_turn: bool


class Registry:
    """All client events by name."""

    def __init__(self) -> None:
        self.events: dict[str, Event] = {}

    def on(
        self, name: str, shape: type[C], *, limit: str = "request", is_in_turn: bool = True
    ) -> Callable[[Callable[[Actor, C], Awaitable[Schema | None]]], Handler]:
        """Register a handler for the event `name`, whose data is decoded into `shape`."""

        def register(handler: Callable[[Actor, C], Awaitable[Schema | None]]) -> Handler:
            self.events[name] = Event(name, shape, limit, handler, is_in_turn)
            return handler

        return register

    def answers_in_turn(self, name: str) -> bool:
        event = self.events.get(name)
        return event is None or event.is_in_turn

    async def answer(self, actor: Actor, name: str, arguments: list[Any]) -> str:
        """The JSON that answers an event: success, an expected failure, or `internal`; never raises."""
        event = self.events.get(name)
        try:
            # Whatever is asked counts, so that unknown events are no free ride.
            instance.current().limiter.take(event.limit if event else "request", actor.user_id)
            if event is None:
                raise BadRequest("unknown_event", name=name[:64])
            answer, outcome = await _perform(event, actor, arguments), "success"
        except ChatError as error:
            answer, outcome = encode(error.body(actor.locale)), error.code
        except Exception:
            log.exception("event_failed", socket_event=name[:64])
            answer, outcome = encode(Internal().body(actor.locale)), Internal.code
        metrics.count_answer(event.name if event else "unknown", outcome)
        return answer

    def answer_unreadable(self, actor: Actor) -> str:
        """The JSON that answers an event whose own JSON cannot be read; it counts like any other."""
        try:
            instance.current().limiter.take("request", actor.user_id)
            raise BadRequest("not_json")
        except ChatError as error:
            metrics.count_answer("unreadable", error.code)
            return encode(error.body(actor.locale))


async def _perform(event: Event, actor: Actor, arguments: list[Any]) -> str:
    return _success(await event.handler(actor, decode(_data(arguments), event.shape)))


def _data(arguments: list[Any]) -> Any:
    """An event's one argument; none at all stands for an empty object (`reconnect` comes so)."""
    if len(arguments) > 1:
        raise BadRequest("one_argument")
    return arguments[0] if arguments and arguments[0] is not None else {}


def _success(result: Schema | None) -> str:
    if result is None:
        return '{"success":true}'
    fields = msgspec.json.encode(result).decode()
    return '{"success":true,' + fields[1:] if fields != "{}" else '{"success":true}'


events = Registry()
