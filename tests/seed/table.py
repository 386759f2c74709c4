"""Which test drives which event of the contract, and how each went on each transport: the table of the run's end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T", bound=Callable[..., object])

TRANSPORTS = ("websocket", "polling")
NOT_RUN = "not run"

_events_of: dict[str, tuple[str, ...]] = {}
_outcomes: dict[tuple[str, str], str] = {}


def drives(*events: str) -> Callable[[T], T]:
    """Say of a test that it makes these events happen and looks at what they carry and who gets them."""

    def note(test: T) -> T:
        assert test.__name__ not in _events_of, f"two tests are called {test.__name__}"
        _events_of[test.__name__] = events
        return test

    return note


def driven() -> set[str]:
    """All events that stand in a row."""
    return {event for events in _events_of.values() for event in events}


def note_outcome(node_id: str, outcome: str) -> None:
    """Take in how one phase of a test went; a failure stays one."""
    name, _, parameters = node_id.rpartition("::")[2].partition("[")
    for transport in TRANSPORTS:
        if name in _events_of and transport in parameters and _outcomes.get((name, transport)) != "failed":
            _outcomes[(name, transport)] = outcome


def lines() -> Iterator[str]:
    """The table; nothing when none of its tests has run."""
    rows = [
        (event, test, *(_outcomes.get((test, transport), NOT_RUN) for transport in TRANSPORTS))
        for test, events in _events_of.items()
        for event in events
    ]
    ran = {test for test, _ in _outcomes}
    rows = sorted(row for row in rows if row[1] in ran)
    if not rows:
        return
    head = ("event", "test", *TRANSPORTS)
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in (head, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
