"""Every event gets its answer, whatever came with it, on both transports and from both official clients."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

import chat.sockets.server  # noqa: F401  # fills the register
from chat.sockets.registry import events
from tests.people import Device, Json, Person, Town
from tests.sockets.official_client import JsClient
from tests.sockets.raw import RawSocket

EVENTS = sorted(events.events)
TRANSPORTS = ("websocket", "polling")
SHAPES: dict[str, tuple[Any, ...]] = {
    "nothing": (),
    "null": (None,),
    "an empty object": ({},),
    "a list": ([],),
    "a text": ("text",),
    "a number": (5,),
    "true": (True,),
    "two objects": ({}, {}),
    "odd ids": ({"conversationId": {}, "messageId": [], "userId": True, "content": None},),
}
# Those that python-socketio, its client or engineio keep for themselves, and names that trip JavaScript and patterns.
NAMES = [
    *(
        "connect",
        "disconnect",
        "connect_error",
        "disconnecting",
        "*",
        "message",
        "error",
        "ping",
        "reconnect_error",
    ),
    *(
        "",
        " ",
        "__proto__",
        "constructor",
        "send_message",
        "SEND-MESSAGE",
        "receive-message",
        "x" * 10_000,
        "\n",
    ),
]
CODES = {"bad_request", "not_found", "forbidden", "too_large"}


@pytest.fixture(scope="module")
async def ada(town: Town) -> Person:
    return await town.person("Ada")


@pytest.fixture(scope="module", params=TRANSPORTS)
async def device(ada: Person, request: pytest.FixtureRequest) -> AsyncIterator[Device]:
    connected = await ada.connect(request.param)
    yield connected
    await connected.close()


@pytest.fixture(scope="module", params=TRANSPORTS)
async def javascript(ada: Person, request: pytest.FixtureRequest) -> AsyncIterator[JsClient]:
    async with JsClient() as client:
        await client.connect(ada.server.url, auth={"token": ada.access_token}, transports=[request.param])
        yield client


@pytest.fixture
async def raw(ada: Person) -> AsyncIterator[RawSocket]:
    async with RawSocket(ada.server) as socket:
        await socket.sign_in(ada)
        yield socket


def is_expected(answer: Json) -> bool:
    """Success, or a failure that says what was wrong; never `internal`."""
    return answer["success"] or (answer["code"] in CODES and bool(answer["error"]))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("event", EVENTS)
async def test_event_is_answered_when_any_shape_comes_with_it(device: Device, event: str, shape: str) -> None:
    # A list stands for several arguments in python-socketio, a tuple too.
    answer = await device.call(event, SHAPES[shape])
    assert is_expected(answer), answer


@pytest.mark.parametrize("event", EVENTS)
async def test_javascript_client_gets_an_answer_when_it_emits(javascript: JsClient, event: str) -> None:
    for arguments in SHAPES.values():
        assert is_expected(await javascript.emit(event, *arguments))


@pytest.mark.parametrize("event", EVENTS)
async def test_event_is_a_bad_request_when_it_carries_two_arguments(device: Device, event: str) -> None:
    assert (await device.call(event, ({}, {})))["code"] == "bad_request"


@pytest.mark.parametrize("name", NAMES, ids=lambda name: repr(name[:20]))
async def test_event_is_a_bad_request_when_nobody_listens_to_its_name(raw: RawSocket, name: str) -> None:
    answer = await raw.ask(json.dumps([name, {}]))
    assert (answer["success"], answer["code"]) == (False, "bad_request")


async def test_failure_is_in_the_callers_language_when_they_ask_for_english(ada: Person) -> None:
    device = await ada.connect(locale="en")
    assert (await device.call("no-such-event"))["error"] == "There is no event “no-such-event”."
    await device.close()


async def test_event_is_carried_out_when_no_answer_is_wanted(ada: Person, town: Town) -> None:
    bob = await town.person("Bob")
    conversation = await ada.direct_with(bob)
    device = await ada.connect()
    await device.client.emit("send-message", {"conversationId": conversation["_id"], "content": "quietly"})
    await device.wait_for("receive-message", lambda message: message["content"] == "quietly")
    await device.close()
