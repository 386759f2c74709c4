"""Sections 4.1 and 4.5 of the seed: connecting, being cut off, getting what was missed."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import AsyncIterator

import jwt
import pytest

from tests.faults.proxy import Proxy
from tests.people import Person, Town
from tests.seed.seats import Seat, Seats
from tests.seed.table import drives
from tests.sockets.official_client import ConnectRefused, JsClient


@pytest.fixture
async def newcomer(seats: Seats) -> AsyncIterator[tuple[Seat, str]]:
    """Sacha, who has not connected yet, and their direct conversation with Camille."""
    sacha = await seats.town.person("Sacha")
    pair = (await seats["Camille"].person.direct_with(sacha))["_id"]
    async with JsClient() as client:
        yield Seat(sacha, client), pair


def expired(person: Person) -> str:
    """The person's access token, as if it had been made long ago."""
    secret = (person.server.folder / "data" / "secret.key").read_bytes().strip()
    key = hmac.digest(secret, b"causerie/access", hashlib.sha256)
    claims = jwt.decode(person.access_token, key, algorithms=["HS256"])
    return jwt.encode({**claims, "exp": int(time.time()) - 60}, key)


@drives("session-started")
async def test_first_event_says_who_one_is_and_which_history_it_is(
    newcomer: tuple[Seat, str], transport: str
) -> None:
    sacha, _ = newcomer
    await sacha.connect(transport)
    started = await sacha.hears("session-started")
    assert started["userId"] == sacha.id
    assert (
        started["sessionId"]
        == jwt.decode(sacha.person.access_token, options={"verify_signature": False})["sid"]
    )
    assert started["epoch"]
    assert started["version"]
    assert sacha.heard()[0] == "session-started"


@drives("connect_error")
async def test_connection_is_refused_in_the_words_of_the_contract_when_the_token_is_bad(
    town: Town, transport: str
) -> None:
    ended = await town.person("Sacha")
    late = expired(ended)
    await ended.post("auth/logout")
    for auth, message, code in (
        ({}, "Token manquant", "token_missing"),
        ({"token": "garbage"}, "Token invalide", "token_invalid"),
        ({"token": late}, "Token expiré", "token_expired"),
        ({"token": ended.access_token}, "Session terminée", "session_revoked"),
    ):
        async with JsClient() as client:
            with pytest.raises(ConnectRefused) as refused:
                await client.connect(town.server.url, auth=auth, transports=[transport])
            assert (refused.value.message, refused.value.data["code"]) == (message, code)


@drives("session-ended")
async def test_device_is_told_and_let_go_when_its_session_ends(
    newcomer: tuple[Seat, str], transport: str
) -> None:
    sacha, _ = newcomer
    await sacha.connect(transport)
    await sacha.person.post("auth/logout")
    assert (await sacha.hears("session-ended"))["code"] == "session_revoked"
    gone = await sacha.client.wait_for_disconnect()
    assert gone.startswith(("transport", "io server"))


@drives("missed-messages")
async def test_missed_messages_come_by_themselves_when_the_client_has_reconnected(
    seats: Seats, newcomer: tuple[Seat, str]
) -> None:
    sacha, pair = newcomer
    async with Proxy(seats.town.server.port) as proxy:
        await sacha.connect(seats.transport, url=f"http://127.0.0.1:{proxy.port}")
        await sacha.settle()
        proxy.reset()
        # The client waits for half a second at least before it tries again.
        ack = await seats["Camille"].emit("send-message", {"conversationId": pair, "content": "tu es là ?"})
        missed = await sacha.hears("missed-messages")
        assert (missed["count"], missed["hasMore"]) == (1, False)
        [message] = missed["messages"]
        assert (message["_id"], message["content"]) == (ack["messageId"], "tu es là ?")
        assert message["sender"]["_id"] == seats["Camille"].id
        await sacha.client.disconnect()


@drives("reconnect", "missed-messages")
async def test_missed_messages_come_when_the_client_says_that_it_is_back(
    seats: Seats, newcomer: tuple[Seat, str]
) -> None:
    sacha, pair = newcomer
    await sacha.connect(seats.transport)
    await sacha.settle()
    await sacha.client.disconnect()
    ack = await seats["Camille"].emit("send-message", {"conversationId": pair, "content": "tu dors ?"})
    await sacha.connect(seats.transport)
    await sacha.hears("missed-messages")
    sacha.mark = len(sacha.client.arrivals)
    assert await sacha.emit("reconnect") == {"success": True, "count": 1, "hasMore": False}
    missed = await sacha.hears("missed-messages")
    assert [message["_id"] for message in missed["messages"]] == [ack["messageId"]]


@drives("request-missed-messages", "missed-messages")
async def test_missed_messages_come_when_asked_for_by_time_or_by_cursors(seats: Seats) -> None:
    group = await seats.group()
    noe = seats["Noé"]
    first = await seats["Camille"].emit("send-message", {"conversationId": group, "content": "un"})
    # Times have milliseconds: the second message is to have another.
    await seats.settle()
    second = await noe.emit("send-message", {"conversationId": group, "content": "deux"})
    for asked in (
        {"lastMessageTimestamp": first["createdAt"], "conversationId": group},
        {"cursors": {group: first["seq"]}},
    ):
        await seats.settle()
        answer = await noe.emit("request-missed-messages", asked)
        assert answer == {"success": True, "count": 1, "hasMore": False}
        missed = await noe.hears("missed-messages")
        assert [message["_id"] for message in missed["messages"]] == [second["messageId"]]
        assert (missed["count"], missed["hasMore"]) == (1, False)
        assert await seats.who_heard("missed-messages") == {"Noé"}


@drives("get-changes")
async def test_changes_are_the_events_that_told_of_them(seats: Seats) -> None:
    group = await seats.group()
    message_id = await seats.message(group)
    await seats["Noé"].emit("add-reaction", {"messageId": message_id, "conversationId": group, "emoji": "🎉"})
    live = await seats["Inès"].hears("reaction-added")
    answer = await seats["Inès"].emit("get-changes", {"conversationId": group, "afterSeq": 1})
    assert (answer["hasMore"], answer["lastSeq"]) == (False, 2)
    [change] = answer["changes"]
    assert (change["seq"], change["event"]) == (2, "reaction-added")
    assert {**change["data"], "timestamp": live["timestamp"]} == live
