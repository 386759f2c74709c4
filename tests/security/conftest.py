"""The world of the authorisation tests, made once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.security.world import World, make_world
from tests.server import ServerProcess


@pytest.fixture(scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    server = ServerProcess(tmp_path_factory.mktemp("world"))
    await server.start()
    made = await make_world(server)
    yield made
    for device in made.devices.values():
        await device.close()
    await server.stop()
