"""SIGTERM (hole 1 of the stack): open websockets and held polls do not keep the server from ending."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from tests.people import Person, Town
from tests.server import ServerProcess
from tests.sockets.raw import HELD_AFTER_S, RawPolling, RawSocket

ENDS_WITHIN_S = 5
SOCKETS = 50


def interpreters() -> list[str]:
    """This Python, and the newer ones of this machine that can run the server: Hypercorn waits differently there."""
    newer = [shutil.which(f"python3.{minor}") for minor in range(sys.version_info.minor + 1, 20)]
    usable = [
        python
        for python in newer
        if python
        and subprocess.run([python, "-c", "import chat"], check=False, capture_output=True).returncode == 0
    ]
    return [sys.executable, *usable]


SERVE = ("-m", "chat", "serve")
HYPERCORN = ("-m", "hypercorn", "--bind", "127.0.0.1:{port}", "--graceful-timeout", "3", "app:app")
COMMANDS = [(python, *arguments) for python in interpreters() for arguments in (SERVE, HYPERCORN)]


@pytest.fixture(params=COMMANDS, ids=lambda command: " ".join(command[:3]).rpartition("/")[2])
async def ada(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Person]:
    """The owner of a server that was started in one of the ways."""
    server = ServerProcess(tmp_path_factory.mktemp("stopping"))
    await server.start(*(part.format(port=server.port) for part in request.param))
    yield await Town(server).person("Ada")
    await server.stop()


async def test_server_ends_within_five_seconds_when_fifty_websockets_and_a_poll_are_open(ada: Person) -> None:
    sockets = [RawSocket(ada.server) for _ in range(SOCKETS)]
    await asyncio.gather(*(socket.__aenter__() for socket in sockets))
    await asyncio.gather(*(socket.sign_in(ada) for socket in sockets))
    async with RawPolling(ada.server) as polling:
        await polling.sign_in(ada)
        held = asyncio.create_task(polling.poll())
        await asyncio.sleep(HELD_AFTER_S)
        seconds = await ada.server.stop()
        assert (await held).text == "1", "the held poll is told goodbye"
    await asyncio.gather(*(socket.seconds_until_closed() for socket in sockets))
    await asyncio.gather(*(socket.__aexit__(None, None, None) for socket in sockets))
    assert seconds < ENDS_WITHIN_S
    assert ada.server.process is not None
    assert ada.server.process.returncode == 0


async def test_everything_is_there_again_when_the_server_has_stopped_and_started(ada: Person) -> None:
    """The lifespan ran whichever way it was started (hole 11): the database was opened, and closed whole."""
    await ada.group_with(name="Kept")
    await ada.server.stop()
    assert not ada.server.database_path.with_suffix(".db-wal").exists(), "the last one out checkpoints"
    await ada.server.start()
    assert [kept["name"] for kept in (await ada.get("conversations"))["conversations"]] == ["Kept"]
