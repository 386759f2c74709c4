"""Reactions: one emoji, once for each person."""

from __future__ import annotations

from sqlalchemy import delete

from chat import database
from chat.database import Transaction
from chat.errors import Conflict
from chat.events import ReactionAdded, ReactionRemoved
from chat.models import Conversation, Message, Reaction
from chat.schemas import messages as schemas
from chat.services import access
from chat.services.actor import Actor
from chat.services.messages import record_change

MAX_EMOJI_PER_MESSAGE = 50


async def add_reaction(actor: Actor, command: schemas.React) -> schemas.Changed:
    """Put an emoji on a message; it is there once however often that is asked.

    Raises NotFound when the actor cannot see the message, Forbidden when they may not write there, Conflict when it
    was deleted.
    """

    async def change(tx: Transaction) -> schemas.Changed:
        message = await _message(tx, actor, command)
        key = (message.id, actor.user_id, command.emoji)
        if await tx.session.get(Reaction, key) is not None:
            return await _unchanged(tx, message)
        tx.session.add(
            Reaction(message_id=message.id, user_id=actor.user_id, emoji=command.emoji, created_at=tx.now)
        )
        seq = await record_change(tx, actor, message, "reaction_added", command.emoji)
        tx.record(
            ReactionAdded(
                conversation_id=message.conversation_id,
                seq=seq,
                message_id=message.id,
                user_id=actor.user_id,
                emoji=command.emoji,
            )
        )
        return schemas.Changed(seq=seq)

    return await database.write(change)


async def remove_reaction(actor: Actor, command: schemas.React) -> schemas.Changed:
    """Take one's own emoji off a message; what is not there is gone already. Raises as `add_reaction`."""

    async def change(tx: Transaction) -> schemas.Changed:
        message = await _message(tx, actor, command)
        removed = await tx.session.execute(
            delete(Reaction)
            .where(
                Reaction.message_id == message.id,
                Reaction.user_id == actor.user_id,
                Reaction.emoji == command.emoji,
            )
            .returning(Reaction.emoji)
        )
        if removed.first() is None:
            return await _unchanged(tx, message)
        seq = await record_change(tx, actor, message, "reaction_removed", command.emoji)
        tx.record(
            ReactionRemoved(
                conversation_id=message.conversation_id,
                seq=seq,
                message_id=message.id,
                user_id=actor.user_id,
                emoji=command.emoji,
            )
        )
        return schemas.Changed(seq=seq)

    return await database.write(change)


async def _message(tx: Transaction, actor: Actor, command: schemas.React) -> Message:
    message, _ = await access.message(tx, actor, command.message_id, command.conversation_id)
    access.require_may_write(actor, message.conversation_id)
    if message.deleted_at is not None:
        raise Conflict("message_deleted")
    return message


async def _unchanged(tx: Transaction, message: Message) -> schemas.Changed:
    conversation = await tx.session.get_one(Conversation, message.conversation_id)
    return schemas.Changed(seq=conversation.last_seq)
