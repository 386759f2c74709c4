"""The store in its process, and the people: once for all tests of the folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.convergence.cast import Cast, gather
from tests.convergence.store import Store
from tests.people import Town, visit


@pytest.fixture(scope="package")
async def store() -> AsyncIterator[Store]:
    async with Store() as running:
        yield running


@pytest.fixture(scope="package")
async def cast(town: Town) -> AsyncIterator[Cast]:
    async with visit(town.server) as http:
        gathered = await gather(town, http)
        yield gathered
        for player in gathered.players.values():
            await player.person.disconnect()
