"""Messages over Socket.IO, with Python's official client, on both transports."""

from __future__ import annotations

import uuid

import pytest

from tests.people import Town

TRANSPORTS = ("websocket", "polling")


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_message_reaches_all_devices_of_all_participants_when_sent(town: Town, transport: str) -> None:
    ada, bob = await town.people("Ada", "Bob")
    conversation = await ada.direct_with(bob)
    laptop, phone, other = [await person.connect(transport) for person in (ada, ada, bob)]
    sent = await laptop.send(conversation["_id"], "Bonjour !")
    for device in (laptop, phone, other):
        message = await device.wait_for("receive-message", lambda data: data["_id"] == sent["messageId"])
        assert (message["content"], message["seq"], message["status"]) == ("Bonjour !", 1, "sent")
    await ada.disconnect()
    await bob.disconnect()


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_pipelined_messages_keep_their_order(town: Town, transport: str) -> None:
    ada, bob = await town.people("Ada", "Bob")
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


async def test_resend_returns_the_first_result_when_id_is_known(town: Town) -> None:
    ada, bob = await town.people("Ada", "Bob")
    conversation = await ada.direct_with(bob)
    device = await ada.connect()
    message = {
        "conversationId": conversation["_id"],
        "content": "once",
        "clientMessageId": str(uuid.uuid4()),
    }
    first = await device.call("send-message", message)
    again = await device.call("send-message", message)
    assert again == {**first, "duplicate": True}
    other = await device.call("send-message", {**message, "content": "twice"})
    assert (other["success"], other["code"]) == (False, "conflict")
    assert len((await ada.get(f"conversations/{conversation['_id']}/messages"))["messages"]) == 1
    await ada.disconnect()
