"""Times: aware, UTC, whole milliseconds, as the wire has them."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present, cut to milliseconds, so that what is stored and what is sent are the same."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def iso(moment: datetime) -> str:
    """ISO 8601 UTC with milliseconds: `2026-11-23T14:32:00.123Z`."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
