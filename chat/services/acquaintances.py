"""Who knows of whose presence, in memory: loaded at start, then kept by the facts.

A person's presence is told to those who share a conversation with them or have them in their contacts, and between
two of whom one has blocked the other, to neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import select

from chat.database import Reading
from chat.events import AcquaintanceChanged
from chat.models import Contact
from chat.services.presence import presence
from chat.services.roster import roster
from chat.times import iso


class Acquaintances:
    """Contacts and blocks of everyone."""

    def __init__(self) -> None:
        self._known_by: defaultdict[str, set[str]] = defaultdict(set)
        self._blocks: dict[tuple[str, str], str] = {}
        self._in_blocks: defaultdict[str, set[str]] = defaultdict(set)

    async def load(self, reading: Reading) -> None:
        """Take in all contacts and blocks, forgetting what was known before."""
        contacts = await reading.session.scalars(select(Contact))
        self._known_by.clear()
        self._blocks.clear()
        self._in_blocks.clear()
        for contact in contacts:
            blocked_at = iso(contact.blocked_at) if contact.blocked_at is not None else None
            self._set(contact.owner_id, contact.user_id, contact.is_contact, blocked_at)

    def apply(self, fact: AcquaintanceChanged) -> None:
        self._set(fact.owner_id, fact.user_id, fact.is_contact, fact.blocked_at)

    def is_blocked(self, one_id: str, other_id: str) -> bool:
        """Whether one of the two has blocked the other."""
        return other_id in self._in_blocks.get(one_id, ())

    def blocked_with(self, user_id: str) -> AbstractSet[str]:
        """Everyone whom the person has blocked, or who has blocked them."""
        return self._in_blocks.get(user_id, frozenset())

    def audience(self, user_id: str) -> set[str]:
        """Everyone who may know whether the person is here."""
        return (roster.companions(user_id) | self._known_by[user_id]) - self._in_blocks[user_id]

    def is_online_for(self, viewer_id: str, user_id: str, *, in_conversation: bool = False) -> bool:
        """Whether the person is here, as far as `viewer_id` may know.

        `in_conversation`: they are known to share one, which the roster learns only once it is committed.
        """
        if not presence.is_online(user_id):
            return False
        return viewer_id == user_id or self._may_know(viewer_id, user_id, in_conversation)

    def last_seen_for(
        self, viewer_id: str, user_id: str, last_seen_at: datetime | None, *, in_conversation: bool = False
    ) -> str | None:
        """When the person was last here, as far as `viewer_id` may know; for the blocked, time stands still."""
        if last_seen_at is None:
            return None
        if viewer_id == user_id or self._may_know(viewer_id, user_id, in_conversation):
            return iso(last_seen_at)
        blocked_at = self._blocks.get((user_id, viewer_id)) or self._blocks.get((viewer_id, user_id))
        return min(iso(last_seen_at), blocked_at) if blocked_at is not None else None

    def _may_know(self, viewer_id: str, user_id: str, in_conversation: bool) -> bool:
        if user_id in self._in_blocks[viewer_id]:
            return False
        if in_conversation or viewer_id in self._known_by[user_id]:
            return True
        return not roster.conversations(viewer_id).isdisjoint(roster.conversations(user_id))

    def _set(self, owner_id: str, user_id: str, is_contact: bool, blocked_at: str | None) -> None:
        known_by = self._known_by[user_id]
        (known_by.add if is_contact else known_by.discard)(owner_id)
        if blocked_at is not None:
            self._blocks[(owner_id, user_id)] = blocked_at
        else:
            self._blocks.pop((owner_id, user_id), None)
        for one, other in ((owner_id, user_id), (user_id, owner_id)):
            is_blocked = (one, other) in self._blocks or (other, one) in self._blocks
            others = self._in_blocks[one]
            (others.add if is_blocked else others.discard)(other)


acquaintances = Acquaintances()
