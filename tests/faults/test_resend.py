"""R2: a resend never duplicates, however it came to be sent again."""

from __future__ import annotations

import asyncio
import uuid

from tests.faults import checker
from tests.faults.client import Client, connected
from tests.faults.figures import Figures
from tests.faults.ledger import Ledger
from tests.faults.proxy import Proxy
from tests.people import Json, Person, Town
from tests.server import ServerProcess

COPIES = 5


async def test_message_is_stored_once_when_its_copies_race_on_two_sockets(
    shared_server: ServerProcess, town: Town, figures: Figures
) -> None:
    ada, bob = await town.people("Ada", "Bob")
    one, two, other = [await connected(shared_server.port, person) for person in (ada, ada, bob)]
    message = await _message(ada, bob)
    answers = await asyncio.gather(
        *((one, two)[number % 2].call("send-message", message) for number in range(COPIES))
    )
    sentinel = await one.call(
        "send-message", {**message, "clientMessageId": str(uuid.uuid4()), "content": "end"}
    )
    await other.until(lambda: sentinel["messageId"] in _ids(other))
    figures.tell("R2", copies_at_once=COPIES, stored=len(_stored(shared_server, message)))
    assert {answer["messageId"] for answer in answers} == {answers[0]["messageId"]}
    assert sum("duplicate" not in answer for answer in answers) == 1
    assert len(_stored(shared_server, message)) == 1
    assert _ids(other) == [answers[0]["messageId"], sentinel["messageId"]]
    for client in (one, two, other):
        await client.close()


async def test_message_is_stored_once_when_sent_again_after_kill_and_restart(
    own_server: ServerProcess, own_town: Town
) -> None:
    ada, bob = await own_town.people("Ada", "Bob")
    message = await _message(ada, bob)
    before = await connected(own_server.port, ada)
    first = await before.call("send-message", message)
    await own_server.kill()
    await before.close()
    await own_server.restart()
    after = await connected(own_server.port, ada)
    assert await after.call("send-message", message) == {**first, "duplicate": True}
    assert len(_stored(own_server, message)) == 1
    await after.close()


async def test_message_is_stored_once_when_its_ack_was_cut_off(
    shared_server: ServerProcess, town: Town, figures: Figures
) -> None:
    ada, bob = await town.people("Ada", "Bob")
    message = await _message(ada, bob)
    receiver = await connected(shared_server.port, bob)
    async with Proxy(shared_server.port) as proxy:
        sender = await connected(proxy.port, ada)
        proxy.down.black_hole()
        answer = sender.emit("send-message", message)
        await receiver.until(
            lambda: len(_ids(receiver)) == 1
        )  # it is stored, and the ack is on its way to nowhere
        proxy.reset()
        await sender.closed.wait()
        proxy.heal()
        assert isinstance(answer.exception(), ConnectionError)
        again = await connected(proxy.port, ada)
        repeated = await again.call("send-message", message)
        await again.close()
    figures.tell("R2", acks_cut_off=1, stored=len(_stored(shared_server, message)))
    assert repeated["duplicate"]
    assert repeated["messageId"] == _ids(receiver)[0]
    assert len(_stored(shared_server, message)) == 1
    await sender.close()
    await receiver.close()


async def _message(sender: Person, receiver: Person) -> Json:
    conversation = await sender.direct_with(receiver)
    return {"conversationId": conversation["_id"], "content": "once", "clientMessageId": str(uuid.uuid4())}


def _ids(client: Client) -> list[str]:
    return [message["_id"] for message in client.events("receive-message")]


def _stored(server: ServerProcess, message: Json) -> list[str]:
    ledger = Ledger.of(server.database_path)
    assert checker.doubled(ledger.sends) == []
    return [id_ for id_, client_id in ledger.messages.items() if client_id == message["clientMessageId"]]
