"""How cursors move: forward only, each move kept, many conversations at once; and what has thereby reached everyone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    String,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from chat.bulk import Bulk, as_given, given_rows
from chat.database import AnyRow, Reading, Transaction
from chat.events import MessageDelivered
from chat.models import Message, Participant, Receipt
from chat.services.cursors import Cursor, Cursors
from chat.services.people import people
from chat.services.recent import Sent, recent
from chat.services.roster import roster

_participants = Participant.__table__
_stands = _participants.c
_receipts = Receipt.__table__
# In the order of Cursor's fields.
_CURSORS = select(
    _stands.conversation_id,
    _stands.user_id,
    _stands.joined_seq,
    _stands.last_delivered_seq,
    _stands.last_read_seq,
).where(_stands.conversation_id.in_(bindparam("wanted", expanding=True)))

# A thousand cursors move in one statement each: row by row they would hold up the messages behind them.
_moves = given_rows(
    "moves", conversation_id=String(), user_id=String(), delivered_seq=BigInteger(), read_seq=BigInteger()
).c
_OF_MOVE = and_(_stands.conversation_id == _moves.conversation_id, _stands.user_id == _moves.user_id)
_HAS_READ_MORE = _moves.read_seq > _stands.last_read_seq
_HAS_GOT_MORE = _moves.delivered_seq > _stands.last_delivered_seq
_delivered_seq = case((_HAS_GOT_MORE, _moves.delivered_seq), else_=_stands.last_delivered_seq)
_read_seq = case((_HAS_READ_MORE, _moves.read_seq), else_=_stands.last_read_seq)
_KEEP = Bulk(
    insert(_receipts).from_select(  # type: ignore[arg-type]
        ["conversation_id", "user_id", "kind", "up_to_seq", "created_at"],
        select(
            _stands.conversation_id,
            _stands.user_id,
            case((_HAS_READ_MORE, literal_column("'read'")), else_=literal_column("'delivered'")),
            case((_HAS_READ_MORE, _moves.read_seq), else_=_delivered_seq),
            bindparam("now", type_=_receipts.c.created_at.type),
        ).where(_OF_MOVE, or_(_HAS_READ_MORE, _HAS_GOT_MORE)),
    )
)
_MOVE = Bulk(
    update(_participants)  # type: ignore[arg-type]
    .where(_OF_MOVE, or_(_HAS_READ_MORE, _HAS_GOT_MORE))
    .values(last_delivered_seq=_delivered_seq, last_read_seq=_read_seq)
)


_whose = given_rows("whose", conversation_id=String(), user_id=String()).c
_POSITIONS = select(
    _stands.conversation_id, _stands.user_id, _stands.last_delivered_seq, _stands.last_read_seq
).join_from(
    _whose.user_id.table,
    _participants,
    and_(_stands.conversation_id == _whose.conversation_id, _stands.user_id == _whose.user_id),
)

# Where a conversation's people stand before and after the moves: most of them stand together.
_PLACES = (
    select(
        _stands.conversation_id,
        _stands.last_delivered_seq.label("before"),
        _delivered_seq.label("after"),
        func.count().label("people"),
        func.min(_stands.user_id).label("user_id"),
    )
    .select_from(_participants.outerjoin(_moves.conversation_id.table, _OF_MOVE))
    .where(_stands.conversation_id.in_(select(_moves.conversation_id)))
    .group_by(literal_column("1"), literal_column("2"), literal_column("3"))
)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a participant has come: what has reached a device of theirs, and what they have read."""

    delivered_seq: int
    read_seq: int = 0


class _Last:
    """Up to where the last ones of a conversation have come."""

    def __init__(self, places: Iterable[tuple[int, int, str]]) -> None:
        """`places`: where people stand, how many they are, and who, when it is one."""
        first, *others = sorted(places)
        self.seq, people_there, who = first
        # Who stands there alone, if it is one.
        self.alone: str | None = None
        self._next_seq = self.seq
        if people_there == 1:
            self.alone, self._next_seq = who, others[0][0] if others else 0

    def besides(self, user_id: str) -> int:
        """Up to which `seq` everybody but one person has got everything; 0 when there is nobody else."""
        return self._next_seq if user_id == self.alone else self.seq


async def advance(tx: Transaction, positions: Mapping[str, Mapping[str, Position]]) -> None:
    """Move cursors (conversation → user → how far), and record which messages have thereby reached everyone."""
    await tx.flush()
    moves = as_given(
        (conversation_id, user_id, position.delivered_seq, position.read_seq)
        for conversation_id, of_users in positions.items()
        for user_id, position in of_users.items()
    )
    places: defaultdict[str, list[AnyRow]] = defaultdict(list)
    for row in await tx.connection.execute(_PLACES, {"moves": moves}):
        places[row.conversation_id].append(row)
    _KEEP.execute(tx.connection, [{"moves": moves, "now": tx.now}])
    _MOVE.execute(tx.connection, [{"moves": moves}])
    for conversation_id, rows in places.items():
        before = _Last((row.before, row.people, row.user_id) for row in rows)
        after = _Last((row.after, row.people, row.user_id) for row in rows)
        await _record_reached(tx, conversation_id, before, after)


async def _record_reached(tx: Transaction, conversation_id: str, before: _Last, after: _Last) -> None:
    """Record the messages that the last of their recipients has now got.

    Whoever stood before a message when it was sent was in the conversation then: a cursor never stands before the
    place where its owner joined.

    Every place is looked at once, not again at each move: somebody who is away for thousands of messages makes the
    next one no dearer.
    """
    members = roster.members(conversation_id)
    alone = {user_id for user_id in (before.alone, after.alone) if user_id is not None}
    everyone = await _sent(tx, conversation_id, before.seq, after.seq)
    reached = [message for message in everyone if message.sender_id not in alone]
    for user_id in alone:
        others = await _sent(tx, conversation_id, before.besides(user_id), after.besides(user_id))
        reached += [message for message in others if message.sender_id == user_id]
    for message in sorted(reached, key=lambda message: message.seq):
        if message.sender_id in members:
            _record(tx, conversation_id, message)


async def record_departure(tx: Transaction, conversation_id: str, user_id: str) -> None:
    """A participant is about to go: what only they had not got has thereby reached everyone it is still for."""
    cursors = _as_told((await _load(tx, [conversation_id]))[conversation_id])
    left = [cursor for cursor in cursors if cursor.user_id != user_id]
    before, after = Cursors(cursors), Cursors(left)
    low = next(cursor.delivered_seq for cursor in cursors if cursor.user_id == user_id)
    high = max((cursor.delivered_seq for cursor in left), default=0)
    for message in await _sent(tx, conversation_id, low, high):
        is_new = (
            after.tally(message.seq, message.sender_id).is_delivered
            and not before.tally(message.seq, message.sender_id).is_delivered
        )
        if is_new and after.knows(message.sender_id):
            _record(tx, conversation_id, message)


def _record(tx: Transaction, conversation_id: str, message: Sent) -> None:
    tx.record(
        MessageDelivered(
            conversation_id=conversation_id,
            message_id=message.message_id,
            sender_id=message.sender_id,
        )
    )


async def _sent(reading: Reading, conversation_id: str, after: int, up_to: int) -> Sequence[Sent]:
    """The messages behind `after` up to `up_to`, in their order; from memory, as far as that goes back."""
    if after >= up_to:
        return ()
    known = recent.between(conversation_id, after, up_to)
    if known is not None:
        return known
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


async def load_positions(
    reading: Reading, whose: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Position]:
    """Where people stand, by conversation and user, `whose` are pairs of them; who takes no part is left out."""
    rows = await reading.connection.execute(_POSITIONS, {"whose": as_given(whose)})
    return {(conversation_id, user_id): Position(*cursors) for conversation_id, user_id, *cursors in rows}


async def load_cursors(
    reading: Reading, conversation_ids: Collection[str], viewer_id: str
) -> dict[str, Cursors]:
    """The cursors of several conversations, as `viewer_id` may see them, in one query."""
    stored = await _load(reading, conversation_ids)
    return {id_: Cursors(told_to(viewer_id, stored[id_])) for id_ in conversation_ids}


def told_to(viewer_id: str, stored: Sequence[Cursor]) -> Sequence[Cursor]:
    """A conversation's cursors as `viewer_id` may see them.

    Whoever switched read receipts off shows no read cursor, and sees nobody's.
    """
    if viewer_id in people.silent_readers:
        return [cursor._replace(read_seq=0) for cursor in stored]
    return _as_told(stored)


def _as_told(stored: Sequence[Cursor]) -> Sequence[Cursor]:
    """Cursors without what the silent have read."""
    silent = people.silent_readers
    if not silent:
        return stored
    return [cursor._replace(read_seq=0) if cursor.user_id in silent else cursor for cursor in stored]


async def _load(reading: Reading, conversation_ids: Collection[str]) -> dict[str, list[Cursor]]:
    stored: defaultdict[str, list[Cursor]] = defaultdict(list)
    for conversation_id, *place in await reading.connection.execute(
        _CURSORS, {"wanted": [*conversation_ids]}
    ):
        stored[conversation_id].append(Cursor(*place))
    return stored
