"""The generator against a real server: what it says was delivered was, no more and no fewer."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest

from chat.bench.connection import Refused
from chat.bench.crowd import Crowd
from chat.bench.load import FullLine, Incomplete, Pace, Turns, drain
from chat.bench.traffic import Traffic
from tests.people import Town
from tests.server import ServerProcess

MEMBERS = 5
MESSAGES = 7


class Idle:
    """A process that uses no processor."""

    def cpu_s(self) -> float:
        return 0.0


class Gathering:
    """A group whose members are all connected by the generator; the first two are watched."""

    def __init__(self, port: int) -> None:
        self.traffic = Traffic()
        self.crowd = Crowd(port, self.traffic)
        self.conversation_id = ""

    @property
    def speakers(self) -> list[tuple[object, str]]:
        return [(connection, self.conversation_id) for connection in self.crowd.connections[:2]]


@pytest.fixture
async def gathering(town: Town) -> AsyncIterator[Gathering]:
    first, *others = await town.people(*(f"Member {number}" for number in range(MEMBERS)))
    made = Gathering(town.server.port)
    made.conversation_id = (await first.group_with(*others))["_id"]
    await made.crowd.join([person.access_token for person in (first, *others)], watched=(0, 1))
    yield made
    made.crowd.abort()


async def test_every_member_gets_every_message_once(gathering: Gathering) -> None:
    for _ in range(MESSAGES):
        gathering.traffic.send(gathering.crowd.connections[0], gathering.conversation_id)
    await drain(gathering.traffic, MESSAGES * MEMBERS)
    assert gathering.traffic.deliveries == MESSAGES * MEMBERS


@pytest.mark.parametrize("way", ["full", "pace", "turns"])
async def test_each_way_of_loading_ends_with_everything_delivered(gathering: Gathering, way: str) -> None:
    traffic, speakers = gathering.traffic, gathering.speakers
    load = {
        "full": lambda: FullLine(traffic, speakers, MEMBERS, in_flight=3),
        "pace": lambda: Pace(traffic, itertools.cycle(speakers), MEMBERS, per_second=50),
        "turns": lambda: Turns(traffic, speakers, MEMBERS),
    }[way]()
    load.start()
    window = await traffic.window(Idle(), 0.3)
    await load.stop()
    assert window.delivery.count > 0
    assert traffic.deliveries == traffic.sent * MEMBERS


async def test_missing_delivery_is_told(gathering: Gathering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.bench.load.DRAINED_WITHIN_S", 0.2)
    gathering.traffic.send(gathering.crowd.connections[0], gathering.conversation_id)
    with pytest.raises(Incomplete, match=f"1 of {MEMBERS + 1} deliveries are missing"):
        await drain(gathering.traffic, MEMBERS + 1)


async def test_refused_send_is_told(gathering: Gathering) -> None:
    answered = asyncio.Event()
    gathering.traffic.on_ack = lambda _: answered.set()
    gathering.traffic.send(gathering.crowd.connections[0], "no-such-conversation")
    async with asyncio.timeout(5):
        await answered.wait()
    with pytest.raises(Incomplete, match="1 sends failed"):
        await drain(gathering.traffic, 0)


async def test_bad_token_is_told(shared_server: ServerProcess) -> None:
    with pytest.raises(Refused, match="token_invalid"):
        await Crowd(shared_server.port, Traffic()).join(["nonsense"])
