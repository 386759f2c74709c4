"""Where every conversation stands, in memory: its last published `seq`, and when each of the latest was published.

From it follows what a connection is known to have: everything published before the last ping that it answered.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping

from chat.events import Change, Fact

# Longer than any connection can stay silent before it is closed.
KEPT_S = 30.0


class Positions:
    """The last `seq` of each conversation, and those of the last half minute with their times (monotonic seconds)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[str, int] = {}
        self._recent: defaultdict[str, deque[tuple[float, int]]] = defaultdict(deque)

    def begin(self, last: Mapping[str, int]) -> None:
        """Take in where all conversations stand when nothing has been published yet."""
        self._recent.clear()
        self._last = dict(last)

    def hear(self, facts: Iterable[Fact]) -> None:
        """Note each change that is being told to everyone now."""
        for fact in facts:
            if isinstance(fact, Change):
                self.publish(fact.conversation_id, fact.seq)

    def publish(self, conversation_id: str, seq: int) -> None:
        now = self._clock()
        recent = self._recent[conversation_id]
        recent.append((now, seq))
        while recent[0][0] < now - KEPT_S:
            recent.popleft()
        self._last[conversation_id] = seq

    def last(self, conversation_id: str) -> int:
        return self._last.get(conversation_id, 0)

    def at(self, conversation_id: str, moment: float) -> int:
        """The `seq` that was the last published one at `moment`; at worst an earlier one, never a later."""
        recent = self._recent.get(conversation_id)
        if not recent:
            return self.last(conversation_id)
        index = bisect_right(recent, moment, key=lambda entry: entry[0])
        return recent[index - 1][1] if index else recent[0][1] - 1


positions = Positions()
