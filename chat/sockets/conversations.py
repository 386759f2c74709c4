"""Conversation events.

Cursors only move forward, in whatever order they are told to: nothing that a client sends next has to wait for them.
"""

from __future__ import annotations

from chat.schemas import conversations as schemas
from chat.services import receipts
from chat.services.actor import Actor
from chat.sockets.registry import events


@events.on("mark-conversation-as-read", schemas.MarkAsRead, is_in_turn=False)
async def mark_conversation_as_read(actor: Actor, command: schemas.MarkAsRead) -> schemas.MarkedAsRead:
    return await receipts.mark_as_read(actor, command)


@events.on("mark-conversation-as-delivered", schemas.MarkAsDelivered, is_in_turn=False)
async def mark_conversation_as_delivered(
    actor: Actor, command: schemas.MarkAsDelivered
) -> schemas.MarkedAsDelivered:
    return await receipts.mark_as_delivered(actor, command)
