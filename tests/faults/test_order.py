"""R3: one dense order for everyone, and each sender's own order within it."""

from __future__ import annotations

import asyncio
import time

from tests.faults import checker
from tests.faults.client import connected
from tests.faults.figures import Figures
from tests.faults.ledger import Ledger
from tests.faults.outbox import Outbox
from tests.faults.scale import scaled
from tests.people import Received, Town
from tests.server import ServerProcess

SENDERS = 20
SENDS = scaled(short=50, long=500)
WITHIN_S = scaled(short=60, long=300)


async def test_all_clients_see_the_same_numbers_in_order_when_many_send_at_once(
    shared_server: ServerProcess, town: Town, figures: Figures
) -> None:
    people = await town.people(*(f"Sender {n}" for n in range(SENDERS)))
    group = (await people[0].group_with(*people[1:]))["_id"]
    clients = [await connected(shared_server.port, person) for person in people]
    outboxes = [Outbox() for _ in people]
    began = time.monotonic()
    await asyncio.gather(
        *(
            outbox.send(client, (outbox.write(group, f"{name} {n}") for n in range(SENDS)), window=16)
            for name, (client, outbox) in enumerate(zip(clients, outboxes, strict=True))
        )
    )
    total = SENDERS * SENDS
    await asyncio.gather(
        *(
            client.until(
                lambda client=client: len(client.events("receive-message")) >= total, within_s=WITHIN_S
            )
            for client in clients
        )
    )
    took_s = time.monotonic() - began
    seen = [_of(client.received) for client in clients]
    figures.tell(
        "R3",
        senders=SENDERS,
        messages=total,
        clients_with_another_order=sum(order != seen[0] for order in seen),
        messages_per_s=total / took_s,
    )
    wrongs = Ledger.of(shared_server.database_path).wrongs()
    for client in clients:
        await client.close()
    assert wrongs == []
    assert [len(outbox.acked) for outbox in outboxes] == [SENDS] * SENDERS
    for order in seen:
        assert [seq for seq, _ in order] == list(range(1, total + 1))
        assert order == seen[0]
    for outbox in outboxes:
        seqs = {id_: answer["seq"] for id_, answer in outbox.acked.items()}
        assert checker.overtaken(list(outbox.letters), seqs) == []


def _of(received: list[Received]) -> list[tuple[int, str]]:
    return [(each.data["seq"], each.data["_id"]) for each in received if each.event == "receive-message"]
