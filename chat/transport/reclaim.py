"""Giving memory back when a crowd has left.

What hangs on a connection is full of cycles, Hypercorn's own among them, and Python's collector looks at old objects
so seldom that ten thousand closed connections would stay in memory until as many again have come.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc

MANY = 500
# Let those who come straight back do so first: their server must not stop for a look through its memory.
PAUSE_S = 3.0


class Reclaimer:
    """Counts connections that have ended, and collects when they were many and more than those that are left."""

    def __init__(self, pause_s: float = PAUSE_S) -> None:
        self._pause_s = pause_s
        self._ended = 0
        self._timer: asyncio.TimerHandle | None = None

    def note_end(self, left: int) -> None:
        """A connection has ended, `left` are open."""
        self._ended += 1
        if self._timer is None and self._ended >= max(MANY, left):
            self._timer = asyncio.get_running_loop().call_later(self._pause_s, self._collect)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _collect(self) -> None:
        self._timer = None
        self._ended = 0
        gc.collect()
        with contextlib.suppress(OSError, AttributeError):  # not with the GNU C library
            ctypes.CDLL(None).malloc_trim(0)
