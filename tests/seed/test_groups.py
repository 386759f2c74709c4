"""Section 4.4 of the seed: groups, and what is told of them."""

from __future__ import annotations

from tests.seed.seats import Seats
from tests.seed.table import drives


@drives("conversation-created")
async def test_participants_hear_of_a_conversation_when_it_begins(seats: Seats) -> None:
    camille, noe = seats["Camille"], seats["Noé"]
    made = await camille.person.group_with(noe.person, name="Potager")
    for seat in (camille, noe):
        created = await seat.hears("conversation-created")
        assert (created["_id"], created["name"], created["isGroup"]) == (made["_id"], "Potager", True)
        roles = {each["_id"]: each["role"] for each in created["participants"]}
        assert roles == {camille.id: "owner", noe.id: "member"}
        assert (created["lastSeq"], created["unreadCount"], created["lastMessage"]) == (0, 0, None)
    assert await seats.who_heard("conversation-created") == {"Camille", "Noé"}


@drives("user-added-to-group", "group-user-added", "conversation-created")
async def test_everyone_hears_of_a_new_member_and_they_get_the_conversation(seats: Seats) -> None:
    group = await seats.group("Noé")
    ines = seats["Inès"]
    ack = await seats["Camille"].emit("user-added-to-group", {"conversationId": group, "newUserId": ines.id})
    assert ack == {"success": True, "seq": 1}
    for seat in seats:
        added = await seat.hears("group-user-added")
        assert (added["conversationId"], added["newUserId"], added["seq"]) == (group, ines.id, 1)
        assert (added["conversationName"], added["addedBy"]) == ("Jardin", seats["Camille"].id)
        assert added["message"]["system"]["kind"] == "member_added"
    assert (await ines.hears("conversation-created"))["_id"] == group
    assert await seats.who_heard("conversation-created") == {"Inès"}
    assert await seats.who_heard("group-user-added") == {"Camille", "Noé", "Inès"}


@drives("user-removed-from-group", "group-user-removed", "removed-from-group")
async def test_everyone_hears_of_a_removal_and_the_removed_hear_nothing_more(seats: Seats) -> None:
    group = await seats.group()
    ines = seats["Inès"]
    command = {"conversationId": group, "removedUserId": ines.id}
    assert await seats["Camille"].emit("user-removed-from-group", command) == {"success": True, "seq": 1}
    for name in ("Camille", "Noé"):
        removed = await seats[name].hears("group-user-removed")
        assert {**command, "seq": 1}.items() <= removed.items()
    assert (await ines.hears("removed-from-group"))["conversationId"] == group
    await seats["Camille"].emit("send-message", {"conversationId": group, "content": "entre nous"})
    assert await seats.who_heard("group-user-removed") == {"Camille", "Noé"}
    assert await seats.who_heard("receive-message") == {"Camille", "Noé"}
    assert await seats.who_heard("removed-from-group") == {"Inès"}


@drives("group-info-updated", "group-updated")
async def test_everyone_hears_of_a_new_name_and_description(seats: Seats) -> None:
    group = await seats.group()
    updates = {"name": "Verger", "description": "Chaque samedi"}
    ack = await seats["Camille"].emit("group-info-updated", {"conversationId": group, "updates": updates})
    assert ack == {"success": True, "seq": 1}
    for seat in seats:
        updated = await seat.hears("group-updated")
        assert (updated["conversationId"], updated["updates"], updated["seq"]) == (group, updates, 1)
    shown = await seats["Inès"].person.get(f"conversations/{group}")
    assert (shown["name"], shown["description"]) == ("Verger", "Chaque samedi")
