"""Sends that share a commit: each is judged at its own place in the queue, and none suffers for another."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid

from chat import database
from chat.database import Transaction
from chat.errors import ChatError, Conflict, Forbidden, NotFound, Unavailable
from chat.events import MessageSent
from chat.schemas.conversations import CreateConversation, RemoveMember
from chat.schemas.messages import SendMessage, Sent
from chat.services import contacts, conversations, participants, sending
from chat.services.actor import Actor
from tests.services.conftest import Store, group, held


def send(actor: Actor, conversation_id: str, content: str, id_: str | None = None) -> asyncio.Task[Sent]:
    command = SendMessage(conversation_id=conversation_id, content=content, client_message_id=id_)
    return asyncio.create_task(sending.send_message(actor, command))


async def outcome(task: asyncio.Task[Sent]) -> int | type[ChatError]:
    """The place that a message got, or what refused it."""
    try:
        return (await task).seq
    except ChatError as error:
        return type(error)


def stored(store: Store, conversation_id: str) -> list[tuple[int, str]]:
    with sqlite3.connect(store.path) as other:
        query = "SELECT seq, content FROM messages WHERE conversation_id = ? AND type = 'text' ORDER BY seq"
        return other.execute(query, (conversation_id,)).fetchall()


async def test_numbers_are_dense_and_in_order_when_many_share_a_commit(
    store: Store, actors: list[Actor]
) -> None:
    ada, bob, _ = actors
    club = await group(ada, bob)
    async with held():
        tasks = [send((ada, bob)[n % 2], club, str(n)) for n in range(100)]
    assert [await outcome(task) for task in tasks] == list(range(1, 101))
    assert stored(store, club) == [(n + 1, str(n)) for n in range(100)]
    told = [fact.seq for fact in store.facts if isinstance(fact, MessageSent)]
    assert told == list(range(1, 101))


async def test_copies_get_the_first_result_when_they_share_a_commit(
    store: Store, actors: list[Actor]
) -> None:
    club = await group(*actors[:2])
    id_ = str(uuid.uuid4())
    async with held():
        copies = [send(actors[0], club, "once", id_) for _ in range(5)]
        other_body = send(actors[0], club, "twice", id_)
    results = [await copy for copy in copies]
    assert {result.message_id for result in results} == {results[0].message_id}
    assert [result.duplicate is True for result in results] == [False, True, True, True, True]
    assert await outcome(other_body) is Conflict
    assert stored(store, club) == [(1, "once")]


async def test_repeat_gets_the_first_result_and_holds_up_none_of_those_it_shares_a_commit_with(
    store: Store, actors: list[Actor]
) -> None:
    ada, bob, _ = actors
    club = await group(ada, bob)
    id_ = str(uuid.uuid4())
    first = await send(ada, club, "once", id_)
    async with held():
        before = send(bob, club, "before")
        repeated = send(ada, club, "once", id_)
        other_body = send(ada, club, "twice", id_)
        after = send(bob, club, "after", str(uuid.uuid4()))
    assert [await outcome(task) for task in (before, other_body, after)] == [2, Conflict, 3]
    assert (await repeated).message_id == first.message_id
    assert stored(store, club) == [(1, "once"), (2, "before"), (3, "after")]
    assert [fact.seq for fact in store.facts if isinstance(fact, MessageSent)] == [1, 2, 3]


async def test_send_is_refused_when_its_sender_was_removed_before_it_in_the_same_commit(
    store: Store, actors: list[Actor]
) -> None:
    ada, bob, eve = actors
    club = await group(ada, bob, eve)
    async with held():
        before = send(bob, club, "before")
        removal = asyncio.create_task(
            participants.remove_member(ada, RemoveMember(conversation_id=club, removed_user_id=bob.user_id))
        )
        await asyncio.sleep(0)
        after = send(bob, club, "after")
        others = send(eve, club, "others")
    await removal
    assert [await outcome(task) for task in (before, after, others)] == [1, NotFound, 3]
    assert stored(store, club) == [(1, "before"), (3, "others")]


async def test_send_is_refused_when_a_block_came_before_it_in_the_same_commit(
    store: Store, actors: list[Actor]
) -> None:
    ada, bob, _ = actors
    command = CreateConversation(participant_ids=[bob.user_id])
    pair = (await conversations.create_conversation(ada, command))[0].id
    async with held():
        block = asyncio.create_task(contacts.block(bob, ada.user_id))
        await asyncio.sleep(0)
        after = send(ada, pair, "hello?")
    await block
    assert await outcome(after) is Forbidden


async def test_memory_starts_over_from_the_database_when_a_commit_fails(
    store: Store, actors: list[Actor]
) -> None:
    ada, bob, _ = actors
    club = await group(ada, bob)
    with sqlite3.connect(store.path) as other:
        (pages,) = other.execute("PRAGMA page_count").fetchone()

    async def limit(tx: Transaction, wanted: int) -> None:
        await tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {wanted}")

    await database.write(lambda tx: limit(tx, pages))
    async with held():
        failing = [send(ada, club, "x" * 5000) for _ in range(40)]
    assert {await outcome(task) for task in failing} == {Unavailable}
    await database.write(lambda tx: limit(tx, 1_000_000))
    assert await outcome(send(ada, club, "room again")) == 1
    assert stored(store, club) == [(1, "room again")]
