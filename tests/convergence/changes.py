"""`get-changes` against what devices heard live: one entry for each `seq`, in the live event's own words."""

from __future__ import annotations

from typing import Any

from tests.convergence.cast import Group, Player, concerns
from tests.people import Json

PAGE = 200
# How far a message has come is told as it is now.
PROGRESS = ("status", "deliveredCount", "readCount", "recipientCount")
# Likewise what the group is called, beside who joined it.
OF_THE_MOMENT = ("timestamp", "conversationName")
# What a message keeps that was deleted since.
KEPT = ("_id", "conversationId", "seq", "clientMessageId", "sender", "type", "createdAt")


async def list_changes(player: Player, group: Group) -> list[Json]:
    """All changes of a conversation, page by page; none for who is not in it."""
    changes: list[Json] = []
    has_more = True
    while has_more:
        command = {"conversationId": group.id, "afterSeq": len(changes), "limit": PAGE}
        answer = await player.device.call("get-changes", command)
        if not answer["success"]:
            assert answer["code"] == "not_found", answer
            return []
        changes += answer["changes"]
        has_more = answer["hasMore"]
        assert [change["seq"] for change in changes] == list(range(1, len(changes) + 1))
    assert answer["lastSeq"] == len(changes)
    return changes


async def tells_what_was_told(player: Player, group: Group) -> int:
    """Compare every change with the live event that the player's device has heard; returns how many there were.

    Raises AssertionError for a hole, another name or other words.
    """
    changes = await list_changes(player, group)
    deleted = {change["data"]["messageId"] for change in changes if change["event"] == "message-deleted"}
    compared = 0
    for received in player.device.received if changes else ():
        if "seq" not in received.data or not concerns(group.id, received.data):
            continue
        change = changes[received.data["seq"] - 1]
        assert change["event"] == received.event
        assert words(received.data, deleted, is_live=True) == words(change["data"], deleted, is_live=False)
        compared += 1
    return compared


def words(data: Json, deleted: set[str], *, is_live: bool) -> Json:
    """An event's data without what is of the moment; of what was deleted since, what is left."""
    told: dict[str, Any] = {key: value for key, value in data.items() if key not in OF_THE_MOMENT}
    if "message" in told:
        told["message"] = without_progress(told["message"])
    if told.get("_id") in deleted:
        assert is_live or (told["content"], told["deleted"], "replyTo" in told) == ("", True, False)
        return {key: value for key, value in told.items() if key in KEPT}
    if told.get("messageId") in deleted and "content" in told:
        assert is_live or told["content"] == ""
        return {**told, "content": ""}
    return without_progress(told)


def without_progress(message: Json) -> Json:
    return {key: value for key, value in message.items() if key not in PROGRESS}
