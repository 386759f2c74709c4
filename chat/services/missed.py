"""Messages that a device has missed, sent again whole, the oldest first; and what a session was last known to have."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from chat import database
from chat.database import Transaction
from chat.models import Message, Participant, Session
from chat.schemas import messages as schemas
from chat.services import access
from chat.services.actor import Actor
from chat.services.message_views import show_messages

PAGE = 200


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message stands: enough to put thousands in order before any is shown."""

    id: str
    conversation_id: str
    seq: int
    created_at: datetime


async def list_missed(actor: Actor, command: schemas.RequestMissed) -> AsyncIterator[schemas.MissedMessages]:
    """Pages of at most 200 messages later than the time given or behind the cursors; conversations without a cursor
    of their own are left out when cursors are given. One's own messages are included.

    Raises NotFound for a conversation that the actor cannot see.
    """
    places = await _places(actor, command)
    for start in range(0, len(places), PAGE):
        page = places[start : start + PAGE]
        yield schemas.MissedMessages(
            messages=await _show(actor, page),
            count=len(page),
            has_more=start + PAGE < len(places),
        )


async def remember(session_id: str, cursors: Mapping[str, int]) -> None:
    """Keep what a session's device is known to have: conversation → `seq`."""

    async def change(tx: Transaction) -> None:
        await tx.session.execute(
            update(Session).where(Session.id == session_id).values(cursors=dict(cursors))
        )

    await database.write(change)


async def recall(session_id: str) -> dict[str, int] | None:
    """What `remember` kept last, or None for a session that was never connected."""
    async with database.read() as reading:
        found: dict[str, int] | None = await reading.session.scalar(
            select(Session.cursors).where(Session.id == session_id)
        )
        return found


async def _places(actor: Actor, command: schemas.RequestMissed) -> list[_Place]:
    async with database.read() as reading:
        if command.conversation_id is not None:
            await access.conversation(reading, actor, command.conversation_id)
        query = (
            select(Message.id, Message.conversation_id, Message.seq, Message.created_at)
            .join(Participant, Participant.conversation_id == Message.conversation_id)
            .where(Participant.user_id == actor.user_id)
            .order_by(Message.conversation_id, Message.seq)
        )
        if command.conversation_id is not None:
            query = query.where(Message.conversation_id == command.conversation_id)
        if command.last_message_timestamp is not None:
            query = query.where(Message.created_at > command.last_message_timestamp)
        if command.cursors is None:
            rows = [_Place(*row) for row in await reading.session.execute(query)]
        else:
            rows = []
            for conversation_id, seq in command.cursors.items():
                behind = query.where(Message.conversation_id == conversation_id, Message.seq > seq)
                rows += [_Place(*row) for row in await reading.session.execute(behind)]
    return _oldest_first(rows)


def _oldest_first(places: Sequence[_Place]) -> list[_Place]:
    """By time over all conversations, by `seq` within each: a clock that was set back must not reorder one (R14)."""
    latest: dict[str, datetime] = {}
    keyed = []
    for place in places:
        moment = max(place.created_at, latest.get(place.conversation_id, place.created_at))
        latest[place.conversation_id] = moment
        keyed.append((moment, place.conversation_id, place.seq, place))
    return [place for *_, place in sorted(keyed, key=lambda entry: entry[:3])]


async def _show(actor: Actor, page: Sequence[_Place]) -> list[schemas.Message]:
    """The messages of a page as they are now, without those of conversations that the actor has left meanwhile."""
    async with database.read() as reading:
        found = await reading.session.scalars(
            select(Message)
            .join(Participant, Participant.conversation_id == Message.conversation_id)
            .where(Message.id.in_([place.id for place in page]), Participant.user_id == actor.user_id)
        )
        by_id = {message.id: message for message in found}
        present = [by_id[place.id] for place in page if place.id in by_id]
        return await show_messages(reading, actor.user_id, present)
