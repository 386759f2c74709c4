"""Events of one connection are answered in their turn, but for those that nothing behind them has to wait for."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from chat.transport.socket_server import MAX_OUT_OF_TURN
from tests.conftest import Serve
from tests.people import Device, Json, Town


@dataclass
class Reader:
    """Bob's device, in a conversation with something to confirm."""

    device: Device
    other_device: Device
    conversation_id: str
    seq: int
    database: sqlite3.Connection

    def hold(self) -> None:
        """Let nothing be stored: whoever confirms waits."""
        self.database.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        self.database.execute("ROLLBACK")

    def tell(self, event: str) -> asyncio.Task[Json]:
        data = {"conversationId": self.conversation_id, "seq": self.seq}
        return asyncio.create_task(self.device.call(event, data))

    def ask(self, device: Device) -> asyncio.Task[Json]:
        """For what is only read."""
        data = {"conversationId": self.conversation_id, "afterSeq": 0}
        return asyncio.create_task(device.call("get-changes", data))


@pytest.fixture
async def reader(serve: Serve) -> AsyncIterator[Reader]:
    server = await serve(RATE_LIMITS="off")
    ada, bob = await Town(server).people("Ada", "Bob")
    pair = (await ada.direct_with(bob))["_id"]
    sent = await (await ada.connect()).send(pair, "Hello")
    devices = [await bob.connect(cursors={}) for _ in range(2)]
    with closing(sqlite3.connect(server.database_path, isolation_level=None)) as database:
        yield Reader(*devices, pair, sent["seq"], database)
    for person in (ada, bob):
        await person.disconnect()


@pytest.mark.parametrize(
    ("event", "cursor"),
    [
        ("mark-conversation-as-delivered", "lastDeliveredSeq"),
        ("mark-conversation-as-read", "lastReadSeq"),
    ],
)
async def test_nothing_waits_for_a_confirmation_to_be_stored(reader: Reader, event: str, cursor: str) -> None:
    reader.hold()
    confirming = reader.tell(event)
    answer = await reader.ask(reader.device)
    assert answer["success"]
    assert not confirming.done()
    reader.let_go()
    assert (await confirming)[cursor] == reader.seq


async def test_a_client_is_not_read_on_when_too_much_of_it_waits(reader: Reader) -> None:
    reader.hold()
    confirming = [reader.tell("mark-conversation-as-delivered") for _ in range(MAX_OUT_OF_TURN + 1)]
    behind = reader.ask(reader.device)
    for _ in range(5):  # others are served, again and again
        assert (await reader.ask(reader.other_device))["success"]
    assert not behind.done()
    reader.let_go()
    assert [(await answer)["lastDeliveredSeq"] for answer in confirming] == [reader.seq] * len(confirming)
    assert (await behind)["success"]
