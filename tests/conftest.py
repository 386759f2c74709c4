"""Fixtures that all tests share: one server process for a whole run, and fresh people on it for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.people import Town
from tests.server import ServerProcess

Serve = Callable[..., Awaitable[ServerProcess]]


def pytest_configure(config: pytest.Config) -> None:
    # python-engineio 4.15's client never releases the answers to its polling POSTs, and opens a new session for the
    # last one when its own has just been closed; aiohttp says so when they are collected, in whichever test that is.
    for what in ("connection", "connector", "client session"):
        config.addinivalue_line("filterwarnings", f"ignore:Unclosed {what}:ResourceWarning")


@pytest.fixture(scope="session")
async def shared_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """A server for tests that neither stop it nor fill it: people and conversations are each test's own."""
    server = ServerProcess(tmp_path_factory.mktemp("shared"))
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="session")
async def town(shared_server: ServerProcess) -> Town:
    """The people of the shared server."""
    made = Town(shared_server)
    await made.person("Olive")  # the owner
    return made


@pytest.fixture
async def own_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """A server of the test's own, to kill, stop and restart."""
    server = ServerProcess(tmp_path_factory.mktemp("own"))
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def serve(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Serve]:
    """Starts servers with settings of the test's own: `await serve(REGISTRATION="open")`."""
    started: list[ServerProcess] = []

    async def start(**environment: str) -> ServerProcess:
        server = ServerProcess(tmp_path_factory.mktemp("served"), **environment)
        started.append(server)
        await server.start()
        return server

    yield start
    await asyncio.gather(*(server.stop() for server in started))
