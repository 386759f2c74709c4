"""What is known in memory besides the database: loaded at start, then taught by every fact, in commit order."""

from __future__ import annotations

from collections import OrderedDict
from functools import singledispatch

from chat.database import Reading
from chat.events import (
    AcquaintanceChanged,
    Change,
    ConversationCreated,
    Fact,
    MemberAdded,
    MemberRemoved,
    SessionEnded,
)
from chat.services.acquaintances import acquaintances
from chat.services.positions import positions
from chat.services.presence import presence
from chat.services.roster import roster


async def load(reading: Reading) -> None:
    """Begin with what the database says, and with nobody here."""
    presence.clear()
    await roster.load(reading)
    await acquaintances.load(reading)
    await positions.load(reading)


class EndedSessions:
    """Sessions that ended a moment ago: for whoever was being let in just then."""

    _KEPT = 10_000

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def add(self, session_id: str) -> None:
        self._ids[session_id] = None
        if len(self._ids) > self._KEPT:
            self._ids.popitem(last=False)

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._ids


ended_sessions = EndedSessions()


@singledispatch
def learn(fact: Fact) -> None:
    """Take in a committed fact, before anybody is told of it."""


@learn.register
def _(fact: Change) -> None:
    positions.publish(fact.conversation_id, fact.seq)


@learn.register
def _(fact: ConversationCreated) -> None:
    for user_id in fact.recipient_ids:
        roster.add(fact.conversation_id, user_id)


@learn.register
def _(fact: MemberAdded) -> None:
    positions.publish(fact.conversation_id, fact.seq)
    roster.add(fact.conversation_id, fact.new_user_id)


@learn.register
def _(fact: MemberRemoved) -> None:
    positions.publish(fact.conversation_id, fact.seq)
    roster.remove(fact.conversation_id, fact.removed_user_id)


@learn.register
def _(fact: AcquaintanceChanged) -> None:
    acquaintances.apply(fact)


@learn.register
def _(fact: SessionEnded) -> None:
    ended_sessions.add(fact.session_id)
