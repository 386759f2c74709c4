"""What is known in memory besides the database: loaded at start, then taught by every fact, in the writer's order."""

from __future__ import annotations

from collections import OrderedDict

from chat.database import Reading
from chat.events import (
    AccountChanged,
    AcquaintanceChanged,
    Change,
    ConversationCreated,
    Fact,
    MemberAdded,
    MemberRemoved,
    MessageSent,
    SessionEnded,
)
from chat.services.acquaintances import acquaintances
from chat.services.heads import heads
from chat.services.people import people
from chat.services.recent import recent
from chat.services.roster import roster


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


class Memory:
    """All of it, as the database teaches it (see chat.database.Memory)."""

    async def load(self, reading: Reading) -> None:
        """Begin with what the database says."""
        await people.load(reading)
        await roster.load(reading)
        await acquaintances.load(reading)
        await heads.load(reading)
        recent.clear()

    def learn(self, fact: Fact) -> None:
        """Take in a fact, in the order of the writer, before anybody is told of it."""
        if isinstance(fact, Change):
            heads.learn(fact.conversation_id, fact.seq)
        match fact:
            case MessageSent():
                recent.learn(fact)
            case AccountChanged():
                people.apply(fact)
            case ConversationCreated():
                heads.learn(fact.conversation_id, 0)
                roster.begin(fact.conversation_id, fact.recipient_ids, is_group=fact.conversation.is_group)
            case MemberAdded():
                roster.add(fact.conversation_id, fact.new_user_id)
            case MemberRemoved():
                roster.remove(fact.conversation_id, fact.removed_user_id)
            case AcquaintanceChanged():
                acquaintances.apply(fact)
            case SessionEnded():
                ended_sessions.add(fact.session_id)
            case _:
                pass


memory = Memory()
