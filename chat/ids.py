"""Identifiers: opaque on the wire, rising with time so that an index grows at its end."""

from __future__ import annotations

import os
import time

_TIME_HEX_DIGITS = 12
_RANDOM_BYTES = 10


def new_id() -> str:
    """A unique 32-digit hexadecimal string: 48 bits of milliseconds, then 80 random bits (as UUIDv7)."""
    return f"{time.time_ns() // 1_000_000:0{_TIME_HEX_DIGITS}x}{os.urandom(_RANDOM_BYTES).hex()}"
