"""Reactions: one emoji, once for each person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy import delete

from chat import database
from chat.database import Transaction
from chat.events import ReactionAdded, ReactionRemoved
from chat.models import Conversation, Message, Reaction
from chat.schemas import messages as schemas
from chat.services import access
from chat.services.actor import Actor
from chat.services.messages import record_change


async def add_reaction(actor: Actor, command: schemas.React) -> schemas.Changed:
    """Put an emoji on a message; it is there once however often that is asked.

    Raises NotFound when the actor cannot see the message, Forbidden when they may not write there, Conflict when it
    was deleted.
    """
    return await _react(actor, command, ReactionAdded, "reaction_added", _put)


async def remove_reaction(actor: Actor, command: schemas.React) -> schemas.Changed:
    """Take one's own emoji off a message; what is not there is gone already. Raises as `add_reaction`."""
    return await _react(actor, command, ReactionRemoved, "reaction_removed", _take_off)


async def _react(
    actor: Actor,
    command: schemas.React,
    fact: type[ReactionAdded | ReactionRemoved],
    kind: str,
    apply: Callable[[Transaction, Reaction], Awaitable[bool]],
) -> schemas.Changed:
    """Change a reaction by `apply`, which says whether there was anything to change; if so, it is a durable change."""

    async def change(tx: Transaction) -> schemas.Changed:
        message = await _message(tx, actor, command)
        reaction = Reaction(
            message_id=message.id, user_id=actor.user_id, emoji=command.emoji, created_at=tx.now
        )
        if not await apply(tx, reaction):
            return await _unchanged(tx, message)
        seq = await record_change(tx, actor, message, kind, command.emoji)
        tx.record(
            fact(
                conversation_id=message.conversation_id,
                seq=seq,
                message_id=message.id,
                user_id=actor.user_id,
                emoji=command.emoji,
            )
        )
        return schemas.Changed(seq=seq)

    return await database.write(change)


async def _put(tx: Transaction, reaction: Reaction) -> bool:
    key = (reaction.message_id, reaction.user_id, reaction.emoji)
    if await tx.session.get(Reaction, key) is not None:
        return False
    tx.session.add(reaction)
    return True


async def _take_off(tx: Transaction, reaction: Reaction) -> bool:
    removed = await tx.session.execute(
        delete(Reaction)
        .where(
            Reaction.message_id == reaction.message_id,
            Reaction.user_id == reaction.user_id,
            Reaction.emoji == reaction.emoji,
        )
        .returning(Reaction.emoji)
    )
    return removed.first() is not None


async def _message(tx: Transaction, actor: Actor, command: schemas.React) -> Message:
    message, _ = await access.message(tx, actor, command.message_id, command.conversation_id)
    access.require_may_write(actor, message.conversation_id)
    access.require_present(message)
    return message


async def _unchanged(tx: Transaction, message: Message) -> schemas.Changed:
    conversation = await tx.session.get_one(Conversation, message.conversation_id)
    return schemas.Changed(seq=conversation.last_seq)
