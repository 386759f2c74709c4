"""Messages over Socket.IO, with both official clients, on both transports."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from tests.people import Device, Json, Person, Town
from tests.server import ServerProcess
from tests.sockets.official_client import JsClient

TRANSPORTS = ("websocket", "polling")
each_transport = pytest.mark.parametrize("transport", TRANSPORTS)


@pytest.fixture
async def pair(town: Town) -> tuple[Person, Person]:
    ada, bob = await town.people("Ada", "Bob")
    return ada, bob


async def history(person: Person, conversation_id: str, **query: int) -> list[Json]:
    page = await person.get(f"conversations/{conversation_id}/messages", **query)
    return page["messages"]  # type: ignore[no-any-return]


def contents(device: Device, conversation_id: str) -> list[str]:
    messages = device.events("receive-message")
    return [message["content"] for message in messages if message["conversationId"] == conversation_id]


@each_transport
async def test_message_reaches_all_devices_of_all_participants_when_sent(
    pair: tuple[Person, Person], transport: str
) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    laptop, phone, other = [await person.connect(transport) for person in (ada, ada, bob)]
    sent = await laptop.send(conversation["_id"], "Bonjour !")
    for device in (laptop, phone, other):
        message = await device.wait_for("receive-message", lambda data: data["_id"] == sent["messageId"])
        assert (message["content"], message["seq"], message["status"]) == ("Bonjour !", 1, "sent")
    await ada.disconnect()
    await bob.disconnect()


@each_transport
async def test_javascript_clients_talk_when_both_are_connected(
    pair: tuple[Person, Person], transport: str
) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    async with JsClient() as hers, JsClient() as his:
        for client, person in ((hers, ada), (his, bob)):
            await client.connect(
                person.server.url, auth={"token": person.access_token}, transports=[transport]
            )
        sent = await hers.emit("send-message", {"conversationId": conversation["_id"], "content": "Salut"})
        there = await his.wait_for("receive-message")
        assert (there.data["_id"], there.data["sender"]["name"]) == (sent["messageId"], "Ada")
        reply = {"receiverId": ada.id, "content": "Salut !", "replyTo": sent["messageId"]}
        answer = await his.emit("send-message", reply)
        back = await hers.wait_for("receive-message", lambda message: message["_id"] == answer["messageId"])
        assert (back.data["replyTo"], back.data["seq"]) == (sent["messageId"], 2)


async def test_javascript_client_moves_up_to_websocket_when_it_began_by_polling(
    pair: tuple[Person, Person],
) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    async with JsClient() as client:
        await client.connect(
            ada.server.url, auth={"token": ada.access_token}, transports=["polling", "websocket"]
        )
        sends = [
            client.emit("send-message", {"conversationId": conversation["_id"], "content": str(number)})
            for number in range(50)
        ]
        answers = await asyncio.gather(*sends)
        assert [answer["seq"] for answer in answers] == list(range(1, 51))
        await client.wait_for("receive-message", lambda message: message["seq"] == 50)
        assert [message["seq"] for message in client.received("receive-message")] == list(range(1, 51))


@each_transport
async def test_pipelined_messages_keep_their_order(pair: tuple[Person, Person], transport: str) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    sender, receiver = await ada.connect(transport), await bob.connect(transport)
    for number in range(60):
        await sender.client.emit(
            "send-message", {"conversationId": conversation["_id"], "content": str(number)}
        )
    await receiver.until(lambda device: len(device.events("receive-message")) == 60)
    assert [m["content"] for m in receiver.events("receive-message")] == [str(n) for n in range(60)]
    assert [m["seq"] for m in receiver.events("receive-message")] == list(range(1, 61))
    await ada.disconnect()
    await bob.disconnect()


async def test_everyone_sees_the_same_dense_numbers_when_twenty_send_at_once(town: Town) -> None:
    people = await town.people(*(f"Sender {number}" for number in range(20)))
    group = await people[0].group_with(*people[1:])
    devices = await asyncio.gather(*(person.connect(TRANSPORTS[n % 2]) for n, person in enumerate(people)))

    async def send_ten(device: Device, name: str) -> None:
        for number in range(10):
            await device.send(group["_id"], f"{name} {number}")

    await asyncio.gather(
        *(send_ten(device, person.name) for device, person in zip(devices, people, strict=True))
    )
    for device in devices:
        await device.until(lambda device: len(contents(device, group["_id"])) == 200)
    seen = {tuple(contents(device, group["_id"])) for device in devices}
    assert len(seen) == 1, "every client has the same order"
    assert [m["seq"] for m in devices[0].events("receive-message")] == list(range(1, 201))
    for person in people:
        own = [content for content in seen.copy().pop() if content.startswith(f"{person.name} ")]
        assert own == [f"{person.name} {number}" for number in range(10)]
    for person in people:
        await person.disconnect()


async def test_message_is_stored_once_when_five_copies_come_on_two_sockets(
    pair: tuple[Person, Person],
) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    devices = [await ada.connect("websocket"), await ada.connect("polling")]
    message = {
        "conversationId": conversation["_id"],
        "content": "once",
        "clientMessageId": str(uuid.uuid4()),
    }
    answers = await asyncio.gather(*(devices[n % 2].call("send-message", message) for n in range(5)))
    assert len({answer["messageId"] for answer in answers}) == 1
    assert sorted(answer.get("duplicate", False) for answer in answers) == [False, True, True, True, True]
    assert len(await history(ada, conversation["_id"])) == 1
    await ada.disconnect()


async def test_resend_returns_the_first_result_when_the_server_has_restarted(
    own_server: ServerProcess,
) -> None:
    ada, bob = await Town(own_server).people("Ada", "Bob")
    conversation = await ada.direct_with(bob)
    device = await ada.connect()
    message = {
        "conversationId": conversation["_id"],
        "content": "once",
        "clientMessageId": str(uuid.uuid4()),
    }
    first = await device.call("send-message", message)
    await own_server.kill()
    await own_server.restart()
    again = await (await ada.connect()).call("send-message", message)
    assert again == {**first, "duplicate": True}
    await ada.disconnect()


@pytest.mark.parametrize("change", [{"content": "twice"}, {"replyTo": "other"}], ids=str)
async def test_resend_is_a_conflict_when_its_body_is_another(
    pair: tuple[Person, Person], change: Json
) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    device = await ada.connect()
    message = {
        "conversationId": conversation["_id"],
        "content": "once",
        "clientMessageId": str(uuid.uuid4()),
    }
    await device.call("send-message", message)
    assert (await device.call("send-message", message | change))["code"] == "conflict"
    await ada.disconnect()


async def test_same_client_id_is_no_duplicate_when_another_person_uses_it(
    pair: tuple[Person, Person],
) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    message = {
        "conversationId": conversation["_id"],
        "content": "mine",
        "clientMessageId": str(uuid.uuid4()),
    }
    answers = [await (await person.connect()).call("send-message", message) for person in (ada, bob)]
    assert [answer["seq"] for answer in answers] == [1, 2]
    await ada.disconnect()
    await bob.disconnect()


async def test_reply_is_not_found_when_it_answers_a_message_from_elsewhere(town: Town) -> None:
    ada, bob, cleo = await town.people("Ada", "Bob", "Cleo")
    here, there = await ada.direct_with(bob), await ada.direct_with(cleo)
    device = await ada.connect()
    elsewhere = await device.send(there["_id"], "there")
    reply = {"conversationId": here["_id"], "content": "reply"}
    answers = [
        await device.call("send-message", reply | {"replyTo": id_})
        for id_ in (elsewhere["messageId"], "0" * 32)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["code"] == "not_found"
    await ada.disconnect()


@each_transport
async def test_conversation_begins_for_both_when_a_first_message_names_its_receiver(
    pair: tuple[Person, Person], transport: str
) -> None:
    ada, bob = pair
    hers, his = await ada.connect(transport), await bob.connect(transport)
    sent = await hers.call("send-message", {"receiverId": bob.id, "content": "Hello"})
    for device in (hers, his):
        created = await device.wait_for("conversation-created")
        message = await device.wait_for("receive-message")
        assert created["_id"] == message["conversationId"] == sent["conversationId"]
        names = [received.event for received in device.received]
        assert names.index("conversation-created") < names.index("receive-message")
    await ada.disconnect()
    await bob.disconnect()


async def test_message_is_not_found_when_its_receiver_does_not_exist(pair: tuple[Person, Person]) -> None:
    device = await pair[0].connect()
    answer = await device.call("send-message", {"receiverId": "0" * 32, "content": "Hello"})
    assert answer["code"] == "not_found"
    await device.close()


async def test_message_is_refused_when_written_to_oneself(pair: tuple[Person, Person]) -> None:
    device = await pair[0].connect()
    answer = await device.call("send-message", {"receiverId": pair[0].id, "content": "Hello"})
    assert answer["code"] == "bad_request"
    await device.close()
