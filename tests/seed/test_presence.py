"""Section 4.3 of the seed: who is there, who looks, who types."""

from __future__ import annotations

import time
from datetime import datetime

from tests.files import new_face
from tests.seed.seats import Seats
from tests.seed.table import drives

TYPING_ENDS_AFTER_S = 6.0


@drives("user-status")
async def test_others_hear_when_somebody_goes_and_comes_back(seats: Seats) -> None:
    await seats.group()
    noe = seats["Noé"]
    await noe.client.disconnect()
    for name in ("Camille", "Inès"):
        gone = await seats[name].hears("user-status", lambda data: not data["isOnline"])
        assert gone["userId"] == noe.id
        assert datetime.fromisoformat(gone["lastSeen"]) <= datetime.fromisoformat(gone["timestamp"])
    shown = await seats["Camille"].person.get(f"users/{noe.id}")
    assert shown["isOnline"] is False
    await noe.connect(seats.transport)
    for name in ("Camille", "Inès"):
        back = await seats[name].hears("user-status", lambda data: data["isOnline"])
        assert back["userId"] == noe.id


@drives("user-updated")
async def test_others_hear_of_a_new_name_and_a_new_face(seats: Seats) -> None:
    await seats.group()
    noe = seats["Noé"].person
    await noe.request("PATCH", "users/me", {"name": "Noé Martin", "readReceipts": True})
    for name in ("Camille", "Inès", "Noé"):
        named = await seats[name].hears("user-updated")
        assert {"userId": noe.id, "name": "Noé Martin", "avatar": None}.items() <= named.items()
    face = (await noe.offer(new_face(), "face.png", to=("PUT", "users/me/avatar"))).json()["avatar"]
    for name in ("Camille", "Inès", "Noé"):
        faced = await seats[name].hears("user-updated", lambda data: data["avatar"] is not None)
        assert (faced["name"], faced["avatar"]) == ("Noé Martin", face)


@drives("typing", "user-typing")
async def test_others_hear_who_is_typing_and_when_they_stop(seats: Seats) -> None:
    group = await seats.group()
    camille = seats["Camille"]
    for is_typing in (True, False):
        command = {"conversationId": group, "isTyping": is_typing}
        assert await camille.emit("typing", command) == {"success": True}
        for name in ("Noé", "Inès"):
            told = await seats[name].hears("user-typing", lambda data, now=is_typing: data["isTyping"] is now)
            assert command.items() <= told.items()
            assert (told["userId"], told["senderId"], told["userName"]) == (camille.id, camille.id, "Camille")
    assert await seats.who_heard("user-typing") == {"Noé", "Inès"}


@drives("user-typing")
async def test_typing_is_over_by_itself_when_it_is_not_said_again(seats: Seats) -> None:
    group = await seats.group()
    began = time.monotonic()
    await seats["Camille"].emit("typing", {"conversationId": group, "isTyping": True})
    over = await seats["Noé"].hears("user-typing", lambda data: not data["isTyping"])
    assert over["userId"] == seats["Camille"].id
    assert time.monotonic() - began >= TYPING_ENDS_AFTER_S


@drives("join-conversation", "user-joined-conversation", "leave-conversation", "user-left-conversation")
async def test_others_hear_who_opens_and_closes_the_conversation(seats: Seats) -> None:
    group = await seats.group()
    camille = seats["Camille"]
    joined = await camille.emit("join-conversation", {"conversationId": group})
    seen = joined["presence"][camille.id]
    assert datetime.fromisoformat(seen["joinedAt"]) <= datetime.fromisoformat(seen["lastActivity"])
    left = await camille.emit("leave-conversation", {"conversationId": group})
    assert left["presence"] == {}
    for event in ("user-joined-conversation", "user-left-conversation"):
        for name in ("Noé", "Inès"):
            told = await seats[name].hears(event)
            named = {"conversationId": group, "userId": camille.id, "userName": "Camille"}
            assert named.items() <= told.items()
        assert await seats.who_heard(event) == {"Noé", "Inès"}
