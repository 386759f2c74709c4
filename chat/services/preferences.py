"""What one participant wants of a conversation: muted, archived. Nobody else is told."""

from __future__ import annotations

from chat import database
from chat.database import Transaction
from chat.schemas import conversations as schemas
from chat.services import access, conversations
from chat.services.actor import Actor


async def set_preferences(
    actor: Actor, conversation_id: str, command: schemas.Preferences
) -> schemas.Conversation:
    """Mute or archive a conversation for oneself. Raises NotFound."""

    async def change(tx: Transaction) -> schemas.Conversation:
        conversation, own = await access.conversation(tx, actor, conversation_id)
        if command.muted is not None:
            own.muted, own.muted_until = command.muted, None
        if command.muted_until is not None:
            own.muted, own.muted_until = True, command.muted_until
        if command.archived is not None:
            own.archived = command.archived
        await tx.session.flush()
        return await conversations.show_conversation(tx, actor.user_id, conversation.id)

    return await database.write(change)
