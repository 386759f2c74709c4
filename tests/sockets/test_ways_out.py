"""The direct way to the transport and the plain way through ASGI: the second serves wherever the first is not found.

The whole suite can be run on the plain way: `FANOUT=plain bin/test`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from tests.people import Town
from tests.server import ServerProcess
from tests.sockets.changed_servers import __name__ as changed_servers

PLAIN_NOTED = "direct_writes_unavailable"
# What has to be written in several pieces and does not fit in a transport's buffer, with others' messages between.
LONG_TEXT = "é" * 5_000
MESSAGES = 40


async def talk(server: ServerProcess) -> None:
    """Two people write at once, long and short; each gets every message once, in order, and every answer."""
    ada, bob = await Town(server).people("Ada", "Bob")
    conversation = await ada.direct_with(bob)
    devices = [await person.connect("websocket") for person in (ada, bob)]
    texts = [LONG_TEXT if number % 2 else f"{number}" for number in range(MESSAGES)]
    acks = await asyncio.gather(
        *(device.send(conversation["_id"], text) for text in texts for device in devices)
    )
    assert sorted(ack["seq"] for ack in acks) == list(range(1, 2 * MESSAGES + 1))
    for device in devices:
        await device.wait_for("receive-message", lambda data: data["seq"] == 2 * MESSAGES)
        seqs = [message["seq"] for message in device.events("receive-message")]
        assert seqs == list(range(1, 2 * MESSAGES + 1))
    await ada.disconnect()
    await bob.disconnect()


@pytest.fixture
async def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ServerProcess]:
    """A server started by Hypercorn's own command with the named application."""
    started = ServerProcess(tmp_path_factory.mktemp("ways"), FANOUT="direct")
    bind = f"127.0.0.1:{started.port}"
    await started.start(sys.executable, "-m", "hypercorn", "--bind", bind, request.param)
    yield started
    await started.stop()


@pytest.mark.parametrize("server", ["app:app"], indirect=True)
async def test_messages_take_the_direct_way_when_hypercorn_is_as_expected(server: ServerProcess) -> None:
    await talk(server)
    assert PLAIN_NOTED not in server.log_text()


@pytest.mark.parametrize(
    "server",
    [f"{changed_servers}:{name}" for name in ("unbound_send", "no_transport", "no_http_version")],
    indirect=True,
)
async def test_messages_take_the_plain_way_when_the_servers_inside_has_changed(server: ServerProcess) -> None:
    await talk(server)
    assert PLAIN_NOTED in server.log_text()
