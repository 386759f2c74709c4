"""A block: neither hears from the other any more, and the answers do not tell of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.files import new_face
from tests.people import Device, Json, Person, Town


@dataclass
class Rift:
    """Bob has blocked Ada; both have their direct conversation and a group, where they still hear each other."""

    ada: Person
    bob: Person
    hers: Device
    his: Device
    direct: str
    group: str
    old_message: str

    async def heard_by_bob(self, name: str) -> list[Json]:
        """What Bob has heard under that name by the time of a message that he must hear."""
        sentinel = await self.hers.send(self.group, "sentinel")
        await self.his.wait_for("receive-message", lambda message: message["_id"] == sentinel["messageId"])
        return self.his.events(name)


@pytest.fixture
async def rift(town: Town) -> AsyncIterator[Rift]:
    ada, bob = await town.people("Ada", "Bob")
    direct, group = (await ada.direct_with(bob))["_id"], (await ada.group_with(bob))["_id"]
    old = await ada.post(f"conversations/{direct}/messages", {"content": "friends?"})
    await bob.request("PUT", f"contacts/{ada.id}/block")
    hers, his = await ada.connect(), await bob.connect()
    yield Rift(ada, bob, hers, his, direct, group, old["messageId"])
    await ada.disconnect()
    await bob.disconnect()


@pytest.mark.parametrize("way", ["conversationId", "receiverId"])
async def test_message_is_forbidden_and_unheard_when_its_sender_is_blocked(rift: Rift, way: str) -> None:
    where = rift.direct if way == "conversationId" else rift.bob.id
    answer = await rift.hers.call("send-message", {way: where, "content": "hello?"})
    assert answer["code"] == "forbidden"
    assert [m["content"] for m in await rift.heard_by_bob("receive-message")] == ["sentinel"]


async def test_message_is_forbidden_when_its_sender_has_blocked_the_other(rift: Rift) -> None:
    answer = await rift.his.call("send-message", {"conversationId": rift.direct, "content": "and stay away"})
    assert answer["code"] == "forbidden"


async def test_new_words_in_an_old_message_are_unheard_when_their_writer_is_blocked(rift: Rift) -> None:
    edit = {"messageId": rift.old_message, "conversationId": rift.direct, "content": "hello?"}
    assert (await rift.hers.call("edit-message", edit))["code"] == "forbidden"
    assert await rift.heard_by_bob("message-edited") == []


async def test_reaction_is_unheard_when_it_comes_from_the_blocked(rift: Rift) -> None:
    reaction = {"messageId": rift.old_message, "conversationId": rift.direct, "emoji": "👋"}
    assert (await rift.hers.call("add-reaction", reaction))["code"] == "forbidden"
    assert await rift.heard_by_bob("reaction-added") == []


async def test_typing_is_unheard_when_it_comes_from_the_blocked(rift: Rift) -> None:
    await rift.hers.call("typing", {"conversationId": rift.direct, "isTyping": True})
    assert await rift.heard_by_bob("user-typing") == []


async def test_a_new_face_is_untold_when_it_is_that_of_the_blocked(rift: Rift) -> None:
    await rift.ada.offer(new_face(), "face.png", to=("PUT", "users/me/avatar"))
    await rift.hers.wait_for("user-updated")
    assert await rift.heard_by_bob("user-updated") == []


async def test_looking_is_untold_when_the_blocked_opens_the_conversation(rift: Rift) -> None:
    await rift.hers.call("join-conversation", {"conversationId": rift.direct})
    assert await rift.heard_by_bob("user-joined-conversation") == []
    joined = await rift.his.call("join-conversation", {"conversationId": rift.direct})
    assert set(joined["presence"]) == {rift.bob.id}


async def test_presence_is_untold_either_way_when_one_has_blocked_the_other(rift: Rift) -> None:
    for viewer, other in ((rift.ada, rift.bob), (rift.bob, rift.ada)):
        assert (await viewer.get(f"users/{other.id}"))["isOnline"] is False
        shown = (await viewer.get(f"conversations/{rift.direct}"))["participants"]
        assert [person["isOnline"] for person in shown if person["_id"] == other.id] == [False]
    assert await rift.heard_by_bob("user-status") == []


async def test_refusal_is_the_same_when_the_other_has_blocked_or_closed_the_account(
    rift: Rift, town: Town
) -> None:
    gone = await town.person("Gone")
    with_gone = (await rift.ada.direct_with(gone))["_id"]
    await gone.request("DELETE", "users/me", {"password": "correct horse battery staple"})
    answers = [
        await rift.ada.request("POST", f"conversations/{id_}/messages", {"content": "hello?"})
        for id_ in (rift.direct, with_gone)
    ]
    assert answers[0].status_code == 403
    assert answers[0].content == answers[1].content


async def test_group_is_forbidden_when_it_would_bring_the_blocked_to_the_blocker(rift: Rift) -> None:
    answer = await rift.ada.request("POST", "conversations", {"participantIds": [rift.bob.id], "name": "Us"})
    assert answer.status_code == 403


async def test_both_talk_again_when_the_block_is_taken_back(rift: Rift) -> None:
    await rift.bob.request("DELETE", f"contacts/{rift.ada.id}/block")
    sent = await rift.hers.send(rift.direct, "thank you")
    await rift.his.wait_for("receive-message", lambda message: message["_id"] == sent["messageId"])


async def test_presence_is_hidden_when_a_third_person_puts_both_into_a_new_group(
    rift: Rift, town: Town
) -> None:
    (eve,) = await town.people("Eve")
    made = await eve.group_with(rift.ada, rift.bob)
    heard = await rift.hers.wait_for("conversation-created", lambda data: data["_id"] == made["_id"])
    shown = {person["_id"]: person["isOnline"] for person in heard["participants"]}
    assert (shown[rift.ada.id], shown[rift.bob.id]) == (True, False)
