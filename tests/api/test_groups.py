"""The rules of groups: who may do what to whom, and that nobody leaves one without somebody to look after it."""

from __future__ import annotations

import asyncio

from tests.people import Json, Person, Town


async def group(town: Town, *roles: str) -> tuple[Json, Person, list[Person]]:
    """A group of an owner and one member in each of these roles."""
    owner, *others = await town.people("Odile", *(role.capitalize() for role in roles))
    made = await owner.group_with(*others, name="Club")
    for person, role in zip(others, roles, strict=True):
        if role != "member":
            await give(owner, made, person, role)
    return made, owner, others


async def give(actor: Person, conversation: Json, person: Person, role: str) -> int:
    path = f"conversations/{conversation['_id']}/members/{person.id}"
    return (await actor.request("PATCH", path, {"role": role})).status_code


async def remove(actor: Person, conversation: Json, person: Person) -> int:
    path = f"conversations/{conversation['_id']}/members/{person.id}"
    return (await actor.request("DELETE", path)).status_code


async def leave(actor: Person, conversation: Json, **body: str) -> int:
    return (await actor.request("POST", f"conversations/{conversation['_id']}/leave", body)).status_code


async def roles(viewer: Person, conversation: Json) -> dict[str, str]:
    shown = await viewer.get(f"conversations/{conversation['_id']}")
    return {person["_id"]: person["role"] for person in shown["participants"]}


async def test_one_wins_when_two_admins_demote_each_other_at_once(town: Town) -> None:
    made, owner, (one, other) = await group(town, "admin", "admin")
    statuses = await asyncio.gather(give(one, made, other, "member"), give(other, made, one, "member"))
    assert sorted(statuses) == [200, 403]
    assert sorted((await roles(owner, made)).values()) == ["admin", "member", "owner"]


async def test_last_admin_stays_when_no_successor_is_named(town: Town) -> None:
    made, owner, (member,) = await group(town, "member")
    assert await leave(owner, made) == 409
    assert (await roles(member, made))[owner.id] == "owner"


async def test_successor_becomes_admin_when_the_last_one_leaves(town: Town) -> None:
    made, owner, (member,) = await group(town, "member")
    assert await leave(owner, made, successorId=member.id) == 200
    assert await roles(member, made) == {member.id: "admin"}


async def test_last_person_may_leave_when_nobody_else_is_there(town: Town) -> None:
    made, owner, (member,) = await group(town, "member")
    assert await leave(member, made) == 200
    assert await leave(owner, made) == 200


async def test_moderator_removes_members_but_not_admins(town: Town) -> None:
    made, _, (moderator, admin, member) = await group(town, "moderator", "admin", "member")
    assert await remove(moderator, made, admin) == 403
    assert await remove(moderator, made, member) == 200


async def test_admin_cannot_raise_anybody_above_themselves(town: Town) -> None:
    made, _, (admin, member) = await group(town, "admin", "member")
    assert await give(admin, made, member, "owner") == 403
    assert await give(admin, made, member, "moderator") == 200


async def test_new_member_sees_the_whole_history_and_nothing_is_unread(town: Town) -> None:
    made, owner, _ = await group(town, "member")
    (late,) = await town.people("Late")
    path = f"conversations/{made['_id']}"
    await owner.post(f"{path}/messages", {"content": "before they came"})
    await owner.post(f"{path}/members", {"userId": late.id})
    history = (await late.get(f"{path}/messages"))["messages"]
    assert [(m["type"], m["content"]) for m in history] == [("text", "before they came"), ("system", "")]
    assert (await late.get(path))["unreadCount"] == 0


async def test_changing_nothing_takes_no_number_when_name_or_role_is_the_same(town: Town) -> None:
    made, owner, (member,) = await group(town, "member")
    before = (await owner.get(f"conversations/{made['_id']}"))["lastSeq"]
    assert await give(owner, made, member, "member") == 200
    renamed = await owner.request("PATCH", f"conversations/{made['_id']}", {"name": "Club"})
    assert renamed.json() == {"seq": before}


async def test_direct_conversation_takes_no_members_and_no_name(town: Town) -> None:
    ada, bob, eve = await town.people("Ada", "Bob", "Eve")
    pair = await ada.direct_with(bob)
    added = await ada.request("POST", f"conversations/{pair['_id']}/members", {"userId": eve.id})
    renamed = await ada.request("PATCH", f"conversations/{pair['_id']}", {"name": "Us"})
    assert (added.status_code, renamed.status_code) == (400, 400)
