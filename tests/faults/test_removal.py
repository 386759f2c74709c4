"""R8: a removed member gets nothing that happened after the removal, however sends race it."""

from __future__ import annotations

import asyncio

from tests.faults import checker
from tests.faults.client import Client, connected
from tests.faults.figures import Figures
from tests.faults.outbox import Outbox
from tests.faults.scale import dice, scaled
from tests.people import Town
from tests.server import ServerProcess

ROUNDS = scaled(short=5, long=60)
BURST = 40  # messages of each writer in a round
WRITERS = 3


async def test_removed_member_hears_nothing_when_the_removal_races_sends(
    shared_server: ServerProcess, town: Town, figures: Figures
) -> None:
    owner, bob, *writers = await town.people("Owner", "Bob", *(f"Writer {n}" for n in range(WRITERS)))
    group = (await owner.group_with(bob, *writers))["_id"]
    private = (await owner.direct_with(bob))["_id"]
    ruler, removed, *writing = [await connected(shared_server.port, p) for p in (owner, bob, *writers)]
    chance = dice("R8")
    leaked: list[int] = []
    raced = missing = 0
    for number in range(ROUNDS):
        outbox = Outbox()
        load = [
            asyncio.create_task(outbox.send(client, (outbox.write(group, f"{n}") for n in range(BURST))))
            for client in writing
        ]
        after = chance.randrange(1, BURST * WRITERS // 2)
        await ruler.until(lambda after=after, outbox=outbox: len(outbox.acked) >= after)
        out = await ruler.call("user-removed-from-group", {"conversationId": group, "removedUserId": bob.id})
        assert out["success"], out
        assert all(await asyncio.gather(*load))
        sentinel = await ruler.call(
            "send-message", {"conversationId": private, "content": f"end of {number}"}
        )
        await removed.until(lambda id_=sentinel["messageId"]: id_ in _ids(removed))
        seqs = _seqs(removed, group)
        leaked += checker.after_the_end(seqs, out["seq"])
        assert {data["conversationId"] for data in removed.events("removed-from-group")} == {group}
        answers = outbox.acked.values()
        raced += sum(answer["seq"] > out["seq"] for answer in answers)
        # Up to the removal they got all; what they may have had before is no leak.
        missing += len(checker.lost([a["seq"] for a in answers if a["seq"] < out["seq"]], seqs))
        refused = await removed.call("get-changes", {"conversationId": group, "afterSeq": 0})
        assert refused["code"] == "not_found"
        back = await ruler.call("user-added-to-group", {"conversationId": group, "newUserId": bob.id})
        assert back["success"], back
        await removed.until(lambda seq=back["seq"]: seq in _seqs(removed, group))
        removed.received.clear()
    figures.tell(
        "R8", removals=ROUNDS, sends_after_them=raced, leaked=len(leaked), missing_before_them=missing
    )
    for client in (ruler, removed, *writing):
        await client.close()
    assert leaked == []
    assert missing == 0
    assert raced


def _ids(client: Client) -> list[str]:
    return [message["_id"] for message in client.events("receive-message")]


def _seqs(client: Client, conversation: str) -> list[int]:
    """The numbers of all that a client heard of a conversation."""
    told = [each.data for each in client.received if each.data.get("conversationId") == conversation]
    return [data["seq"] for data in told if "seq" in data]
