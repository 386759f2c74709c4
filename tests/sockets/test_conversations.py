"""Conversations: made once, told to their people, read up to a place, caught up from any place."""

from __future__ import annotations

import asyncio

import pytest

from tests.people import Device, Json, Person, Town

each_transport = pytest.mark.parametrize("transport", ["websocket", "polling"])


@pytest.fixture
async def pair(town: Town) -> tuple[Person, Person]:
    ada, bob = await town.people("Ada", "Bob")
    return ada, bob


async def talk(sender: Person, conversation_id: str, count: int) -> Device:
    """A device of the sender's, after it has sent `count` messages."""
    device = await sender.connect()
    for number in range(1, count + 1):
        await device.send(conversation_id, f"message {number}")
    return device


async def unread(person: Person, conversation_id: str) -> int:
    listed = (await person.get("conversations"))["conversations"]
    (count,) = [found["unreadCount"] for found in listed if found["_id"] == conversation_id]
    return count  # type: ignore[no-any-return]


async def test_direct_conversation_is_one_when_both_open_it_at_once(pair: tuple[Person, Person]) -> None:
    ada, bob = pair
    opened = await asyncio.gather(
        *(ada.direct_with(bob) for _ in range(3)), *(bob.direct_with(ada) for _ in range(3))
    )
    assert len({conversation["_id"] for conversation in opened}) == 1


async def test_direct_conversation_is_answered_with_201_and_then_200(pair: tuple[Person, Person]) -> None:
    ada, bob = pair
    body = {"participantIds": [bob.id]}
    assert [(await ada.request("POST", "conversations", body)).status_code for _ in range(2)] == [201, 200]


@each_transport
async def test_all_participants_are_told_when_a_group_is_made(town: Town, transport: str) -> None:
    ada, bob, cleo = await town.people("Ada", "Bob", "Cleo")
    devices = [await person.connect(transport) for person in (ada, bob, cleo)]
    group = await ada.group_with(bob, cleo, name="Trip")
    for device in devices:
        told = await device.wait_for("conversation-created")
        assert (told["_id"], told["name"], len(told["participants"])) == (group["_id"], "Trip", 3)
    roles = {person["name"]: person["role"] for person in group["participants"]}
    assert roles == {"Ada": "owner", "Bob": "member", "Cleo": "member"}
    for person in (ada, bob, cleo):
        await person.disconnect()


async def test_new_conversation_is_empty_when_made(pair: tuple[Person, Person]) -> None:
    ada, bob = pair
    made = await ada.direct_with(bob)
    assert {
        "isGroup": False,
        "name": None,
        "lastMessage": None,
        "lastSeq": 0,
        "unreadCount": 0,
    }.items() <= made.items()


async def test_no_email_is_told_when_people_are_shown_to_others(pair: tuple[Person, Person]) -> None:
    ada, bob = pair
    device = await ada.connect()
    conversation = await ada.direct_with(bob)
    await device.send(conversation["_id"], "hello")
    shown = [
        (await ada.request("GET", path)).text
        for path in ("conversations", f"conversations/{conversation['_id']}", "users", f"users/{bob.id}")
    ]
    shown.append(str([received.data for received in device.received]))
    assert [text for text in shown if bob.email in text] == []
    await device.close()


async def test_unread_is_counted_up_to_a_hundred(pair: tuple[Person, Person]) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    await talk(ada, conversation["_id"], 102)
    assert await unread(bob, conversation["_id"]) == 100
    await ada.disconnect()


async def test_unread_counts_others_messages_only_until_read(pair: tuple[Person, Person]) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    await talk(ada, conversation["_id"], 3)
    assert (await unread(ada, conversation["_id"]), await unread(bob, conversation["_id"])) == (0, 3)
    reader = await bob.connect()
    await reader.call("mark-conversation-as-read", {"conversationId": conversation["_id"], "seq": 2})
    assert await unread(bob, conversation["_id"]) == 1
    await ada.disconnect()
    await bob.disconnect()


@each_transport
async def test_others_and_own_devices_are_told_when_a_reader_reads(
    pair: tuple[Person, Person], transport: str
) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    await talk(ada, conversation["_id"], 2)
    devices = [await person.connect(transport) for person in (ada, bob, bob)]
    answer = await devices[1].call("mark-conversation-as-read", {"conversationId": conversation["_id"]})
    assert answer == {"success": True, "lastReadSeq": 2}
    for device in (devices[0], devices[2]):
        told = await device.wait_for("messages-read")
        assert (told["readerId"], told["lastReadSeq"]) == (bob.id, 2)
    await ada.disconnect()
    await bob.disconnect()


async def test_read_cursor_never_moves_back_or_beyond_the_end(pair: tuple[Person, Person]) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    await talk(ada, conversation["_id"], 3)
    reader = await bob.connect()
    positions = [
        (await reader.call("mark-conversation-as-read", {"conversationId": conversation["_id"], "seq": seq}))[
            "lastReadSeq"
        ]
        for seq in (2, 1, 0, 1000, 1)
    ]
    assert positions == [2, 2, 2, 3, 3]
    await ada.disconnect()
    await bob.disconnect()


async def test_history_is_whole_when_read_backwards_in_pages(pair: tuple[Person, Person]) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    await talk(ada, conversation["_id"], 25)
    path, before, seen, pages = f"conversations/{conversation['_id']}/messages", 2**53 - 1, [], []
    has_more = True
    while has_more:
        page = await bob.get(path, beforeSeq=before, limit=10)
        numbers = [message["seq"] for message in page["messages"]]
        seen, before, has_more = numbers + seen, numbers[0], page["hasMore"]
        pages.append(len(numbers))
    assert (seen, pages) == (list(range(1, 26)), [10, 10, 5])
    await ada.disconnect()


async def test_history_is_whole_when_read_forwards_in_pages(pair: tuple[Person, Person]) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    await talk(ada, conversation["_id"], 25)
    path, after, seen = f"conversations/{conversation['_id']}/messages", 0, []
    has_more = True
    while has_more:
        page = await bob.get(path, afterSeq=after, limit=10)
        seen += [message["seq"] for message in page["messages"]]
        after, has_more = seen[-1], page["hasMore"]
    assert seen == list(range(1, 26))
    await ada.disconnect()


async def test_newest_messages_come_when_no_place_is_given(pair: tuple[Person, Person]) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    await talk(ada, conversation["_id"], 12)
    page = await bob.get(f"conversations/{conversation['_id']}/messages", limit=5)
    assert ([m["seq"] for m in page["messages"]], page["hasMore"]) == ([8, 9, 10, 11, 12], True)
    await ada.disconnect()


@each_transport
async def test_changes_are_the_live_events_when_caught_up_in_pages(
    pair: tuple[Person, Person], transport: str
) -> None:
    ada, bob = pair
    conversation = await ada.direct_with(bob)
    watcher = await bob.connect(transport)
    device = await talk(ada, conversation["_id"], 5)
    message_id = device.events("receive-message")[0]["_id"]
    named = {"messageId": message_id, "conversationId": conversation["_id"]}
    await device.call("edit-message", named | {"content": "edited"})
    await device.call("add-reaction", named | {"emoji": "👍"})
    await device.call("remove-reaction", named | {"emoji": "👍"})
    last = "reaction-removed"
    await watcher.wait_for(last)
    caught_up: list[Json] = []
    has_more = True
    while has_more:
        page = await watcher.call(
            "get-changes", {"conversationId": conversation["_id"], "afterSeq": len(caught_up), "limit": 3}
        )
        caught_up += page["changes"]
        has_more = page["hasMore"]
    assert [change["seq"] for change in caught_up] == list(range(1, 9))
    names = {change["event"] for change in caught_up}
    live = [received.event for received in watcher.received if received.event in names]
    assert [change["event"] for change in caught_up] == live
    await ada.disconnect()
    await bob.disconnect()


async def test_list_is_in_the_order_of_activity_and_pages_through_all_of_it(town: Town) -> None:
    ada, *others = await town.people("Ada", "B", "C", "D", "E")
    made = [(await ada.direct_with(other))["_id"] for other in others]
    device = await ada.connect()
    await device.send(made[0], "up")
    listed: list[str] = []
    cursor: Json = {}
    while True:
        page = await ada.get("conversations", limit=2, **cursor)
        listed += [conversation["_id"] for conversation in page["conversations"]]
        if not page["hasMore"]:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert listed == [made[0], made[3], made[2], made[1]]
    await ada.disconnect()


@pytest.mark.parametrize("cursor", ["x", "%%%", "AAAA", "é"])
async def test_list_is_a_bad_request_when_its_cursor_is_invented(town: Town, cursor: str) -> None:
    answer = await (await town.person()).request("GET", "conversations", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_group_is_not_found_when_one_of_its_people_does_not_exist(pair: tuple[Person, Person]) -> None:
    ada, bob = pair
    answer = await ada.request("POST", "conversations", {"participantIds": [bob.id, "0" * 32]})
    assert answer.status_code == 404


async def test_conversation_is_a_bad_request_when_nobody_else_is_in_it(pair: tuple[Person, Person]) -> None:
    ada, _ = pair
    for nobody in ([], [ada.id], [ada.id, ada.id]):
        answer = await ada.request("POST", "conversations", {"participantIds": nobody})
        assert answer.status_code == 400
