"""Conversation events."""

from __future__ import annotations

from chat.schemas import conversations as schemas
from chat.services import receipts
from chat.services.actor import Actor
from chat.sockets.registry import events


@events.on("mark-conversation-as-read", schemas.MarkAsRead)
async def mark_conversation_as_read(actor: Actor, command: schemas.MarkAsRead) -> schemas.MarkedAsRead:
    return await receipts.mark_as_read(actor, command)


@events.on("mark-conversation-as-delivered", schemas.MarkAsDelivered)
async def mark_conversation_as_delivered(
    actor: Actor, command: schemas.MarkAsDelivered
) -> schemas.MarkedAsDelivered:
    return await receipts.mark_as_delivered(actor, command)
