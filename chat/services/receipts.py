"""Receipts: where each participant stands, who is told, and what follows for the status of a message.

A recipient of a message is who was a participant at its `seq` and still is, its sender left out. Each participant has
two cursors, delivered and read; the status of a message is computed from them, never stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, select

from chat import database
from chat.database import Transaction
from chat.errors import ChatError, NotFound
from chat.events import MessagesRead
from chat.models import Participant, Receipt
from chat.schemas import conversations as schemas
from chat.schemas import messages as message_schemas
from chat.services import access
from chat.services.actor import Actor
from chat.services.advances import Position, advance, load_positions
from chat.services.heads import heads
from chat.services.people import people
from chat.times import iso_or_none

_participants = Participant.__table__.c


def _reached_at(kind: str) -> ScalarSelect[Any]:
    """When a participant's cursor first stood at or behind a message: one index seek.

    Cursors only move forward: the first move in the order of the index is the earliest.
    """
    receipt = Receipt.__table__.alias()
    return (
        select(receipt.c.created_at)
        .where(
            receipt.c.conversation_id == _participants.conversation_id,
            receipt.c.user_id == _participants.user_id,
            receipt.c.kind == kind,
            receipt.c.up_to_seq >= bindparam("seq"),
        )
        .order_by(receipt.c.up_to_seq)
        .limit(1)
        .correlate(Participant.__table__)
        .scalar_subquery()
    )


_RECIPIENTS = select(_participants.user_id, _reached_at("delivered"), _reached_at("read")).where(
    _participants.conversation_id == bindparam("conversation"),
    _participants.joined_seq <= bindparam("seq"),
    _participants.user_id != bindparam("sender"),
)


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far somebody says that they have come: up to `seq`, or to the newest."""

    actor: Actor
    conversation_id: str
    seq: int | None
    is_read: bool


async def mark_as_read(actor: Actor, command: schemas.MarkAsRead) -> schemas.MarkedAsRead:
    """Move the reader's cursor up to `seq`, or to the newest; never back, never beyond what exists."""
    mark = _Mark(actor, command.conversation_id, command.seq, is_read=True)
    return schemas.MarkedAsRead(last_read_seq=await database.write_gathered(_move_all, mark))


async def mark_as_delivered(actor: Actor, command: schemas.MarkAsDelivered) -> schemas.MarkedAsDelivered:
    """A device of the actor confirms that it has everything up to `seq`."""
    mark = _Mark(actor, command.conversation_id, command.seq, is_read=False)
    return schemas.MarkedAsDelivered(last_delivered_seq=await database.write_gathered(_move_all, mark))


async def _move_all(tx: Transaction, marks: list[_Mark]) -> list[int | ChatError]:
    """Where the cursor of each stands now, or NotFound.

    All that hold a large group open say within moments of each other that a message has come: each by itself they
    would hold up the messages.
    """
    stands = await load_positions(tx, [(mark.conversation_id, mark.actor.user_id) for mark in marks])
    moved: defaultdict[str, dict[str, Position]] = defaultdict(dict)
    read: list[MessagesRead] = []
    outcomes: list[int | ChatError] = []
    for mark in marks:
        place = (mark.conversation_id, mark.actor.user_id)
        if (before := stands.get(place)) is None:
            outcomes.append(NotFound())
            continue
        newest = heads.last(mark.conversation_id)
        seq = newest if mark.seq is None else min(mark.seq, newest)
        reached = before.read_seq if mark.is_read else before.delivered_seq
        outcomes.append(max(seq, reached))
        if seq <= reached:
            continue
        after = Position(max(seq, before.delivered_seq), seq if mark.is_read else before.read_seq)
        stands[place] = moved[mark.conversation_id][mark.actor.user_id] = after
        if mark.is_read:
            read.append(_read(mark, seq))
    if moved:
        await advance(tx, moved)
    for fact in read:
        tx.record(fact)
    return outcomes


def _read(mark: _Mark, seq: int) -> MessagesRead:
    return MessagesRead(
        conversation_id=mark.conversation_id,
        reader_id=mark.actor.user_id,
        last_read_seq=seq,
        is_public=mark.actor.user_id not in people.silent_readers,
    )


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
        wanted = {
            "conversation": message.conversation_id,
            "seq": message.seq,
            "sender": message.sender_id,
        }
        rows = (await reading.connection.execute(_RECIPIENTS, wanted)).all()
    shown = [_show(actor, *row) for row in rows]
    return message_schemas.Receipts(receipts=sorted(shown, key=lambda each: (each.user.name, each.user.id)))


def _show(
    actor: Actor, user_id: str, delivered_at: datetime | None, read_at: datetime | None
) -> message_schemas.Receipt:
    """One recipient's receipt. What was read has come, too, and often nothing else is kept of it."""
    came_at = min((moment for moment in (delivered_at, read_at) if moment is not None), default=None)
    is_told = people.silent_readers.isdisjoint((actor.user_id, user_id))
    return message_schemas.Receipt(
        user=people.summary(user_id),
        delivered_at=iso_or_none(came_at),
        read_at=iso_or_none(read_at) if is_told else None,
    )
