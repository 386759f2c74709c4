"""How cursors move: forward only, each move kept, many conversations at once; and what has thereby reached everyone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update

from chat.bulk import Bulk
from chat.database import Reading, Transaction
from chat.events import MessageDelivered
from chat.models import Message, Participant, Receipt
from chat.services.cursors import Cursor, Cursors
from chat.services.people import people
from chat.services.recent import Sent, recent

_participants = Participant.__table__
_OWN_ROW = (
    _participants.c.conversation_id == bindparam("conversation"),
    _participants.c.user_id == bindparam("who"),
)
_MOVE_DELIVERED = Bulk(
    update(_participants)  # type: ignore[arg-type]
    .where(*_OWN_ROW)
    .values(last_delivered_seq=bindparam("seq"))
)
_MOVE_READ = Bulk(
    update(_participants)  # type: ignore[arg-type]
    .where(*_OWN_ROW)
    .values(last_read_seq=bindparam("seq"))
)
# In the order of Cursor's fields.
_CURSORS = select(
    _participants.c.conversation_id,
    _participants.c.user_id,
    _participants.c.joined_seq,
    _participants.c.last_delivered_seq,
    _participants.c.last_read_seq,
).where(_participants.c.conversation_id.in_(bindparam("wanted", expanding=True)))
_KEEP = Bulk(
    insert(Receipt.__table__),  # type: ignore[arg-type]
    "conversation_id",
    "user_id",
    "kind",
    "up_to_seq",
    "created_at",
)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a participant has come: what has reached a device of theirs, and what they have read."""

    delivered_seq: int
    read_seq: int = 0


class _Move:
    """The cursors of one conversation before and after some of its participants came further."""

    def __init__(
        self,
        conversation_id: str,
        before: Mapping[str, Cursor],
        positions: Mapping[str, Position],
    ) -> None:
        self.conversation_id = conversation_id
        self.before = before
        self.after = dict(before)
        for user_id, position in positions.items():
            if (cursor := before.get(user_id)) is not None:  # they may have left meanwhile
                self.after[user_id] = cursor._replace(
                    delivered_seq=max(cursor.delivered_seq, position.delivered_seq),
                    read_seq=max(cursor.read_seq, position.read_seq),
                )
        self.moved = [user_id for user_id in positions if self.after.get(user_id) != before.get(user_id)]
        self.reads = {
            user_id: positions[user_id].read_seq for user_id in self.moved if positions[user_id].read_seq
        }

    async def record_delivered(self, tx: Transaction) -> None:
        """Record which messages have thereby reached everyone."""
        low = min(self.before[user_id].delivered_seq for user_id in self.moved)
        high = max(self.after[user_id].delivered_seq for user_id in self.moved)
        before, after = Cursors(self.before.values()), Cursors(self.after.values())
        await _record_delivered(tx, self.conversation_id, before, after, low, high)


async def advance(tx: Transaction, positions: Mapping[str, Mapping[str, Position]]) -> None:
    """Move cursors (conversation → user → how far), and record which messages have thereby reached everyone."""
    await tx.flush()
    stored = await _load(tx, positions)
    moves = [_Move(id_, _as_told(stored[id_]), of_users) for id_, of_users in positions.items()]
    moves = [move for move in moves if move.moved]
    if not moves:
        return
    await _store(tx, moves)
    for move in moves:
        await move.record_delivered(tx)


async def record_departure(tx: Transaction, conversation_id: str, user_id: str) -> None:
    """A participant is about to go: what only they had not got has thereby reached everyone it is still for."""
    cursors = _as_told((await _load(tx, [conversation_id]))[conversation_id])
    left = [cursor for cursor in cursors.values() if cursor.user_id != user_id]
    low, high = cursors[user_id].delivered_seq, max((cursor.delivered_seq for cursor in left), default=0)
    await _record_delivered(tx, conversation_id, Cursors(cursors.values()), Cursors(left), low, high)


async def _record_delivered(
    tx: Transaction, conversation_id: str, before: Cursors, after: Cursors, low: int, high: int
) -> None:
    """Record the messages behind `low` up to `high` that have now reached all their recipients, and had not before."""
    sent = recent.between(conversation_id, low, high)
    if sent is None:
        sent = await _sent_between(tx, conversation_id, low, high)
    for message in sent:
        is_new = (
            after.tally(message.seq, message.sender_id).is_delivered
            and not before.tally(message.seq, message.sender_id).is_delivered
        )
        if is_new and after.knows(message.sender_id):
            tx.record(
                MessageDelivered(
                    conversation_id=conversation_id,
                    message_id=message.message_id,
                    sender_id=message.sender_id,
                )
            )


async def _store(tx: Transaction, moves: Sequence[_Move]) -> None:
    """The new cursors, and each move as a row of its own: when somebody got or read something."""
    delivered = [
        {"conversation": move.conversation_id, "who": user_id, "seq": move.after[user_id].delivered_seq}
        for move in moves
        for user_id in move.moved
    ]
    read = [
        {"conversation": move.conversation_id, "who": user_id, "seq": seq}
        for move in moves
        for user_id, seq in move.reads.items()
    ]
    receipts = [
        {
            "conversation_id": move.conversation_id,
            "user_id": user_id,
            "kind": "read" if user_id in move.reads else "delivered",
            "up_to_seq": move.reads.get(user_id, move.after[user_id].delivered_seq),
            "created_at": tx.now,
        }
        for move in moves
        for user_id in move.moved
    ]
    _MOVE_DELIVERED.execute(tx.connection, delivered)
    _MOVE_READ.execute(tx.connection, read)
    _KEEP.execute(tx.connection, receipts)


async def _sent_between(reading: Reading, conversation_id: str, after: int, up_to: int) -> Sequence[Sent]:
    rows = await reading.session.execute(
        select(Message.seq, Message.id, Message.sender_id)
        .where(
            Message.conversation_id == conversation_id,
            Message.seq > after,
            Message.seq <= up_to,
            Message.type != "system",
        )
        .order_by(Message.seq)
    )
    return [Sent(*row) for row in rows]


async def load_cursors(
    reading: Reading, conversation_ids: Collection[str], viewer_id: str
) -> dict[str, Cursors]:
    """The cursors of several conversations, as `viewer_id` may see them, in one query."""
    stored = await _load(reading, conversation_ids)
    return {id_: told_to(viewer_id, stored[id_]) for id_ in conversation_ids}


def told_to(viewer_id: str, stored: Iterable[Cursor]) -> Cursors:
    """A conversation's cursors as `viewer_id` may see them.

    Whoever switched read receipts off shows no read cursor, and sees nobody's.
    """
    if viewer_id in people.silent_readers:
        return Cursors(cursor._replace(read_seq=0) for cursor in stored)
    return Cursors(_as_told(stored).values())


def _as_told(stored: Iterable[Cursor]) -> dict[str, Cursor]:
    """Cursors by user, without what the silent have read."""
    silent = people.silent_readers
    return {
        cursor.user_id: cursor._replace(read_seq=0) if cursor.user_id in silent else cursor
        for cursor in stored
    }


async def _load(reading: Reading, conversation_ids: Collection[str]) -> dict[str, list[Cursor]]:
    stored: defaultdict[str, list[Cursor]] = defaultdict(list)
    for conversation_id, *place in await reading.connection.execute(
        _CURSORS, {"wanted": [*conversation_ids]}
    ):
        stored[conversation_id].append(Cursor(*place))
    return stored
