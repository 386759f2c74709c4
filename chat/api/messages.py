"""Messages."""

from __future__ import annotations

from quart import Response

from chat.api.registry import json_response, routes
from chat.schemas import messages as schemas
from chat.services import messages, reactions, receipts, sending
from chat.services.actor import Actor


@routes.on("GET", "conversations/{conversation_id}/messages", schemas.ListMessages, schemas.Messages)
async def list_messages(actor: Actor, conversation_id: str, query: schemas.ListMessages) -> Response:
    """A page of history in rising `seq`: before `beforeSeq`, after `afterSeq`, or the newest."""
    # All that stands in it, everybody who can write into it may read.
    return json_response(await messages.list_messages(actor, conversation_id, query), is_compressed=True)


@routes.on(
    "POST",
    "conversations/{conversation_id}/messages",
    schemas.PostMessage,
    schemas.Sent,
    status=201,
    limit="send",
)
async def send_message(actor: Actor, conversation_id: str, command: schemas.PostMessage) -> schemas.Sent:
    """Send a message. The same `clientMessageId` again gives the first answer and stores nothing."""
    return await sending.send_message(actor, command.into(conversation_id))


@routes.on("GET", "messages/{message_id}", None, schemas.Message)
async def get_message(actor: Actor, message_id: str) -> schemas.Message:
    """One message by its id, as a page of history shows it: for what a `replyTo` names."""
    return await messages.get_message(actor, message_id)


@routes.on("PATCH", "messages/{message_id}", schemas.NewContent, schemas.Edited, limit="change")
async def edit_message(actor: Actor, message_id: str, command: schemas.NewContent) -> schemas.Edited:
    """Replace the text of one's own message; the old texts are kept."""
    return await messages.edit_message(
        actor, schemas.EditMessage(message_id=message_id, content=command.content)
    )


@routes.on("DELETE", "messages/{message_id}", None, schemas.Deleted, limit="change")
async def delete_message(actor: Actor, message_id: str) -> schemas.Deleted:
    """Take a message back: one's own, or in a group that one moderates. It stays in its place, empty."""
    return await messages.delete_message(actor, schemas.DeleteMessage(message_id=message_id))


@routes.on("GET", "messages/{message_id}/history", None, schemas.History)
async def get_history(actor: Actor, message_id: str) -> schemas.History:
    """The texts that a message has had, the original first."""
    return await messages.get_history(actor, message_id)


@routes.on("GET", "messages/{message_id}/receipts", None, schemas.Receipts)
async def list_receipts(actor: Actor, message_id: str) -> schemas.Receipts:
    """Who has got a message and who has read it, and when."""
    return await receipts.list_receipts(actor, message_id)


@routes.on("PUT", "messages/{message_id}/reactions/{emoji}", None, schemas.Changed, limit="change")
async def add_reaction(actor: Actor, message_id: str, emoji: str) -> schemas.Changed:
    """Put an emoji on a message; once is enough."""
    return await reactions.add_reaction(actor, schemas.React(message_id=message_id, emoji=emoji))


@routes.on("DELETE", "messages/{message_id}/reactions/{emoji}", None, schemas.Changed, limit="change")
async def remove_reaction(actor: Actor, message_id: str, emoji: str) -> schemas.Changed:
    """Take one's own emoji off a message."""
    return await reactions.remove_reaction(actor, schemas.React(message_id=message_id, emoji=emoji))
