"""Messages that a device has missed, sent again whole, the oldest first; and what a session was last known to have."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, String, bindparam, column, func, literal, select, update, values

from chat import database
from chat.database import Reading, Transaction
from chat.models import Conversation, Message, Participant, Session
from chat.schemas import messages as schemas
from chat.services import access
from chat.services.actor import Actor
from chat.services.message_views import SHOWN, show_messages

PAGE = 200

_messages, _participants, _conversations = Message.__table__, Participant.__table__, Conversation.__table__
_own = (
    select(_participants.c.conversation_id, _conversations.c.last_seq)
    .join_from(_participants, _conversations, _conversations.c.id == _participants.c.conversation_id)
    .where(_participants.c.user_id == bindparam("person"))
)
_ENDS = _own.add_columns(literal(0))
# A time becomes a place: where the newest message stood at that moment, found from the end backwards, so that what is
# older costs nothing.
_KNOWN_BY = _own.add_columns(
    func.coalesce(
        select(_messages.c.seq)
        .where(
            _messages.c.conversation_id == _participants.c.conversation_id,
            _messages.c.created_at <= bindparam("moment"),
        )
        .order_by(_messages.c.seq.desc())
        .limit(1)
        .correlate(_participants)
        .scalar_subquery(),
        0,
    )
)
_STILL_VISIBLE = (
    select(*SHOWN)
    .join_from(_messages, _participants, _participants.c.conversation_id == _messages.c.conversation_id)
    .where(
        _messages.c.id.in_(bindparam("wanted", expanding=True)),
        _participants.c.user_id == bindparam("person"),
    )
)


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
            await access.visible(reading, actor.user_id, command.conversation_id)
        starts = await _starts(reading, actor, command)
        return _oldest_first(_Place(*row) for row in await reading.connection.execute(_behind(starts)))


async def _starts(reading: Reading, actor: Actor, command: schemas.RequestMissed) -> dict[str, int]:
    """The `seq` behind which messages were missed, for each conversation that has any."""
    later_than = command.last_message_timestamp
    rows = await reading.connection.execute(
        _KNOWN_BY if later_than is not None else _ENDS, {"person": actor.user_id, "moment": later_than}
    )
    starts = {}
    for conversation_id, last_seq, known_seq in rows:
        start = known_seq
        if command.cursors is not None:
            start = max(start, command.cursors.get(conversation_id, last_seq))
        if start < last_seq and command.conversation_id in (None, conversation_id):
            starts[conversation_id] = start
    return starts


def _behind(starts: Mapping[str, int]) -> Select[*tuple[Any, ...]]:
    """The places of all messages behind `starts`: one index range a conversation."""
    start = values(column("conversation_id", String), column("seq", BigInteger), name="starts")
    known = start.data([*starts.items()] or [("", 0)]).cte("start")
    return (
        select(_messages.c.id, _messages.c.conversation_id, _messages.c.seq, _messages.c.created_at)
        .join_from(known, _messages, _messages.c.conversation_id == known.c.conversation_id)
        .where(_messages.c.seq > known.c.seq)
        .order_by(_messages.c.conversation_id, _messages.c.seq)
    )


def _oldest_first(places: Iterable[_Place]) -> list[_Place]:
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
        wanted = {"person": actor.user_id, "wanted": [place.id for place in page]}
        found = await reading.connection.execute(_STILL_VISIBLE, wanted)
        by_id = {message.id: message for message in found}
        present = [by_id[place.id] for place in page if place.id in by_id]
        return await show_messages(reading, actor.user_id, present)
