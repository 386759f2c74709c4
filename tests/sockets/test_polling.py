"""Polling keeps every promise that websocket keeps (hole 7 of the stack)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from chat.transport.socket_server import MAX_MESSAGE_BYTES
from tests.people import Person, Town
from tests.sockets.official_client import JsClient
from tests.sockets.raw import HELD_AFTER_S, RawPolling


@pytest.fixture(scope="module")
async def ada(town: Town) -> Person:
    return await town.person("Ada")


@pytest.fixture(scope="module")
async def bob(town: Town) -> Person:
    return await town.person("Bob")


@pytest.fixture
async def group_id(ada: Person, bob: Person) -> str:
    return (await ada.group_with(bob))["_id"]  # type: ignore[no-any-return]


@pytest.fixture
async def polling(ada: Person, group_id: str) -> AsyncIterator[RawPolling]:
    """Ada's session, opened when the group was there already: nothing waits for its first poll."""
    async with RawPolling(ada.server) as session:
        await session.sign_in(ada)
        yield session


def event(name: str, data: object, ack: object = "") -> str:
    return f"42{ack}{json.dumps([name, data])}"


async def test_sixty_answers_come_when_sixty_events_were_in_one_post(
    polling: RawPolling, group_id: str
) -> None:
    sends = [event("send-message", {"conversationId": group_id, "content": str(n)}, ack=n) for n in range(60)]
    assert (await polling.post(*sends)).text == "OK"
    received = await polling.receive_until("4359[")
    while sum(packet.startswith('42["receive-message"') for packet in received) < 60:
        received += await polling.receive()
    answers = [packet for packet in received if packet.startswith("43")]
    assert [int(answer[2 : answer.index("[")]) for answer in answers] == list(range(60))


async def test_sixty_answers_come_when_the_javascript_client_sends_without_waiting(
    ada: Person, group_id: str
) -> None:
    async with JsClient() as client:
        await client.connect(ada.server.url, auth={"token": ada.access_token}, transports=["polling"])
        sends = [
            client.emit("send-message", {"conversationId": group_id, "content": str(number)})
            for number in range(60)
        ]
        assert [answer["seq"] for answer in await asyncio.gather(*sends)] == list(range(1, 61))


async def test_post_is_answered_with_413_when_it_says_that_it_is_too_large(polling: RawPolling) -> None:
    """Before its body: who reads it first, or never answers, can be kept busy by anyone."""
    url = polling.http.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = (
        f"POST {polling.path} HTTP/1.1\r\nHost: {url.host}\r\nContent-Length: {MAX_MESSAGE_BYTES + 1}\r\n\r\n"
    )
    writer.write(head.encode())
    assert (await asyncio.wait_for(reader.readline(), 2)).split()[1] == b"413"
    writer.close()
    await writer.wait_closed()


async def test_post_is_answered_when_it_is_too_large_and_comes_in_chunks(polling: RawPolling) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 50_000

    try:
        answer = await polling.http.post(polling.path, content=chunks())
    except httpx.TransportError:
        return  # closed while we still wrote
    assert answer.status_code in (400, 413)


async def test_nothing_is_lost_when_a_poll_is_aborted_before_its_answer(
    polling: RawPolling, ada: Person, bob: Person, group_id: str
) -> None:
    """The session ends with its poll; its events do not: the next connection catches up by `seq`."""
    await polling.abandon_a_poll()
    await bob.post(f"conversations/{group_id}/messages", {"content": "while nobody polled"})
    device = await ada.connect("polling")
    changes = await device.call("get-changes", {"conversationId": group_id, "afterSeq": 0})
    assert [change["data"]["content"] for change in changes["changes"]] == ["while nobody polled"]
    await device.close()


async def test_session_ends_at_once_when_its_held_poll_is_aborted(town: Town) -> None:
    eve, bob = await town.people("Eve", "Bob")
    # He hears of her and she not of him: nothing is to come to her poll.
    await bob.post("contacts", {"userId": eve.id})
    watcher = await bob.connect()
    async with RawPolling(eve.server) as polling:
        await polling.sign_in(eve)
        await watcher.wait_for("user-status", lambda status: status["isOnline"])
        await polling.abandon_a_poll()
        await watcher.wait_for("user-status", lambda status: not status["isOnline"], within_s=2)
    await bob.disconnect()


async def test_newer_poll_gets_the_events_when_two_are_held_at_once(
    polling: RawPolling, bob: Person, group_id: str
) -> None:
    first = asyncio.create_task(polling.receive())
    await asyncio.sleep(HELD_AFTER_S)
    second = asyncio.create_task(polling.receive_until('42["receive-message"'))
    assert await first == ["6"], "the older poll is let go with a NOOP"
    await bob.post(f"conversations/{group_id}/messages", {"content": "once"})
    received = await second
    assert sum(packet.startswith('42["receive-message"') for packet in received) == 1


async def test_events_come_in_order_and_once_when_polls_are_many_and_small(
    polling: RawPolling, bob: Person, group_id: str
) -> None:
    device = await bob.connect()
    for number in range(50):
        await device.client.emit("send-message", {"conversationId": group_id, "content": str(number)})
    received: list[str] = []
    while sum(packet.startswith('42["receive-message"') for packet in received) < 50:
        packets = await polling.receive()
        assert len(packets) <= 16, "more than Python's official client takes from one poll"
        received += packets
    messages = [json.loads(packet[2:])[1] for packet in received if packet.startswith('42["receive-message"')]
    assert [message["content"] for message in messages] == [str(number) for number in range(50)]
    await bob.disconnect()


async def test_poll_is_refused_when_its_session_is_unknown(polling: RawPolling) -> None:
    answer = await polling.http.get("/socket.io/?EIO=4&transport=polling&sid=unknown")
    assert answer.status_code == 400


async def test_last_word_comes_before_the_close_when_a_session_ends(town: Town) -> None:
    (eve,) = await town.people("Eve")
    async with RawPolling(town.server) as session:
        await session.sign_in(eve)
        assert (await eve.request("POST", "auth/logout")).status_code == 204
        received = await session.receive_until('42["session-ended"')
        assert "1" not in received
        assert await session.receive() == ["1"]
