"""Receipts: where each participant stands, and what follows from it for the status of a message.

A recipient of a message is who was a participant at its `seq` and still is, its sender left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from chat import database
from chat.database import Reading, Transaction
from chat.events import MessagesRead
from chat.models import Conversation, Participant, Receipt, User
from chat.schemas import conversations as schemas
from chat.schemas.messages import Status
from chat.services import access
from chat.services.actor import Actor


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where one participant stands. A read cursor that is not told to others counts as 0 here."""

    user_id: str
    joined_seq: int
    delivered_seq: int
    read_seq: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How far one message has come."""

    recipients: int
    delivered: int
    read: int

    @property
    def status(self) -> Status:
        """The least of all recipients' states; a message that nobody else can get stays `sent`."""
        if self.recipients and self.read == self.recipients:
            return "read"
        if self.recipients and self.delivered == self.recipients:
            return "delivered"
        return "sent"


class Cursors:
    """All cursors of one conversation, sorted, so that a message's tally costs a few binary searches.

    A cursor never stands before the place where its owner joined: who has joined after `seq` has therefore a cursor
    beyond it, and is taken off again by counting those who joined later.
    """

    def __init__(self, cursors: Collection[Cursor]) -> None:
        self._by_user = {cursor.user_id: cursor for cursor in cursors}
        self._joined = sorted(cursor.joined_seq for cursor in cursors)
        self._delivered = sorted(cursor.delivered_seq for cursor in cursors)
        readers = [cursor for cursor in cursors if cursor.read_seq]
        self._readers_joined = sorted(cursor.joined_seq for cursor in readers)
        self._read = sorted(cursor.read_seq for cursor in readers)

    def tally(self, seq: int, sender_id: str) -> Tally:
        later = len(self._joined) - bisect_right(self._joined, seq)
        recipients = len(self._joined) - later
        delivered = len(self._delivered) - bisect_left(self._delivered, seq) - later
        later_readers = len(self._readers_joined) - bisect_right(self._readers_joined, seq)
        read = len(self._read) - bisect_left(self._read, seq) - later_readers
        sender = self._by_user.get(sender_id)
        if sender is not None and sender.joined_seq <= seq:
            recipients -= 1
            delivered -= sender.delivered_seq >= seq
            read -= bool(sender.read_seq) and sender.read_seq >= seq
        return Tally(recipients, delivered, read)


async def load_cursors(reading: Reading, conversation_ids: set[str], viewer_id: str) -> dict[str, Cursors]:
    """The cursors of several conversations, as `viewer_id` may see them, in one query.

    Whoever switched read receipts off shows no read cursor, and sees nobody's.
    """
    rows = await reading.session.execute(
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
    found: defaultdict[str, list[Cursor]] = defaultdict(list)
    viewer_hides = False
    for conversation_id, user_id, joined, delivered, read, shows in rows:
        viewer_hides = viewer_hides or (user_id == viewer_id and not shows)
        found[conversation_id].append(Cursor(user_id, joined, delivered, read if shows else 0))
    if viewer_hides:
        found = defaultdict(
            list,
            {
                id_: [Cursor(c.user_id, c.joined_seq, c.delivered_seq, 0) for c in cursors]
                for id_, cursors in found.items()
            },
        )
    return {conversation_id: Cursors(found[conversation_id]) for conversation_id in conversation_ids}


async def mark_as_read(actor: Actor, command: schemas.MarkAsRead) -> schemas.MarkedAsRead:
    """Move the reader's cursor up to `seq`, or to the newest; never back, never beyond what exists."""

    async def change(tx: Transaction) -> schemas.MarkedAsRead:
        conversation, participant = await access.conversation(tx, actor, command.conversation_id)
        wanted = conversation.last_seq if command.seq is None else min(command.seq, conversation.last_seq)
        if wanted <= participant.last_read_seq:
            return schemas.MarkedAsRead(last_read_seq=participant.last_read_seq)
        await _move(tx, conversation, participant, wanted)
        return schemas.MarkedAsRead(last_read_seq=wanted)

    return await database.write(change)


async def _move(tx: Transaction, conversation: Conversation, participant: Participant, seq: int) -> None:
    """Set both cursors: who has read a message has got it."""
    participant.last_read_seq = seq
    participant.last_delivered_seq = max(participant.last_delivered_seq, seq)
    tx.session.add(
        Receipt(
            conversation_id=conversation.id,
            user_id=participant.user_id,
            kind="read",
            up_to_seq=seq,
            created_at=tx.now,
        )
    )
    reader = await tx.session.get(User, participant.user_id)
    tx.record(
        MessagesRead(
            conversation_id=conversation.id,
            reader_id=participant.user_id,
            last_read_seq=seq,
            is_public=reader is not None and reader.read_receipts,
        )
    )
