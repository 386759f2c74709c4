"""The latest messages of each conversation, in memory: whose they are, for the receipts that follow within moments."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from chat.events import MessageSent

KEPT_PER_CONVERSATION = 256
# In all, some 150 bytes each: however many conversations a server has, those that have been quiet for longest go.
KEPT = 16_384


@dataclass(frozen=True, slots=True)
class Sent:
    """A message by its place and its sender."""

    seq: int
    message_id: str
    sender_id: str


class Recent:
    """What was sent a moment ago. Messages of the system are none of it: they have no receipts."""

    def __init__(self) -> None:
        # The conversation that has been quiet for longest first.
        self._messages: OrderedDict[str, deque[Sent]] = OrderedDict()
        self._kept = 0
        # Every message behind this place is among those kept.
        self._complete_after: dict[str, int] = {}

    def clear(self) -> None:
        self._messages.clear()
        self._kept = 0
        self._complete_after.clear()

    def learn(self, fact: MessageSent) -> None:
        kept = self._messages.get(fact.conversation_id)
        if kept is None:
            kept = self._messages[fact.conversation_id] = deque()
            self._complete_after[fact.conversation_id] = fact.seq - 1
        self._messages.move_to_end(fact.conversation_id)
        kept.append(Sent(fact.seq, fact.message.id, fact.message.sender.id))
        self._kept += 1
        if len(kept) > KEPT_PER_CONVERSATION:
            self._complete_after[fact.conversation_id] = kept.popleft().seq
            self._kept -= 1
        if self._kept > KEPT:
            quiet, forgotten = self._messages.popitem(last=False)
            self._kept -= len(forgotten)
            del self._complete_after[quiet]

    def between(self, conversation_id: str, after: int, up_to: int) -> Sequence[Sent] | None:
        """The messages behind `after` up to `up_to`, or None when memory does not reach so far back."""
        if after < self._complete_after.get(conversation_id, up_to):
            return None
        kept = self._messages.get(conversation_id, ())
        return [sent for sent in kept if after < sent.seq <= up_to]


recent = Recent()
