"""The people of the convergence tests, each with a device that records everything, and the groups they meet in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import httpx

from tests.people import Device, Json, Person, Town

# Their parts in each group. The hidden one keeps read receipts off, the late one is not in it at first.
PARTS = ("owner", "admin", "moderator", "member", "hidden", "leaver", "late")
FIRST_MEMBERS = PARTS[:-1]


@dataclass(frozen=True, repr=False)
class Player:
    """One person and their device."""

    person: Person
    device: Device
    http: httpx.AsyncClient

    @property
    def id(self) -> str:
        return self.person.id

    async def fetch(self, path: str) -> Json | None:
        """What REST shows them; None for what they may not see."""
        headers = {"Authorization": f"Bearer {self.person.access_token}"}
        response = await self.http.get(f"/api/{path}", headers=headers)
        assert response.status_code in (200, 404), response.text
        return response.json() if response.status_code == 200 else None


@dataclass(repr=False)
class Cast:
    """Everyone by their part."""

    players: dict[str, Player]

    async def group(self) -> Group:
        """A new group with everyone but the late one in it, in their roles."""
        owner = self.players["owner"].person
        others = [self.players[part].person for part in FIRST_MEMBERS[1:]]
        conversation = await owner.group_with(*others)
        group = Group(self, conversation["_id"])
        for part in ("admin", "moderator"):
            member = self.players[part].id
            path = f"conversations/{group.id}/members/{member}"
            assert (await owner.request("PATCH", path, {"role": part})).status_code == 200
        return group

    async def direct(self) -> Group:
        """The direct conversation of two of them; there is but one, and it grows."""
        made = await self.players["member"].person.direct_with(self.players["leaver"].person)
        return Group(self, made["_id"])

    async def settled(self) -> None:
        """Return when everyone's device has got all that was sent to it: an answer comes behind it."""
        nothing = {"conversationId": "none", "afterSeq": 0}
        await asyncio.gather(*(each.device.call("get-changes", nothing) for each in self.players.values()))


@dataclass
class Group:
    """A conversation, and the messages that were sent into it: their ids and senders."""

    cast: Cast
    id: str
    sent: list[tuple[str, str]] = field(default_factory=list)

    def sent_by(self, part: str) -> list[str]:
        return [message_id for message_id, sender in self.sent if sender == part]


async def gather(town: Town, http: httpx.AsyncClient) -> Cast:
    """Make the people and connect them. Their clients catch up by themselves and confirm what they have got."""
    people = await town.people(*(part.title() for part in PARTS))
    hidden = people[PARTS.index("hidden")]
    assert (await hidden.request("PATCH", "users/me", {"readReceipts": False})).status_code == 200
    devices = [await person.connect(cursors={}) for person in people]
    players = [Player(person, device, http) for person, device in zip(people, devices, strict=True)]
    return Cast(dict(zip(PARTS, players, strict=True)))


def concerns(group_id: str, data: Json) -> bool:
    """Whether an event's data is of that conversation."""
    return group_id in (data.get("conversationId"), data.get("_id"))
