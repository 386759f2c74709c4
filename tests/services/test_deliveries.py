"""What has reached everyone, as cursors move: told once, told when it is so, and no dearer while somebody is away."""

from __future__ import annotations

import asyncio
import random
import uuid

import pytest

from chat.errors import NotFound
from chat.events import MessageDelivered
from chat.schemas.conversations import MarkAsDelivered, MarkAsRead, MarkedAsDelivered, MarkedAsRead
from chat.schemas.messages import SendMessage
from chat.services import receipts, sending
from chat.services.actor import Actor
from chat.services.recent import KEPT_PER_CONVERSATION, recent
from tests.services.conftest import Store, group, held
from tests.services.query_world import recorded

MESSAGES = 15
MOVES, AT_ONCE = 40, 4
KEPT = 3


async def send(sender: Actor, place: str) -> tuple[int, str]:
    """Send a message; its place and its id."""
    command = SendMessage(conversation_id=place, content="Hello", client_message_id=str(uuid.uuid4()))
    sent = await sending.send_message(sender, command)
    return sent.seq, sent.message_id


async def confirm(actor: Actor, club: str, seq: int) -> MarkedAsDelivered:
    return await receipts.mark_as_delivered(actor, MarkAsDelivered(conversation_id=club, seq=seq))


async def have_read(actor: Actor, club: str, seq: int) -> MarkedAsRead:
    return await receipts.mark_as_read(actor, MarkAsRead(conversation_id=club, seq=seq))


def told(store: Store) -> list[str]:
    return [fact.message_id for fact in store.facts if isinstance(fact, MessageDelivered)]


@pytest.mark.parametrize("seed", range(20))
async def test_message_is_told_when_the_last_of_its_recipients_has_got_it(
    store: Store, actors: list[Actor], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  # no secret
    club = await group(*actors)
    sent = []
    for _ in range(MESSAGES):
        sender = chance.choice(actors)
        sent.append((*await send(sender, club), sender.user_id))
    places = {actor.user_id: 0 for actor in actors}
    expected: list[str] = []
    for _ in range(MOVES):
        moved = {
            actor.user_id: min(places[actor.user_id] + chance.randint(0, AT_ONCE), sent[-1][0])
            for actor in chance.sample(actors, chance.choice((1, 1, 2)))
        }
        places |= moved
        await receipts.record_deliveries({club: moved})
        expected += [
            id_
            for seq, id_, sender_id in sent
            if id_ not in expected
            and all(place >= seq for user_id, place in places.items() if user_id != sender_id)
        ]
        assert told(store) == expected


async def test_message_is_told_although_memory_has_let_go_of_it(
    store: Store, actors: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.services.recent.KEPT", KEPT)
    ada, bob, _ = actors
    quiet, lively = await group(ada, bob), await group(ada, bob)
    seq, first = await send(ada, quiet)
    for _ in range(KEPT):
        await send(ada, lively)
    assert recent.between(quiet, seq - 1, seq) is None
    await receipts.record_deliveries({quiet: {bob.user_id: seq}})
    assert told(store) == [first]


async def test_who_is_away_makes_the_delivery_to_others_no_dearer(store: Store, actors: list[Actor]) -> None:
    ada, _, eve = actors
    club = await group(*actors)
    for _ in range(KEPT_PER_CONVERSATION + 1):
        seq, _ = await send(ada, club)
        await receipts.record_deliveries({club: {ada.user_id: seq, eve.user_id: seq}})
    seq, _ = await send(ada, club)
    with recorded() as statements:
        await receipts.record_deliveries({club: {ada.user_id: seq, eve.user_id: seq}})
    assert [statement.sql for statement in statements if "messages" in statement.sql] == []
    assert told(store) == []


async def test_confirmations_that_come_at_once_share_one_move(store: Store, actors: list[Actor]) -> None:
    club = await group(*actors)
    seq, _ = await send(actors[0], club)
    with recorded() as statements:
        got = [asyncio.create_task(confirm(actor, club, seq)) for actor in actors]
        read = [asyncio.create_task(have_read(actor, club, seq)) for actor in actors]
        assert [(await done).last_delivered_seq for done in got] == [seq] * len(actors)
        assert [(await done).last_read_seq for done in read] == [seq] * len(actors)
    # The first one waits for nobody.
    assert len([each for each in statements if "UPDATE participants" in each.sql]) == 2


async def test_confirmation_of_a_stranger_takes_nobody_with_it(store: Store, actors: list[Actor]) -> None:
    ada, bob, eve = actors
    club = await group(ada, bob)
    seq, message_id = await send(ada, club)
    async with held():
        refused, kept = (asyncio.create_task(confirm(actor, club, seq)) for actor in (eve, bob))
    with pytest.raises(NotFound):
        await refused
    assert (await kept).last_delivered_seq == seq
    assert told(store) == [message_id]


async def test_confirmation_never_moves_back_nor_beyond_what_there_is(
    store: Store, actors: list[Actor]
) -> None:
    ada, bob, _ = actors
    club = await group(ada, bob)
    first, _ = await send(ada, club)
    last, _ = await send(ada, club)
    async with held():
        far, back = (asyncio.create_task(confirm(bob, club, seq)) for seq in (last + 5, first))
    assert ((await far).last_delivered_seq, (await back).last_delivered_seq) == (last, last)
