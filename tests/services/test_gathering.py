"""What may wait a moment: in order, none twice, none left behind, and no storm at once."""

from __future__ import annotations

import asyncio

from chat.gathering import EASILY, PART_OF_STORM, Gathering

EVERY_S = 0.02


class Released(list[list[int]]):
    """The items in the portions in which they were let go."""

    def __call__(self, items: list[int]) -> None:
        self.append(items)

    @property
    def items(self) -> list[int]:
        return [item for portion in self for item in portion]


async def test_the_first_goes_at_once_and_the_others_together() -> None:
    released = Released()
    gathering = Gathering(released, every_s=EVERY_S)
    for number in range(4):
        gathering.add(number)
    assert released == [[0]]
    await asyncio.sleep(2 * EVERY_S)
    assert released == [[0], [1, 2, 3]]


async def test_who_comes_after_a_pause_waits_for_nobody() -> None:
    released = Released()
    gathering = Gathering(released, every_s=EVERY_S)
    for number in range(3):
        gathering.add(number)
        assert released[-1] == [number]
        await asyncio.sleep(2 * EVERY_S)


async def test_a_storm_is_let_in_by_and_by_in_order_and_whole() -> None:
    released = Released()
    gathering = Gathering(released, every_s=EVERY_S)
    storm = list(range(10 * EASILY))
    for number in storm:
        gathering.add(number)
    async with asyncio.timeout(5):
        while len(released.items) < len(storm):  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(EVERY_S)
    assert released.items == storm
    assert max(map(len, released)) <= len(storm) / PART_OF_STORM
    assert min(map(len, released[1:-1])) >= EASILY


async def test_all_go_at_once_when_there_is_no_time_left() -> None:
    released = Released()
    gathering = Gathering(released, every_s=EVERY_S)
    for number in range(10 * EASILY):
        gathering.add(number)
    gathering.release_all()
    assert [len(portion) for portion in released] == [1, 10 * EASILY - 1]
    await asyncio.sleep(2 * EVERY_S)
    assert len(released) == 2
