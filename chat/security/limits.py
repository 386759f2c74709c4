"""Limits: token buckets, per person and per address, in one table."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chat.errors import RateLimited

MAX_BUCKETS = 100_000
_ROUNDING = 1e-6  # of sums of fractions: after exactly the time that was told, there is one again


@dataclass(frozen=True, slots=True)
class Limit:
    """A token bucket: `burst` at once, then `per_second` for ever."""

    burst: float
    per_second: float


_MINUTE: Final = 60.0
_HOUR: Final = 3600.0

LIMITS: Final[dict[str, Limit]] = {
    "sign_in": Limit(10, 2 / _MINUTE),  # per account and address
    "sign_in_address": Limit(100, 30 / _MINUTE),
    "register": Limit(20, 20 / _HOUR),  # per address
    "refresh": Limit(30, 30 / _MINUTE),  # per session
    "send": Limit(60, 10),  # per person, as all that follow
    "change": Limit(50, 10),  # edits, deletions, reactions
    "typing": Limit(20, 5),
    "request": Limit(200, 50),  # every other event and route
    "upload": Limit(20, 30 / _MINUTE),
    "handshake": Limit(100, 60 / _MINUTE),  # failed ones, per address
}


class Limiter:
    """Counts what each key has taken. Time is monotonic: a clock that is set changes nothing."""

    def __init__(self, *, enabled: bool = True, clock: Callable[[], float] = time.monotonic) -> None:
        self._enabled = enabled
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, name: str, key: str) -> None:
        """Take one from `key`'s bucket of the limit `name`. Raises RateLimited with the seconds to wait."""
        if self._enabled and (wait := self._take(name, key, 1.0)) > 0:
            raise RateLimited(wait)

    def spend(self, name: str, key: str) -> None:
        """Take one, if there is one, and never complain: for counting failures."""
        self._take(name, key, 1.0)

    def is_spent(self, name: str, key: str) -> bool:
        """Whether `key` has nothing left, without taking anything."""
        return self._enabled and self._take(name, key, 0.0) > 0

    def _take(self, name: str, key: str, amount: float) -> float:
        limit = LIMITS[name]
        now = self._clock()
        left, since = self._buckets.get((name, key), (limit.burst, now))
        left = min(limit.burst, left + (now - since) * limit.per_second)
        if left < 1.0 - _ROUNDING:
            return (1.0 - left) / limit.per_second
        if amount:
            self._buckets[(name, key)] = (left - amount, now)
            self._buckets.move_to_end((name, key))
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)  # the one untouched for longest is full again by now
        return 0.0
