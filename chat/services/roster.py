"""Who is in which conversation, in memory: loaded at start, then kept by the facts, in the writer's order.

It is what sending, fan-out and presence ask, many times a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from sqlalchemy import select

from chat.database import Reading
from chat.models import Conversation, Participant

_NOBODY: frozenset[str] = frozenset()


class Roster:
    """Participants by conversation, and the other way round."""

    def __init__(self) -> None:
        self._members: defaultdict[str, set[str]] = defaultdict(set)
        self._conversations: defaultdict[str, set[str]] = defaultdict(set)
        self._groups: set[str] = set()

    async def load(self, reading: Reading) -> None:
        """Take in all memberships, forgetting what was known before."""
        rows = await reading.session.execute(select(Participant.conversation_id, Participant.user_id))
        groups = await reading.session.scalars(select(Conversation.id).where(Conversation.is_group))
        self._members.clear()
        self._conversations.clear()
        for conversation_id, user_id in rows:
            self.add(conversation_id, user_id)
        self._groups = set(groups)

    def begin(self, conversation_id: str, user_ids: Iterable[str], *, is_group: bool) -> None:
        """A conversation with its first participants."""
        if is_group:
            self._groups.add(conversation_id)
        for user_id in user_ids:
            self.add(conversation_id, user_id)

    def add(self, conversation_id: str, user_id: str) -> None:
        self._members[conversation_id].add(user_id)
        self._conversations[user_id].add(conversation_id)

    def remove(self, conversation_id: str, user_id: str) -> None:
        self._members[conversation_id].discard(user_id)
        self._conversations[user_id].discard(conversation_id)

    def is_group(self, conversation_id: str) -> bool:
        return conversation_id in self._groups

    def members(self, conversation_id: str) -> AbstractSet[str]:
        """The user ids in a conversation; not to be changed, and good until the next fact."""
        return self._members.get(conversation_id, _NOBODY)

    def conversations(self, user_id: str) -> AbstractSet[str]:
        return self._conversations.get(user_id, _NOBODY)

    def companions(self, user_id: str) -> set[str]:
        """Everyone who shares a conversation with the person, themselves left out."""
        found: set[str] = set()
        for conversation_id in self.conversations(user_id):
            found |= self._members[conversation_id]
        found.discard(user_id)
        return found


roster = Roster()
