"""R1: an ack means committed. `kill -9` at random moments under load; what was acked is there, once, in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count, islice

from tests.faults import checker
from tests.faults.client import Client, connected
from tests.faults.figures import Figures
from tests.faults.ledger import Ledger
from tests.faults.outbox import Letter, Outbox
from tests.faults.picture import Picture, fresh
from tests.faults.scale import dice, scaled
from tests.people import Town
from tests.server import ServerProcess

ROUNDS = scaled(short=6, long=200)
WRITERS = 4
LIFE_S = scaled(short=(0.02, 0.5), long=(0.02, 1.0))  # from the first send to the kill
BURST = 1000  # more than a life lasts for


async def test_no_acked_message_is_lost_when_the_server_is_killed_under_load(
    own_server: ServerProcess, own_town: Town, figures: Figures
) -> None:
    people = await own_town.people(*(f"Writer {n}" for n in range(WRITERS)))
    group = (await people[0].group_with(*people[1:]))["_id"]
    pair = (await people[0].direct_with(people[1]))["_id"]
    outboxes = [Outbox() for _ in people]
    picture = Picture(group)
    chance = dice("R1")
    wrongs: list[str] = []
    cut_rounds = resent = 0
    numbers = count(1)
    for _ in range(ROUNDS):
        clients = [await connected(own_server.port, person) for person in people]
        picture.follow(clients[-1])
        await picture.catch_up(clients[-1])
        writing = [
            asyncio.create_task(
                _write(client, outbox, [group, pair] if client in clients[:2] else [group], numbers)
            )
            for client, outbox in zip(clients, outboxes, strict=True)
        ]
        await asyncio.sleep(chance.uniform(*LIFE_S))
        await own_server.kill()
        held = await asyncio.gather(*writing)
        cut_rounds += not all(held)
        for client in clients:
            await client.close()
        resent += sum(len(outbox.unanswered) for outbox in outboxes)
        await own_server.restart()
        stored = Ledger.of(own_server.database_path)
        wrongs += stored.wrongs()
        for outbox in outboxes:
            wrongs += [f"acked and lost: {id_}" for id_ in checker.lost(outbox.acked_ids, stored.messages)]

    last = [await connected(own_server.port, person) for person in people]
    for client, outbox in zip(last, outboxes, strict=True):
        assert await outbox.send(client, outbox.unanswered)
    await picture.catch_up(last[-1])
    stored = Ledger.of(own_server.database_path)
    wrongs += stored.wrongs()
    acked = [id_ for outbox in outboxes for id_ in outbox.acked_ids]
    figures.tell(
        "R1",
        kill_rounds=ROUNDS,
        of_them_amid_a_send=cut_rounds,
        acked=len(acked),
        lost=len(checker.lost(acked, stored.messages)),
        stored_twice=len(checker.doubled(stored.sends)),
        holes=sum("hole" in wrong for wrong in wrongs),
        resent_unanswered=resent,
    )
    for client in last:
        await client.close()
    assert wrongs == []
    assert cut_rounds
    assert not [outbox.unanswered for outbox in outboxes if outbox.unanswered]
    assert checker.doubled(acked) == []
    assert checker.differences(picture.messages, await fresh(people[0], group)) == {}


async def _write(client: Client, outbox: Outbox, conversations: list[str], numbers: count[int]) -> bool:
    """Send what is still unanswered, then new ones, until the link ends."""

    def letters() -> Iterator[Letter]:
        yield from outbox.unanswered
        for number in islice(numbers, BURST):
            yield outbox.write(conversations[number % len(conversations)], f"number {number}")

    return await outbox.send(client, letters())
