"""Memory that a crowd has left behind is given back, and nobody who stays is held up for a few."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from chat.transport.reclaim import MANY, Reclaimer


class Knot:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _only_when_asked() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


async def is_freed(ended: int, left: int) -> bool:
    """Whether a knot is gone after so many connections have ended while so many are open."""
    knot = weakref.ref(Knot())
    reclaimer = Reclaimer(pause_s=0)
    for _ in range(ended):
        reclaimer.note_end(left)
    await asyncio.sleep(0.01)  # the timer of 0 s has run by then
    reclaimer.stop()
    return knot() is None


async def test_memory_is_given_back_when_most_have_left() -> None:
    assert await is_freed(MANY, left=MANY // 2)


async def test_nobody_is_held_up_when_a_few_leave_or_more_stay() -> None:
    assert not await is_freed(MANY - 1, left=0)
    assert not await is_freed(MANY, left=2 * MANY)
