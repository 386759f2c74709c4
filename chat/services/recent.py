"""The latest messages of each conversation, in memory: whose they are, for the receipts that follow within moments."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from chat.events import MessageSent

KEPT_PER_CONVERSATION = 256


@dataclass(frozen=True, slots=True)
class Sent:
    """A message by its place and its sender."""

    seq: int
    message_id: str
    sender_id: str


class Recent:
    """What was sent a moment ago. Messages of the system are none of it: they have no receipts."""

    def __init__(self) -> None:
        self._messages: dict[str, deque[Sent]] = {}
        # Every message behind this place is among those kept.
        self._complete_after: dict[str, int] = {}

    def clear(self) -> None:
        self._messages.clear()
        self._complete_after.clear()

    def learn(self, fact: MessageSent) -> None:
        kept = self._messages.get(fact.conversation_id)
        if kept is None:
            kept = self._messages[fact.conversation_id] = deque()
            self._complete_after[fact.conversation_id] = fact.seq - 1
        kept.append(Sent(fact.seq, fact.message.id, fact.message.sender.id))
        if len(kept) > KEPT_PER_CONVERSATION:
            self._complete_after[fact.conversation_id] = kept.popleft().seq

    def between(self, conversation_id: str, after: int, up_to: int) -> Sequence[Sent] | None:
        """The messages behind `after` up to `up_to`, or None when memory does not reach so far back."""
        if after < self._complete_after.get(conversation_id, up_to):
            return None
        kept = self._messages.get(conversation_id, ())
        return [sent for sent in kept if after < sent.seq <= up_to]


recent = Recent()
