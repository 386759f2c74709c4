"""R12: SIGTERM in a burst. Nothing acked is lost, the end comes in time, and everyone finds back."""

from __future__ import annotations

import asyncio

from tests.faults import checker
from tests.faults.client import connected
from tests.faults.figures import Figures
from tests.faults.ledger import Ledger
from tests.faults.outbox import Outbox
from tests.faults.picture import Picture, fresh
from tests.faults.scale import scaled
from tests.people import Town
from tests.server import ServerProcess

ROUNDS = scaled(short=1, long=10)
WRITERS = 6
BURST = 100_000  # ended by the server, not by itself
UNDER_WAY = 60
EXIT_WITHIN_S = 10


async def test_nothing_acked_is_lost_and_all_converge_when_terminated_in_a_burst(
    own_server: ServerProcess, own_town: Town, figures: Figures
) -> None:
    people = await own_town.people(*(f"Writer {n}" for n in range(WRITERS)))
    group = (await people[0].group_with(*people[1:]))["_id"]
    outboxes = [Outbox() for _ in people]
    pictures = [Picture(group) for _ in people]
    exits_s = []
    for _ in range(ROUNDS):
        pollers = [await person.connect("polling") for person in people]
        clients = [await connected(own_server.port, person) for person in people]
        for client, picture in zip(clients, pictures, strict=True):
            picture.follow(client)
            await picture.catch_up(client)
        seen = len(clients[0].received)
        writing = [
            asyncio.create_task(
                outbox.send(client, (outbox.write(group, f"number {n}") for n in range(BURST)), window=4)
            )
            for client, outbox in zip(clients, outboxes, strict=True)
        ]
        await clients[0].until(lambda client=clients[0], seen=seen: len(client.received) > seen + UNDER_WAY)
        exits_s.append(await own_server.stop())
        assert not any(await asyncio.gather(*writing))
        for device in pollers:
            await device.close()
        for client in clients:
            await client.close()
        await own_server.restart()

    clients = [await connected(own_server.port, person) for person in people]
    for client, outbox, picture in zip(clients, outboxes, pictures, strict=True):
        picture.follow(client)
        assert await outbox.send(client, outbox.unanswered)
    for client, picture in zip(clients, pictures, strict=True):
        await picture.catch_up(client)
        await client.close()
    stored = Ledger.of(own_server.database_path)
    acked = [id_ for outbox in outboxes for id_ in outbox.acked_ids]
    lost = checker.lost(acked, stored.messages)
    figures.tell(
        "R12",
        terminations=ROUNDS,
        slowest_exit_s=max(exits_s),
        acked=len(acked),
        lost=len(lost),
        refused=sum(len(outbox.refused) for outbox in outboxes),
    )
    assert lost == []
    assert stored.wrongs() == []
    assert max(exits_s) < EXIT_WITHIN_S
    assert {answer["code"] for outbox in outboxes for answer in outbox.refused} <= {"unavailable"}
    for picture in pictures:
        assert checker.disorder(picture.applied) == checker.gaps(picture.applied) == []
        assert checker.differences(picture.messages, await fresh(people[0], group)) == {}
