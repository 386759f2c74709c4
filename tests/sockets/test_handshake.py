"""Who does not speak the protocol is closed within 2 s; nothing reaches anybody before they are let in."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time

import pytest
import websockets
from websockets.asyncio.client import connect as open_websocket

from chat.transport.engine import CONNECT_DEADLINE_S
from tests.conftest import Serve
from tests.people import Person, Town, visit
from tests.sockets.raw import RawPolling, RawSocket

OPENING = "/socket.io/?EIO=4&transport=polling"

BEFORE_CONNECT = {
    "an event": '42["send-message",{}]',
    "an event that wants an answer": '427["get-changes",{}]',
    "an unreadable event": "427[NaN]",
    "an acknowledgement of nothing, then an event": '431[]\x1e42["x"]',
    "a binary event": '451-["x",{"_placeholder":true,"num":0}]',
    "an unknown Socket.IO packet": "49",
    "an unknown Engine.IO packet": "9",
    "a second opening": "0{}",
    "an upgrade": "5",
    "garbage": "garbage",
    "JSON": '{"token":"x"}',
    "nothing": "",
    "half a packet": "4",
    "another namespace's event": '42/admin,["x"]',
}
AFTER_CONNECT = {
    "a second CONNECT": "40{}",
    "a binary event": '451-["x",{"_placeholder":true,"num":0}]',
    "a binary acknowledgement": "461-0[]",
    "an event without a name": "42[]",
    "an event whose name is a number": "42[5]",
    "an event that is no list": "42{}",
    "another namespace's event": '42/admin,["x"]',
    "an unknown Socket.IO packet": "49",
    "an unknown Engine.IO packet": "9",
    "garbage": "garbage",
    "nothing": "",
    "our own packet": '44{"message":"x"}',
}


@pytest.fixture(scope="module")
async def ada(town: Town) -> Person:
    return await town.person("Ada")


@pytest.mark.parametrize("what", BEFORE_CONNECT)
async def test_websocket_is_closed_when_a_stranger_sends_nonsense(town: Town, what: str) -> None:
    async with RawSocket(town.server) as socket:
        for frame in BEFORE_CONNECT[what].split("\x1e"):
            await socket.send(frame)
        await socket.seconds_until_closed()


@pytest.mark.parametrize("what", AFTER_CONNECT)
async def test_websocket_is_closed_when_a_person_sends_nonsense(ada: Person, what: str) -> None:
    async with RawSocket(ada.server) as socket:
        await socket.sign_in(ada)
        await socket.send(AFTER_CONNECT[what])
        await socket.seconds_until_closed()


@pytest.mark.parametrize("frame", [b"", b"\x00", b"\xff" * 100, b"42[1]"], ids=repr)
async def test_websocket_is_closed_when_a_frame_is_binary(ada: Person, frame: bytes) -> None:
    async with RawSocket(ada.server) as socket:
        await socket.sign_in(ada)
        await socket.send(frame)
        await socket.seconds_until_closed()


@pytest.mark.parametrize("what", [what for what in BEFORE_CONNECT if what != "nothing"])
async def test_polling_session_is_over_when_a_stranger_posts_nonsense(town: Town, what: str) -> None:
    async with RawPolling(town.server) as polling:
        await polling.post(BEFORE_CONNECT[what])
        await over_within_two_seconds(polling)


@pytest.mark.parametrize("what", [what for what in AFTER_CONNECT if what != "nothing"])
async def test_polling_session_is_over_when_a_person_posts_nonsense(ada: Person, what: str) -> None:
    async with RawPolling(ada.server) as polling:
        await polling.sign_in(ada)
        await polling.post(AFTER_CONNECT[what])
        await over_within_two_seconds(polling)


async def over_within_two_seconds(polling: RawPolling) -> None:
    """The polls end with Engine.IO's CLOSE or with a refusal."""
    async with asyncio.timeout(2):
        while True:
            answer = await polling.poll()
            if answer.status_code == 400 or "1" in answer.text.split("\x1e"):
                return


async def test_others_notice_nothing_when_somebody_sends_garbage(ada: Person, town: Town) -> None:
    bob = await town.person("Bob")
    conversation = await ada.direct_with(bob)
    bystander = await bob.connect()
    async with RawSocket(ada.server) as socket:
        await socket.send("garbage")
        await socket.seconds_until_closed()
    device = await ada.connect()
    await device.send(conversation["_id"], "still here")
    await bystander.wait_for("receive-message")
    await device.close()
    await bob.disconnect()


async def test_presence_ends_with_the_connection_when_somebody_sends_garbage(town: Town) -> None:
    eve, bob = await town.people("Eve", "Bob")
    await eve.direct_with(bob)
    watcher = await bob.connect()
    async with RawSocket(eve.server) as socket:
        await socket.sign_in(eve)
        await watcher.wait_for("user-status", lambda s: s["userId"] == eve.id and s["isOnline"])
        await socket.send("garbage")
        await watcher.wait_for(
            "user-status", lambda s: s["userId"] == eve.id and not s["isOnline"], within_s=2
        )
    await bob.disconnect()


@pytest.mark.parametrize(
    "query",
    [
        "EIO=3&transport=polling",
        "EIO=5&transport=polling",
        "EIO=x&transport=polling",
        "transport=polling",
        "EIO=4&transport=flash",
        "EIO=4&transport=polling&j=0",
        "EIO=4&transport=polling&sid=unknown",
        "EIO=4&transport=websocket",
        "",
    ],
)
async def test_opening_is_refused_when_it_is_none_of_ours(town: Town, query: str) -> None:
    async with visit(town.server) as http:
        answer = await http.get(f"/socket.io/?{query}")
    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "TRACE"])
async def test_opening_is_refused_when_the_method_is_none_of_ours(town: Town, method: str) -> None:
    async with visit(town.server) as http:
        answer = await http.request(method, OPENING)
    assert answer.status_code in (400, 404, 405)


async def test_websocket_is_refused_when_its_protocol_is_another(town: Town) -> None:
    url = town.server.url.replace("http", "ws") + "/socket.io/?EIO=3&transport=websocket"
    with pytest.raises(websockets.exceptions.WebSocketException):
        async with open_websocket(url, proxy=None) as websocket:
            await websocket.recv()


@pytest.mark.parametrize("path", ["/", "/api/users/me", "/socket", "/healthz"])
async def test_websocket_is_refused_when_it_knocks_elsewhere(town: Town, path: str) -> None:
    with pytest.raises(websockets.exceptions.WebSocketException):
        async with open_websocket(town.server.url.replace("http", "ws") + path, proxy=None):
            pass


async def test_transport_is_closed_when_a_websocket_client_was_refused(town: Town) -> None:
    async with RawSocket(town.server) as socket:
        await socket.send('40{"token":"garbage"}')
        assert json.loads((await socket.receive())[2:])["data"] == {"code": "token_invalid"}
        await socket.seconds_until_closed()


async def test_session_is_over_when_a_polling_client_was_refused(town: Town) -> None:
    async with RawPolling(town.server) as polling:
        await polling.post('40{"token":"garbage"}')
        assert "44" in (await polling.receive_until("44"))[0]
        await over_within_two_seconds(polling)


async def test_refused_client_cannot_try_again_when_it_keeps_the_transport(ada: Person) -> None:
    async with RawSocket(ada.server) as socket:
        await socket.send('40{"token":"garbage"}')
        with contextlib.suppress(websockets.exceptions.ConnectionClosed):
            await socket.send(f"40{json.dumps({'token': ada.access_token})}")
        heard: list[str] = []
        with contextlib.suppress(websockets.exceptions.ConnectionClosed):
            while True:
                heard.append(await socket.receive())
        assert [frame for frame in heard if frame.startswith("40")] == []


@pytest.mark.parametrize("namespace", ["/admin", "/ ", "/x" * 1000])
async def test_client_is_refused_when_it_asks_for_another_namespace(ada: Person, namespace: str) -> None:
    async with RawSocket(ada.server) as socket:
        await socket.send(f"40{namespace},{json.dumps({'token': ada.access_token})}")
        assert (await socket.receive()).startswith(f"44{namespace},")
        await socket.seconds_until_closed()


async def test_silent_strangers_hear_nothing_and_are_closed_when_the_deadline_passes(town: Town) -> None:
    """Both at once, because the deadline is long: events of others meanwhile, and the end."""
    ada, bob = await town.people("Ada", "Bob")
    conversation = await ada.direct_with(bob)
    device = await ada.connect()
    async with RawSocket(town.server) as websocket, RawPolling(town.server) as polling:
        began = time.monotonic()
        await device.send(conversation["_id"], "not for strangers")
        heard: list[str] = []
        async with asyncio.timeout(CONNECT_DEADLINE_S + 2):
            with contextlib.suppress(websockets.exceptions.ConnectionClosed):
                while True:
                    heard.append(str(await websocket.websocket.recv()))
        assert time.monotonic() - began > CONNECT_DEADLINE_S - 1
        assert set(heard) <= {"1", "2"}, "only pings and the goodbye"
        assert await polls_until_over(polling) <= {"1", "2", "6"}
    await ada.disconnect()


async def polls_until_over(polling: RawPolling) -> set[str]:
    heard: set[str] = set()
    async with asyncio.timeout(2):
        while (answer := await polling.poll()).status_code == 200:
            heard |= set(answer.text.split("\x1e"))
            if "1" in heard:
                break
    return heard


async def test_unauthenticated_handshakes_are_turned_away_when_one_address_floods(serve: Serve) -> None:
    server = await serve(RATE_LIMITS="on")
    ada = await Town(server).person("Ada")
    async with visit(server) as http:
        answers = [await http.get(OPENING) for _ in range(220)]
    assert {answer.status_code for answer in answers[-10:]} == {503}
    assert answers[-1].headers["retry-after"]
    async with visit(server, Authorization=f"Bearer {ada.access_token}") as http:
        assert (await http.get("/api/users/me")).status_code == 200
