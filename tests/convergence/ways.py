"""The ways in which what happened may reach a page. Each must lead to what a fresh fetch shows."""

from __future__ import annotations

import itertools
import random
from collections.abc import Awaitable, Callable

from tests.convergence.viewer import Viewer
from tests.people import Received

# It carries no `seq` and ends all that was before it: nothing can be moved across it.
END = "removed-from-group"

Way = Callable[[Viewer, random.Random], Awaitable[None]]


async def in_order(viewer: Viewer, chance: random.Random) -> None:
    page = viewer.start()
    page.take(viewer.events())
    # Whoever hears of everything has no gap. What an event alone cannot tell is still fetched: whether a message that
    # was deleted had been counted as unread, where the page does not hold it.
    await viewer.heal(page, has_gaps=False)
    await viewer.expect(page, "in order")


async def shuffled(viewer: Viewer, chance: random.Random) -> None:
    page = viewer.start()
    page.take(_shuffled(viewer.events(), chance))
    await viewer.heal(page)
    await viewer.expect(page, "shuffled")


async def doubled(viewer: Viewer, chance: random.Random) -> None:
    events = viewer.events()
    twice = _shuffled([each for received in events for each in (received, received)], chance)
    for way, told in (("doubled", events + events), ("shuffled and doubled", twice)):
        page = viewer.start()
        page.take(told)
        await viewer.heal(page)
        await viewer.expect(page, way)


async def one_dropped(viewer: Viewer, chance: random.Random) -> None:
    events = viewer.events()
    if not events:
        return
    dropped = events.pop(chance.randrange(len(events)))
    page = viewer.start()
    page.take(events)
    if not any(_is_later(each, dropped) for each in events):
        # Nothing comes after it that would show the gap: what was sent last is only lost with the connection.
        viewer.refresh(page)
    await viewer.heal(page)
    await viewer.expect(page, f"without one {dropped.event}")


async def by_changes(viewer: Viewer, chance: random.Random) -> None:
    """Of what carries a `seq`, nothing comes live."""
    page = viewer.start()
    page.take([each for each in viewer.events() if not is_sequenced(each)])
    viewer.see_last(page)
    await viewer.heal(page)
    await viewer.expect(page, "by changes alone")


async def after_a_break(viewer: Viewer, chance: random.Random) -> None:
    """Nothing comes at all; then the list is fetched, and shows what is missing."""
    page = viewer.start()
    viewer.refresh(page)
    await viewer.heal(page)
    await viewer.expect(page, "after a break")


def is_sequenced(received: Received) -> bool:
    return "seq" in received.data


def _is_later(one: Received, dropped: Received) -> bool:
    return is_sequenced(one) and is_sequenced(dropped) and one.data["seq"] > dropped.data["seq"]


def _shuffled(events: list[Received], chance: random.Random) -> list[Received]:
    mixed: list[Received] = []
    for is_end, memberships in itertools.groupby(events, lambda received: received.event == END):
        told = list(memberships)
        mixed += told if is_end else chance.sample(told, len(told))
    return mixed


WAYS: tuple[Way, ...] = (in_order, shuffled, doubled, one_dropped, by_changes, after_a_break)
