"""A client's picture of one conversation, made only of what carries a `seq`; and how it is brought up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.faults.client import Client
from tests.people import Json, Person

PAGE = 200
SHOWN = ("seq", "content", "edited", "deleted", "type")


class Picture:
    """Applies each change once, in order; what comes too early is a gap and waits for `catch_up`."""

    def __init__(self, conversation_id: str) -> None:
        self.conversation_id = conversation_id
        self.last_seq = 0
        self.heard_of = 0
        # How often the server was too busy to bring it up to date, and said when to come again.
        self.put_off = 0
        self.messages: dict[str, Json] = {}
        # Every number in the order in which it was applied, to show that it was applied once.
        self.applied: list[int] = []

    def follow(self, client: Client) -> None:
        """Apply the client's live events from now on."""
        client.on_event(self.take)

    def take(self, event: str, data: Any) -> None:
        """A live event: applied when it is the next one; later ones are fetched, earlier ones are known."""
        if isinstance(data, dict) and data.get("conversationId") == self.conversation_id and "seq" in data:
            self.heard_of = max(self.heard_of, data["seq"])
            self.apply(event, data["seq"], data)

    def apply(self, event: str, seq: int, data: Json) -> bool:
        """Whether it was the next one."""
        if seq != self.last_seq + 1 or event.startswith(
            "group-"
        ):  # those stand in the history as messages, too
            return False
        self.last_seq = seq
        self.applied.append(seq)
        match event:
            case "receive-message":
                self.messages[data["_id"]] = shown(data)
            case "message-edited":
                self._change(data, content=data["content"], edited=True)
            case "message-deleted":
                self._change(data, content="", edited=False, deleted=True, reactions={})
            case "reaction-added":
                self._react(data, lambda users: users | {data["userId"]})
            case "reaction-removed":
                self._react(data, lambda users: users - {data["userId"]})
            case _:  # a change of the group stands in the history as a message of the system
                self.messages[data["message"]["_id"]] = shown(data["message"])
        return True

    def _change(self, data: Json, **values: Any) -> None:
        message = self.messages[data["messageId"]]
        if not message["deleted"]:  # what was deleted since comes emptied, and its changes come all the same
            message.update(values)

    def _react(self, data: Json, change: Callable[[set[str]], set[str]]) -> None:
        reactions = self.messages[data["messageId"]]["reactions"]
        users = change(set(reactions.get(data["emoji"], ())))
        others = {emoji: ids for emoji, ids in reactions.items() if emoji != data["emoji"]}
        self._change(data, reactions={**others, data["emoji"]: sorted(users)} if users else others)

    async def catch_up(self, client: Client, *, limit: int = PAGE) -> int:
        """Ask until nothing is missing; the number of pages. Raises Cut, what was applied stays."""
        pages = 0
        has_more = True
        while has_more:
            answer = await client.call(
                "get-changes",
                {"conversationId": self.conversation_id, "afterSeq": self.last_seq, "limit": limit},
            )
            if answer.get("code") == "unavailable":
                self.put_off += 1
                await asyncio.sleep(answer["retryAfter"])
                continue
            assert answer["success"], answer
            pages += 1
            for entry in answer["changes"]:
                self.apply(entry["event"], entry["seq"], entry["data"])
            # A live event that overtook this answer was a gap when it came: it is asked for again.
            has_more = answer["hasMore"] or self.heard_of > self.last_seq
        return pages


def shown(message: Json) -> Json:
    """What of a message everybody must see alike."""
    reactions = {group["emoji"]: sorted(group["userIds"]) for group in message["reactions"]}
    return {**{name: message[name] for name in SHOWN}, "reactions": reactions}


async def fresh(person: Person, conversation_id: str) -> dict[str, Json]:
    """The conversation as somebody sees it who opens it for the first time."""
    messages: dict[str, Json] = {}
    after_seq, has_more = 0, True
    while has_more:
        page = await person.get(f"conversations/{conversation_id}/messages", afterSeq=after_seq, limit=PAGE)
        messages |= {message["_id"]: shown(message) for message in page["messages"]}
        after_seq, has_more = max((m["seq"] for m in page["messages"]), default=0), page["hasMore"]
    return messages
