"""Receipts: where each participant stands, who is told, and what follows for the status of a message.

A recipient of a message is who was a participant at its `seq` and still is, its sender left out. Each participant has
two cursors, delivered and read; the status of a message is computed from them, never stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import aliased

from chat import database
from chat.database import Reading, Transaction
from chat.events import MessageDelivered, MessagesRead
from chat.models import Message, Participant, Receipt, User
from chat.schemas import conversations as schemas
from chat.schemas import messages as message_schemas
from chat.schemas.users import UserSummary
from chat.services import access
from chat.services.actor import Actor
from chat.services.cursors import Cursor, Cursors
from chat.times import iso_or_none


@dataclass(frozen=True, slots=True)
class Position:
    """How far a participant has come: what has reached a device of theirs, and what they have read."""

    delivered_seq: int
    read_seq: int = 0


async def load_cursors(reading: Reading, conversation_ids: set[str], viewer_id: str) -> dict[str, Cursors]:
    """The cursors of several conversations, as `viewer_id` may see them, in one query.

    Whoever switched read receipts off shows no read cursor, and sees nobody's.
    """
    found: dict[str, list[Cursor]] = {conversation_id: [] for conversation_id in conversation_ids}
    viewer_hides = False
    for row in await _rows(reading, conversation_ids):
        viewer_hides = viewer_hides or (row.user_id == viewer_id and not row.read_receipts)
        found[row.conversation_id].append(_cursor(row))
    if viewer_hides:
        return {
            id_: Cursors([replace(cursor, read_seq=0) for cursor in cursors])
            for id_, cursors in found.items()
        }
    return {id_: Cursors(cursors) for id_, cursors in found.items()}


async def mark_as_read(actor: Actor, command: schemas.MarkAsRead) -> schemas.MarkedAsRead:
    """Move the reader's cursor up to `seq`, or to the newest; never back, never beyond what exists."""

    async def change(tx: Transaction) -> schemas.MarkedAsRead:
        conversation, own = await access.conversation(tx, actor, command.conversation_id)
        wanted = conversation.last_seq if command.seq is None else command.seq
        seq = min(wanted, conversation.last_seq)
        if seq <= own.last_read_seq:
            return schemas.MarkedAsRead(last_read_seq=own.last_read_seq)
        await _advance(tx, conversation.id, {actor.user_id: Position(seq, seq)})
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
        await _advance(tx, conversation.id, {actor.user_id: Position(seq)})
        return schemas.MarkedAsDelivered(last_delivered_seq=seq)

    return await database.write(change)


async def record_deliveries(reached: Mapping[str, Mapping[str, int]]) -> None:
    """What stood written on live connections: conversation → user → up to which `seq`."""

    async def change(tx: Transaction) -> None:
        for conversation_id, users in reached.items():
            moves = {user_id: Position(seq) for user_id, seq in users.items()}
            await _advance(tx, conversation_id, moves)

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


async def _advance(tx: Transaction, conversation_id: str, moves: Mapping[str, Position]) -> None:
    """Move cursors forward, keep each move, and record which messages have thereby reached everyone."""
    await tx.session.flush()
    before = {row.user_id: _cursor(row) for row in await _rows(tx, {conversation_id})}
    after = dict(before)
    for user_id, position in moves.items():
        if (cursor := before.get(user_id)) is not None:  # they may have left meanwhile
            after[user_id] = replace(
                cursor,
                delivered_seq=max(cursor.delivered_seq, position.delivered_seq),
                read_seq=max(cursor.read_seq, position.read_seq),
            )
    moved = [user_id for user_id in moves if user_id in before and after[user_id] != before[user_id]]
    if not moved:
        return
    await _store(tx, conversation_id, {user_id: after[user_id] for user_id in moved}, moves)
    low = min(before[user_id].delivered_seq for user_id in moved)
    high = max(after[user_id].delivered_seq for user_id in moved)
    await _record_delivered(tx, conversation_id, Cursors(before.values()), Cursors(after.values()), low, high)


async def _store(
    tx: Transaction,
    conversation_id: str,
    cursors: Mapping[str, Cursor],
    moves: Mapping[str, Position],
) -> None:
    connection = await tx.session.connection()
    table = Participant.__table__
    await connection.execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.conversation_id == conversation_id, table.c.user_id == bindparam("who"))
        .values(last_delivered_seq=bindparam("delivered")),
        [{"who": cursor.user_id, "delivered": cursor.delivered_seq} for cursor in cursors.values()],
    )
    reads = [moves[user_id].read_seq for user_id in cursors]
    for user_id in cursors:
        if moves[user_id].read_seq:
            await connection.execute(
                update(table)  # type: ignore[arg-type]
                .where(table.c.conversation_id == conversation_id, table.c.user_id == user_id)
                .values(last_read_seq=moves[user_id].read_seq)
            )
    await connection.execute(
        insert(Receipt),
        [
            {
                "conversation_id": conversation_id,
                "user_id": user_id,
                "kind": "read" if read_seq else "delivered",
                "up_to_seq": read_seq or cursor.delivered_seq,
                "created_at": tx.now,
            }
            for (user_id, cursor), read_seq in zip(cursors.items(), reads, strict=True)
        ],
    )


async def _record_delivered(
    tx: Transaction, conversation_id: str, before: Cursors, after: Cursors, low: int, high: int
) -> None:
    rows = await tx.session.execute(
        select(Message.id, Message.seq, Message.sender_id)
        .where(
            Message.conversation_id == conversation_id,
            Message.seq > low,
            Message.seq <= high,
            Message.type != "system",
        )
        .order_by(Message.seq)
    )
    for message_id, seq, sender_id in rows:
        if after.tally(seq, sender_id).is_delivered and not before.tally(seq, sender_id).is_delivered:
            tx.record(
                MessageDelivered(conversation_id=conversation_id, message_id=message_id, sender_id=sender_id)
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


async def _rows(reading: Reading, conversation_ids: set[str]) -> list[Row[Any]]:
    return list(
        await reading.session.execute(
            select(
                Participant.conversation_id,
                Participant.user_id,
                Participant.joined_seq,
                Participant.last_delivered_seq,
                Participant.last_read_seq,
                User.read_receipts,
            )
            .join(User, User.id == Participant.user_id)
            .where(Participant.conversation_id.in_(conversation_ids))
        )
    )


def _cursor(row: Row[Any]) -> Cursor:
    return Cursor(
        row.user_id,
        row.joined_seq,
        row.last_delivered_seq,
        row.last_read_seq if row.read_receipts else 0,
    )
