"""Fixtures of the bench: servers to break, people on them, and the figures that the run ends with."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from tests.faults.figures import FILE, Figures
from tests.faults.scale import IS_LONG
from tests.people import Town
from tests.server import ServerProcess

_figures = Figures()
MakeServer = Callable[..., Awaitable[ServerProcess]]


@pytest.fixture
def figures() -> Figures:
    return _figures


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _figures.lines:
        return
    terminalreporter.section(f"the fault bench, {'long' if IS_LONG else 'short'} run")
    for line in _figures.lines:
        terminalreporter.write_line(line)
    if IS_LONG:
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text("\n".join(_figures.lines) + "\n", encoding="utf-8")


@pytest.fixture
async def make_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[MakeServer]:
    """Start servers with a command or settings of one's own; they are ended with the test."""
    async with AsyncExitStack() as stack:

        async def make(*command: str, **environment: str) -> ServerProcess:
            server = ServerProcess(tmp_path_factory.mktemp("fault"), **environment)
            stack.push_async_callback(_end, server)
            await server.start(*command)
            return server

        yield make


async def _end(server: ServerProcess) -> None:
    if server.process is not None and server.process.returncode is None:
        await server.kill()


@pytest.fixture
async def own_town(own_server: ServerProcess) -> Town:
    """The people of a server that may be broken."""
    town = Town(own_server)
    await town.person("Olive")
    return town


@pytest.fixture(scope="session")
def strace() -> str:
    """The system-call tracer. Without it R1 is not shown, and that is a failure."""
    if shutil.which("strace") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-q", "strace"], check=False, timeout=300)
    found = shutil.which("strace")
    if found is None:
        pytest.fail(
            "R1 needs strace to show that the sync comes before the ack: install it (apt install strace)"
        )
    return found
