"""Times: aware, UTC, whole milliseconds, as the wire has them."""

from __future__ import annotations

import functools
import time
from datetime import UTC, datetime

_CHARS_BEFORE_ZONE = len("2026-11-23T14:32:00.123")


def utc_now() -> datetime:
    """The present, cut to milliseconds, so that what is stored and what is sent are the same."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def iso_now() -> str:
    """The present as `iso` writes it, for what is stamped thousands of times a second."""
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{_second(seconds)}.{milliseconds:03d}Z"


@functools.lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def iso(moment: datetime) -> str:
    """ISO 8601 UTC with milliseconds: `2026-11-23T14:32:00.123Z`."""
    return moment.isoformat(timespec="milliseconds")[:_CHARS_BEFORE_ZONE] + "Z"


def iso_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
