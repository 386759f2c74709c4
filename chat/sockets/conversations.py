"""Conversation events."""

from __future__ import annotations

from chat.schemas.conversations import Changes, GetChanges, MarkAsRead, MarkedAsRead
from chat.services import changes, receipts
from chat.services.actor import Actor
from chat.sockets.registry import events


@events.on("mark-conversation-as-read", MarkAsRead)
async def mark_conversation_as_read(actor: Actor, command: MarkAsRead) -> MarkedAsRead:
    return await receipts.mark_as_read(actor, command)


@events.on("get-changes", GetChanges)
async def get_changes(actor: Actor, command: GetChanges) -> Changes:
    return await changes.list_changes(actor, command)
