"""Groups: who comes, who goes, who looks after them, also when two decide at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.people import Device, Json, Person, Town

each_transport = pytest.mark.parametrize("transport", ["websocket", "polling"])


@dataclass
class Group:
    """Ada made it; Bob and Cleo are members; Dan is not."""

    id: str
    ada: Person
    bob: Person
    cleo: Person
    dan: Person

    async def roles(self) -> dict[str, str]:
        shown = await self.ada.get(f"conversations/{self.id}")
        return {person["name"]: person["role"] for person in shown["participants"]}

    async def set_role(self, by: Person, whose: Person, role: str) -> int:
        path = f"conversations/{self.id}/members/{whose.id}"
        return (await by.request("PATCH", path, {"role": role})).status_code


@pytest.fixture(scope="module")
async def people(town: Town) -> list[Person]:
    return await town.people("Ada", "Bob", "Cleo", "Dan")


@pytest.fixture
async def group(people: list[Person]) -> AsyncIterator[Group]:
    ada, bob, cleo, dan = people
    made = await ada.group_with(bob, cleo)
    yield Group(made["_id"], ada, bob, cleo, dan)
    for person in people:
        await person.disconnect()


@each_transport
async def test_newcomer_gets_the_conversation_and_hears_what_follows_when_added(
    group: Group, transport: str
) -> None:
    hers, his = await group.ada.connect(transport), await group.dan.connect(transport)
    await hers.send(group.id, "before")
    await hers.call("user-added-to-group", {"conversationId": group.id, "newUserId": group.dan.id})
    created = await his.wait_for("conversation-created", lambda c: c["_id"] == group.id)
    assert group.dan.id in [person["_id"] for person in created["participants"]]
    sent = await hers.send(group.id, "after")
    await his.wait_for("receive-message", lambda message: message["_id"] == sent["messageId"])
    page = await group.dan.get(f"conversations/{group.id}/messages")
    assert "before" in [message["content"] for message in page["messages"]], "a new member sees all of it"


@each_transport
async def test_removed_member_is_told_and_hears_nothing_more(group: Group, transport: str) -> None:
    elsewhere = (await group.ada.group_with(group.bob, name="Elsewhere"))["_id"]
    hers, his = await group.ada.connect(transport), await group.bob.connect(transport)
    await hers.call("user-removed-from-group", {"conversationId": group.id, "removedUserId": group.bob.id})
    await his.wait_for("removed-from-group", lambda told: told["conversationId"] == group.id)
    await hers.send(group.id, "without Bob")
    await hers.send(elsewhere, "sentinel")
    await his.wait_for("receive-message", lambda message: message["content"] == "sentinel")
    assert "without Bob" not in [message["content"] for message in his.events("receive-message")]


@pytest.mark.parametrize("successor", ["stranger", "oneself", "nobody"])
async def test_leaving_is_refused_when_the_successor_is_no_other_member(group: Group, successor: str) -> None:
    ids = {"stranger": group.dan.id, "oneself": group.ada.id, "nobody": "0" * 32}
    answer = await group.ada.request(
        "POST", f"conversations/{group.id}/leave", {"successorId": ids[successor]}
    )
    assert answer.status_code == 400


async def test_group_has_an_admin_when_its_two_last_ones_leave_at_once(group: Group) -> None:
    await group.set_role(group.ada, group.bob, "admin")
    answers = await asyncio.gather(
        *(person.request("POST", f"conversations/{group.id}/leave", {}) for person in (group.ada, group.bob))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize(
    ("role", "wanted"), [("moderator", "admin"), ("moderator", "moderator"), ("admin", "owner")]
)
async def test_nobody_makes_others_greater_than_themselves(group: Group, role: str, wanted: str) -> None:
    await group.set_role(group.ada, group.bob, role)
    added = await group.bob.request(
        "POST", f"conversations/{group.id}/members", {"userId": group.dan.id, "role": wanted}
    )
    assert added.status_code == 403
    assert await group.set_role(group.bob, group.cleo, wanted) == 403


async def test_adding_changes_nothing_when_the_person_is_in_already(group: Group) -> None:
    device = await group.ada.connect()
    again = {"conversationId": group.id, "newUserId": group.bob.id}
    assert [(await device.call("user-added-to-group", again))["seq"] for _ in range(2)] == [0, 0]


async def test_changes_of_a_group_stand_in_its_history_with_one_number_each(group: Group) -> None:
    device = await group.ada.connect()
    steps: list[tuple[str, Json]] = [
        ("user-added-to-group", {"newUserId": group.dan.id}),
        ("group-info-updated", {"updates": {"name": "New name"}}),
        ("user-removed-from-group", {"removedUserId": group.dan.id}),
    ]
    numbers = [await step(device, group.id, *named) for named in steps]
    page = await group.bob.get(f"conversations/{group.id}/messages")
    kinds = [(message["seq"], message["type"], message["system"]["kind"]) for message in page["messages"]]
    assert numbers == [1, 2, 3]
    assert kinds == [
        (1, "system", "member_added"),
        (2, "system", "info_changed"),
        (3, "system", "member_removed"),
    ]


async def step(device: Device, group_id: str, event: str, data: Json) -> int:
    return (await device.call(event, {"conversationId": group_id, **data}))["seq"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("event", ["user-added-to-group", "user-removed-from-group", "group-info-updated"])
async def test_group_event_is_a_bad_request_when_the_conversation_is_direct(group: Group, event: str) -> None:
    direct = await group.ada.direct_with(group.bob)
    device = await group.ada.connect()
    data = {"newUserId": group.cleo.id, "removedUserId": group.bob.id, "updates": {"name": "x"}}
    assert (await device.call(event, {"conversationId": direct["_id"], **data}))["code"] == "bad_request"
