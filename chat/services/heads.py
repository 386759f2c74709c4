"""The last `seq` of each conversation as the writer has it, in memory: a send is numbered without a query."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from chat.database import Reading
from chat.models import Conversation


class Heads:
    """Where each conversation ends."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    async def load(self, reading: Reading) -> None:
        """Take in all conversations, forgetting what was known before."""
        rows = await reading.session.execute(select(Conversation.id, Conversation.last_seq))
        self._last = dict(rows.all())

    def learn(self, conversation_id: str, seq: int) -> None:
        self._last[conversation_id] = seq

    def all(self) -> Mapping[str, int]:
        """The last `seq` by conversation; not to be changed, and good until the next fact."""
        return self._last

    def last(self, conversation_id: str) -> int:
        """The last `seq`; 0 for a conversation that is being made."""
        return self._last.get(conversation_id, 0)


heads = Heads()
