"""R15: whatever happens to a link, presence becomes right in time, and both sides end with the same picture."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest

from tests.faults import checker
from tests.faults.client import Client, connected
from tests.faults.figures import Figures
from tests.faults.outbox import writing
from tests.faults.picture import Picture, fresh
from tests.faults.proxy import Proxy
from tests.faults.scale import scaled
from tests.people import Person, Town
from tests.server import ServerProcess

# The long run keeps the times that people will have.
HEARTBEAT = scaled(short={"PING_INTERVAL": "1", "PING_TIMEOUT": "3"}, long={})
NOTICED_WITHIN_S = scaled(short=4.0, long=10.0)
MARGIN_S = 3.0  # of a busy machine
WRITES_EVERY_S = 0.1
CONTENT = "a line of some length, " * 20


def _trickle(proxy: Proxy) -> None:
    proxy.up.trickle()
    proxy.down.trickle()


def _black_hole(proxy: Proxy) -> None:
    proxy.up.black_hole()
    proxy.down.black_hole()


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """One server for all broken links."""
    made = ServerProcess(tmp_path_factory.mktemp("links"), **HEARTBEAT)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(scope="module")
async def people(server: ServerProcess) -> list[Person]:
    return await Town(server).people("Ada", "Bob")


@pytest.mark.parametrize(
    "break_links",
    [Proxy.reset, Proxy.half_close, _black_hole, Proxy.vanish, _trickle],
    ids=["reset", "half-closed", "black-hole", "half-open", "one-byte-a-second"],
)
async def test_presence_becomes_right_and_all_converge_when_a_link_breaks(
    server: ServerProcess,
    people: list[Person],
    figures: Figures,
    break_links: Callable[[Proxy], None],
    request: pytest.FixtureRequest,
) -> None:
    ada, bob = people
    pair = (await ada.group_with(bob))["_id"]
    picture = Picture(pair)
    watcher, writer = (
        await connected(server.port, ada, cursors={}),
        await connected(server.port, ada, cursors={}),
    )
    async with Proxy(server.port) as proxy, writing(writer, pair, CONTENT, every_s=WRITES_EVERY_S) as outbox:
        broken = await connected(proxy.port, bob, cursors={})
        picture.follow(broken)
        await picture.catch_up(broken)
        await watcher.until(lambda: _statuses(watcher, bob) == [True])
        began = time.monotonic()
        break_links(proxy)
        await watcher.until(
            lambda: _statuses(watcher, bob) == [True, False], within_s=NOTICED_WITHIN_S + MARGIN_S
        )
        noticed_s = time.monotonic() - began
        assert not (await ada.get(f"users/{bob.id}"))["isOnline"]
        await asyncio.wait_for(broken.closed.wait(), NOTICED_WITHIN_S + MARGIN_S)
        proxy.heal()
        back = await connected(proxy.port, bob, cursors={})
        picture.follow(back)
        await watcher.until(lambda: _statuses(watcher, bob) == [True, False, True])
        assert (await ada.get(f"users/{bob.id}"))["isOnline"]
        written = len(outbox.acked)
        await picture.catch_up(back)
        await back.until(lambda: picture.last_seq > written)  # and live again
    last = await connected(server.port, bob, cursors={})
    await picture.catch_up(last)
    wrong = checker.differences(picture.messages, await fresh(ada, pair))
    figures.tell(
        "R15",
        link=request.node.callspec.id,
        offline_noticed_after_s=noticed_s,
        different_from_fresh=len(wrong),
    )
    assert wrong == {}
    assert picture.applied == list(range(1, picture.last_seq + 1))
    for client in (writer, broken, back, last):
        await client.close()
    await watcher.until(lambda: not _statuses(watcher, bob)[-1])  # or the next test would still hear of it
    await watcher.close()


def _statuses(watcher: Client, person: Person) -> list[bool]:
    return [data["isOnline"] for data in watcher.events("user-status") if data["userId"] == person.id]
