"""Messages."""

from __future__ import annotations

from chat.api.registry import routes
from chat.schemas import messages as schemas
from chat.services import messages
from chat.services.actor import Actor


@routes.on(
    "GET", "conversations/{conversation_id}/messages", schemas.ListMessages, schemas.Messages
)
async def list_messages(
    actor: Actor, conversation_id: str, query: schemas.ListMessages
) -> schemas.Messages:
    return await messages.list_messages(actor, conversation_id, query)


@routes.on(
    "POST",
    "conversations/{conversation_id}/messages",
    schemas.PostMessage,
    schemas.Sent,
    status=201,
    limit="send",
)
async def send_message(
    actor: Actor, conversation_id: str, command: schemas.PostMessage
) -> schemas.Sent:
    return await messages.send_message(actor, command.into(conversation_id))
