"""Cursors of a conversation, and the tally of a message that follows from them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from chat.schemas.messages import Status


class Cursor(NamedTuple):
    """Where one participant stands. A read cursor that is not told to others counts as 0."""

    user_id: str
    joined_seq: int
    delivered_seq: int
    read_seq: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How far one message has come: of so many recipients, so many have got it, so many have read it."""

    recipients: int
    delivered: int
    read: int

    @property
    def is_delivered(self) -> bool:
        return self.recipients > 0 and self.delivered == self.recipients

    @property
    def status(self) -> Status:
        """The least of all recipients' states; a message that nobody else can get stays `sent`."""
        if self.recipients and self.read == self.recipients:
            return "read"
        return "delivered" if self.is_delivered else "sent"


def tally_of(seq: int, sender_id: str, cursors: Iterable[Cursor]) -> Tally:
    """How far the one message at `seq` has come with everyone but its sender; for several messages see Cursors."""
    recipients = delivered = read = 0
    for cursor in cursors:
        if cursor.joined_seq <= seq and cursor.user_id != sender_id:
            recipients += 1
            delivered += cursor.delivered_seq >= seq
            read += cursor.read_seq >= seq
    return Tally(recipients, delivered, read)


class Cursors:
    """All cursors of one conversation, sorted, so that each message's tally costs a few binary searches.

    A cursor never stands before the place where its owner joined. Whoever joined after a message therefore has a
    cursor beyond it, and is taken off again by counting those who joined later.
    """

    def __init__(self, cursors: Iterable[Cursor]) -> None:
        everyone = list(cursors)
        readers = [cursor for cursor in everyone if cursor.read_seq]
        self._by_user = {cursor.user_id: cursor for cursor in everyone}
        self._joined = sorted(cursor.joined_seq for cursor in everyone)
        self._delivered = sorted(cursor.delivered_seq for cursor in everyone)
        self._readers_joined = sorted(cursor.joined_seq for cursor in readers)
        self._read = sorted(cursor.read_seq for cursor in readers)

    def knows(self, user_id: str) -> bool:
        """Whether the person takes part."""
        return user_id in self._by_user

    def tally(self, seq: int, sender_id: str) -> Tally:
        """How far the message at `seq` has come with everyone but its sender."""
        later = _beyond(self._joined, seq)
        recipients = len(self._joined) - later
        delivered = _from(self._delivered, seq) - later
        read = _from(self._read, seq) - _beyond(self._readers_joined, seq)
        sender = self._by_user.get(sender_id)
        if sender is not None and sender.joined_seq <= seq:
            recipients -= 1
            delivered -= sender.delivered_seq >= seq
            read -= bool(sender.read_seq) and sender.read_seq >= seq
        return Tally(recipients, delivered, read)


def _beyond(positions: list[int], seq: int) -> int:
    return len(positions) - bisect_right(positions, seq)


def _from(positions: list[int], seq: int) -> int:
    return len(positions) - bisect_left(positions, seq)
