"""A throttle for what may wait a moment for its like: the first goes at once, those behind it together."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

# A storm is let in by and by, so that others come in between: so many at a time, or a quarter of those that wait.
EASILY = 100
PART_OF_STORM = 4


class Gathering(Generic[T]):
    """Lets items go, in the order in which they came, no more often than every so many seconds.

    Whoever comes while nothing happens waits for nobody.
    """

    def __init__(self, release: Callable[[list[T]], None], *, every_s: float) -> None:
        """`release(items)` is called from `add`, or by the event loop."""
        self._release = release
        self._every_s = every_s
        self._waiting: list[T] = []
        self._released_at = -math.inf  # of the loop's clock
        self._timer: asyncio.TimerHandle | None = None

    def add(self, item: T) -> None:
        self._waiting.append(item)
        if self._timer is None:
            self._go_on()

    def release_all(self) -> None:
        """Let go all that waits, now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            self._release_some(len(self._waiting))

    def _go_on(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        if loop.time() - self._released_at >= self._every_s:
            self._release_some(max(EASILY, len(self._waiting) // PART_OF_STORM))
        if self._waiting:
            self._timer = loop.call_at(self._released_at + self._every_s, self._go_on)

    def _release_some(self, count: int) -> None:
        self._released_at = asyncio.get_running_loop().time()
        going, self._waiting = self._waiting[:count], self._waiting[count:]
        self._release(going)
