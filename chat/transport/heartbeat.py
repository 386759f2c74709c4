"""The clock of the heartbeats: monotonic, and standing still while the process does."""

from __future__ import annotations

import time
from collections.abc import Callable

SWEEP_EVERY_S = 0.25
# A sweep that comes later than this was held up by ourselves (a blocked loop, a suspended laptop): nobody else is to
# blame for the silence, so the time in between does not count.
_MAX_STEP_S = 4 * SWEEP_EVERY_S


class HeartbeatClock:
    """Seconds that have passed while we were listening.

    Engine.IO 4.15 measures by the wall clock: a step of an hour drops everyone.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._last = monotonic()
        self.now = 0.0

    def sweep(self) -> float:
        """Move on to the present; returns `now`, in seconds since the start."""
        present = self._monotonic()
        self.now += min(present - self._last, _MAX_STEP_S)
        self._last = present
        return self.now
