"""Missed messages: on request, and by itself for clients whose session remembers for them."""

from __future__ import annotations

from collections.abc import Mapping

from chat.schemas import messages as schemas
from chat.schemas.conversations import Changes, GetChanges
from chat.services import changes, missed
from chat.services.actor import Actor
from chat.services.positions import positions
from chat.services.roster import roster
from chat.sockets import live
from chat.sockets.registry import events
from chat.sockets.wire import wire_event

# What a session's device is known to have is stored this often, so that a crash costs few repeats.
REMEMBERED_EVERY_S = 30.0


@events.on("get-changes", GetChanges)
async def get_changes(actor: Actor, command: GetChanges) -> Changes:
    return await changes.list_changes(actor, command)


@events.on("request-missed-messages", schemas.RequestMissed)
async def request_missed_messages(actor: Actor, command: schemas.RequestMissed) -> schemas.Missed:
    if command.last_message_timestamp is None and command.cursors is None:
        remembered = await missed.recall(actor.session_id) or {}
        command = schemas.RequestMissed(cursors=remembered, conversation_id=command.conversation_id)
    return await send_missed(actor, command)


@events.on("reconnect", schemas.Reconnect)
async def reconnect(actor: Actor, command: schemas.Reconnect) -> schemas.Missed:
    cursors = command.cursors
    if cursors is None:
        cursors = await missed.recall(actor.session_id) or {}
    return await send_missed(actor, schemas.RequestMissed(cursors=cursors))


async def welcome_back(actor: Actor, at_welcome: Mapping[str, int]) -> None:
    """Send what a session has missed since it was last connected, if anything, without being asked.

    Sent is not received: what the session remembers stays as it is until the connection has confirmed more. For one
    that was never connected it begins `at_welcome`.
    """
    cursors = await missed.recall(actor.session_id)
    if cursors is None:
        await missed.remember(actor.session_id, at_welcome)
    else:
        await send_missed(actor, schemas.RequestMissed(cursors=_completed(actor, cursors)), unasked=True)


async def send_missed(
    actor: Actor, command: schemas.RequestMissed, *, unasked: bool = False
) -> schemas.Missed:
    """Send missed messages in pages, waiting for the connection in between; a request for nothing gets an empty one."""
    count = 0
    async for page in missed.list_missed(actor, command):
        socket = live.server().socket(actor.connection_id)
        if socket is None:
            break
        live.server().send_packet(actor.connection_id, wire_event("missed-messages", page))
        count += page.count
        await socket.drained()
    if not count and not unasked:
        empty = schemas.MissedMessages(messages=[], count=0, has_more=False)
        live.server().send_packet(actor.connection_id, wire_event("missed-messages", empty))
    return schemas.Missed(count=count, has_more=False)


def known_positions(actor: Actor, moment: float | None) -> dict[str, int]:
    """What a connection is known to have: all that was published by `moment` (monotonic seconds), or by now."""
    return {
        conversation_id: positions.last(conversation_id)
        if moment is None
        else positions.at(conversation_id, moment)
        for conversation_id in roster.conversations(actor.user_id)
    }


def _completed(actor: Actor, cursors: Mapping[str, int]) -> dict[str, int]:
    """The cursors, and the beginning for conversations that have come since."""
    return dict.fromkeys(roster.conversations(actor.user_id), 0) | dict(cursors)
