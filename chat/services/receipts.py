"""Receipts: where each participant stands, who is told, and what follows for the status of a message.

A recipient of a message is who was a participant at its `seq` and still is, its sender left out. Each participant has
two cursors, delivered and read; the status of a message is computed from them, never stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from chat import database
from chat.database import Transaction
from chat.events import MessagesRead
from chat.models import Message, Participant, Receipt, User
from chat.schemas import conversations as schemas
from chat.schemas import messages as message_schemas
from chat.schemas.users import UserSummary
from chat.services import access
from chat.services.actor import Actor
from chat.services.advances import Position, advance
from chat.times import iso_or_none


async def mark_as_read(actor: Actor, command: schemas.MarkAsRead) -> schemas.MarkedAsRead:
    """Move the reader's cursor up to `seq`, or to the newest; never back, never beyond what exists."""

    async def change(tx: Transaction) -> schemas.MarkedAsRead:
        conversation, own = await access.conversation(tx, actor, command.conversation_id)
        wanted = conversation.last_seq if command.seq is None else command.seq
        seq = min(wanted, conversation.last_seq)
        if seq <= own.last_read_seq:
            return schemas.MarkedAsRead(last_read_seq=own.last_read_seq)
        await advance(tx, {conversation.id: {actor.user_id: Position(seq, seq)}})
        reader = await tx.session.get_one(User, actor.user_id)
        tx.record(
            MessagesRead(
                conversation_id=conversation.id,
                reader_id=actor.user_id,
                last_read_seq=seq,
                is_public=reader.read_receipts,
            )
        )
        return schemas.MarkedAsRead(last_read_seq=seq)

    return await database.write(change)


async def mark_as_delivered(actor: Actor, command: schemas.MarkAsDelivered) -> schemas.MarkedAsDelivered:
    """A device of the actor confirms that it has everything up to `seq`."""

    async def change(tx: Transaction) -> schemas.MarkedAsDelivered:
        conversation, own = await access.conversation(tx, actor, command.conversation_id)
        seq = min(command.seq, conversation.last_seq)
        if seq <= own.last_delivered_seq:
            return schemas.MarkedAsDelivered(last_delivered_seq=own.last_delivered_seq)
        await advance(tx, {conversation.id: {actor.user_id: Position(seq)}})
        return schemas.MarkedAsDelivered(last_delivered_seq=seq)

    return await database.write(change)


async def record_deliveries(reached: Mapping[str, Mapping[str, int]]) -> None:
    """What stood written on live connections: conversation → user → up to which `seq`."""
    positions = {
        conversation_id: {user_id: Position(seq) for user_id, seq in users.items()}
        for conversation_id, users in reached.items()
    }

    async def change(tx: Transaction) -> None:
        await advance(tx, positions)

    await database.write(change)


async def list_receipts(actor: Actor, message_id: str) -> message_schemas.Receipts:
    """Who has got a message and who has read it, and when: each cursor move is kept. Raises NotFound."""
    async with database.read() as reading:
        message, _ = await access.message(reading, actor, message_id)
        viewer = await reading.session.get_one(User, actor.user_id)
        rows = await reading.session.execute(
            select(
                User.id,
                User.name,
                User.avatar,
                User.read_receipts,
                _reached_at(message, ("delivered", "read")).label("delivered_at"),
                _reached_at(message, ("read",)).label("read_at"),
            )
            .join(Participant, Participant.user_id == User.id)
            .where(
                Participant.conversation_id == message.conversation_id,
                Participant.joined_seq <= message.seq,
                User.id != message.sender_id,
            )
            .order_by(User.name, User.id)
        )
        return message_schemas.Receipts(
            receipts=[
                message_schemas.Receipt(
                    user=UserSummary(id=row.id, name=row.name, avatar=row.avatar),
                    delivered_at=iso_or_none(row.delivered_at),
                    read_at=iso_or_none(row.read_at) if row.read_receipts and viewer.read_receipts else None,
                )
                for row in rows
            ]
        )


def _reached_at(message: Message, kinds: tuple[str, ...]) -> Any:
    """When a participant's cursor first stood at or behind the message: one index seek a person and kind."""
    receipt = aliased(Receipt)
    return (
        select(receipt.created_at)
        .where(
            receipt.conversation_id == message.conversation_id,
            receipt.user_id == User.id,
            receipt.kind.in_(kinds),
            receipt.up_to_seq >= message.seq,
        )
        .order_by(receipt.created_at)
        .limit(1)
        .correlate(User)
        .scalar_subquery()
    )
