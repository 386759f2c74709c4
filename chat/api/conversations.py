"""Conversations."""

from __future__ import annotations

from chat.api.registry import routes
from chat.schemas import conversations as schemas
from chat.schemas.messages import Changed
from chat.services import changes, conversations, participants, preferences, receipts
from chat.services.actor import Actor


@routes.on("GET", "conversations", schemas.ListConversations, schemas.Conversations)
async def list_conversations(actor: Actor, query: schemas.ListConversations) -> schemas.Conversations:
    """One's conversations, the most recently active first."""
    return await conversations.list_conversations(actor, query)


@routes.on("POST", "conversations", schemas.CreateConversation, schemas.Conversation, status=201)
async def create_conversation(
    actor: Actor, command: schemas.CreateConversation
) -> tuple[schemas.Conversation, int]:
    """Open the direct conversation with a person, or make a group: a name, or more than one other person, makes one.

    201; 200 with the one there is already for a direct pair.
    """
    conversation, is_new = await conversations.create_conversation(actor, command)
    return conversation, 201 if is_new else 200


@routes.on("GET", "conversations/{conversation_id}", None, schemas.Conversation)
async def get_conversation(actor: Actor, conversation_id: str) -> schemas.Conversation:
    """One conversation as one sees it."""
    return await conversations.get_conversation(actor, conversation_id)


@routes.on("GET", "conversations/{conversation_id}/changes", schemas.ListChanges, schemas.Changes)
async def list_changes(actor: Actor, conversation_id: str, query: schemas.ListChanges) -> schemas.Changes:
    """Every durable change after `afterSeq`, one for each number, in the words of the live events."""
    return await changes.list_changes(
        actor,
        schemas.GetChanges(conversation_id=conversation_id, after_seq=query.after_seq, limit=query.limit),
    )


@routes.on("PUT", "conversations/{conversation_id}/read", schemas.ReadUpTo, schemas.MarkedAsRead)
async def mark_as_read(actor: Actor, conversation_id: str, command: schemas.ReadUpTo) -> schemas.MarkedAsRead:
    """Move one's read cursor up to `seq`, or to the newest; never back."""
    return await receipts.mark_as_read(
        actor, schemas.MarkAsRead(conversation_id=conversation_id, seq=command.seq)
    )


@routes.on("PATCH", "conversations/{conversation_id}", schemas.GroupUpdates, Changed, limit="change")
async def update_group(actor: Actor, conversation_id: str, command: schemas.GroupUpdates) -> Changed:
    """Change a group's name or description: its owner and admins may."""
    return await participants.update_group(
        actor, schemas.UpdateGroup(conversation_id=conversation_id, updates=command)
    )


@routes.on(
    "PUT",
    "conversations/{conversation_id}/preferences",
    schemas.Preferences,
    schemas.Conversation,
)
async def set_preferences(
    actor: Actor, conversation_id: str, command: schemas.Preferences
) -> schemas.Conversation:
    """Mute or archive a conversation for oneself; what is not given stays."""
    return await preferences.set_preferences(actor, conversation_id, command)
