"""A small world in which everyone stands differently to one group, and what each event and route is asked there.

`ask` puts one question as one of them; the questions are generated from the registers of events and routes.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx

import chat.api
import chat.sockets.server  # noqa: F401  # both fill their registers
from chat.api.registry import routes
from chat.sockets.registry import events
from tests.files import PICTURE, picture
from tests.people import PASSWORD, Device, Json, Person, Town, visit
from tests.server import ServerProcess
from tests.sockets.raw import refusal

EVENTS = sorted(events.events)
ROUTES = {route.name: route for route in routes.routes}
KINDS = ("anonymous", "stranger", "ex-member", "blocked", "member", "moderator", "admin", "owner", "disabled")
STATUSES = {
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "bad_request": 400,
}
MESSAGES_KEPT = 12

# What stands in FIELDS for something of the world.
PLACE, ELSEWHERE, MESSAGE, MESSAGE_ELSEWHERE = "<place>", "<elsewhere>", "<message>", "<message elsewhere>"
TARGET, EXTRA, SESSION, INVITATION, WORDS, EMAIL, REFRESH, NEW_GROUP, SENT_FILE, WAITING_FILE, FACE = (
    *("<target>", "<extra>", "<session>", "<invitation>"),
    *("<words>", "<email>", "<refresh>", "<new group>", "<sent file>", "<waiting file>", "<face>"),
)
PARAMETERS = {
    "conversation_id": PLACE,
    "message_id": MESSAGE,
    "emoji": "👍",
    "attachment_id": SENT_FILE,
    "avatar_id": FACE,
}
NAMED = {"conversationId": PLACE, "messageId": MESSAGE}

# The fields of each event's data; of each route's query or body, and of its path where PARAMETERS says too little.
FIELDS: dict[str, Json] = {
    "send-message": {"conversationId": PLACE, "content": WORDS},
    "edit-message": NAMED | {"content": WORDS},
    "delete-message": NAMED,
    "add-reaction": NAMED | {"emoji": "👍"},
    "remove-reaction": NAMED | {"emoji": "👍"},
    "mark-conversation-as-read": {"conversationId": PLACE},
    "mark-conversation-as-delivered": {"conversationId": PLACE, "seq": 1},
    "typing": {"conversationId": PLACE, "isTyping": True},
    "join-conversation": {"conversationId": PLACE},
    "leave-conversation": {"conversationId": PLACE},
    "user-added-to-group": {"conversationId": PLACE, "newUserId": EXTRA},
    "user-removed-from-group": {"conversationId": PLACE, "removedUserId": TARGET},
    "group-info-updated": {"conversationId": PLACE, "updates": {"name": WORDS}},
    "reconnect": {"cursors": {PLACE: 0}},
    "request-missed-messages": {"conversationId": PLACE, "cursors": {PLACE: 0}},
    "get-changes": {"conversationId": PLACE, "afterSeq": 0},
    "POST attachments": {},
    "GET attachments/{attachment_id}": {},
    "GET attachments/{attachment_id}/thumbnail": {},
    "DELETE attachments/{attachment_id}": {"attachment_id": WAITING_FILE},
    "PUT users/me/avatar": {},
    "DELETE users/me/avatar": {},
    "PUT conversations/{conversation_id}/avatar": {},
    "DELETE conversations/{conversation_id}/avatar": {},
    "GET avatars/{avatar_id}": {},
    "POST auth/register": {"name": "Eve", "email": "eve@example.org", "password": PASSWORD},
    "POST auth/login": {"email": EMAIL, "password": PASSWORD},
    "POST auth/refresh-token": {"refreshToken": REFRESH},
    "POST auth/logout": {"refreshToken": "none"},
    "GET sessions": {},
    "DELETE sessions": {},
    "DELETE sessions/{session_id}": {"session_id": SESSION},
    "GET users/me": {},
    "PATCH users/me": {"theme": "dark"},
    "DELETE users/me": {"password": "not the password"},
    "POST users/me/password": {"currentPassword": "not the password", "newPassword": PASSWORD},
    "GET users": {},
    "GET users/{user_id}": {"user_id": TARGET},
    "GET contacts": {},
    "POST contacts": {"userId": TARGET},
    "DELETE contacts/{user_id}": {"user_id": TARGET},
    "PUT contacts/{user_id}/block": {"user_id": EXTRA},
    "DELETE contacts/{user_id}/block": {"user_id": EXTRA},
    "GET conversations": {},
    "POST conversations": {"participantIds": [TARGET]},
    "GET conversations/{conversation_id}": {},
    "PATCH conversations/{conversation_id}": {"name": WORDS},
    "PUT conversations/{conversation_id}/preferences": {"archived": False},
    "POST conversations/{conversation_id}/leave": {"conversation_id": NEW_GROUP},
    "POST conversations/{conversation_id}/members": {"userId": EXTRA},
    "PATCH conversations/{conversation_id}/members/{user_id}": {"user_id": TARGET, "role": "moderator"},
    "DELETE conversations/{conversation_id}/members/{user_id}": {"user_id": TARGET},
    "GET conversations/{conversation_id}/messages": {},
    "POST conversations/{conversation_id}/messages": {"content": WORDS},
    "GET conversations/{conversation_id}/changes": {"afterSeq": 0},
    "PUT conversations/{conversation_id}/read": {},
    "GET messages/{message_id}": {},
    "PATCH messages/{message_id}": {"content": WORDS},
    "DELETE messages/{message_id}": {},
    "GET messages/{message_id}/history": {},
    "GET messages/{message_id}/receipts": {},
    "PUT messages/{message_id}/reactions/{emoji}": {},
    "DELETE messages/{message_id}/reactions/{emoji}": {},
    "GET invitations": {},
    "POST invitations": {},
    "DELETE invitations/{invitation_id}": {"invitation_id": INVITATION},
}
# What another question than the usual one changes.
VARIANTS: dict[str, Json] = {
    "to a person": {"conversationId": None, "receiverId": TARGET},
    "reply to elsewhere": {"replyTo": MESSAGE_ELSEWHERE},
    "elsewhere": {"conversationId": ELSEWHERE},
    "with a file": {"attachments": [WAITING_FILE]},
    "with another's file": {"attachments": [WAITING_FILE]},
    "a group's": {},
    "waiting": {"attachment_id": WAITING_FILE},
    "own": {},
    "another's": {},
    "deleted": {},
}


@dataclass
class World:
    """One group, a person for each way of standing to it, and the one whom they act upon."""

    server: ServerProcess
    people: dict[str, Person]
    target: Person  # a member of the group; has blocked the blocked one
    extra: Person  # in no conversation
    group_id: str
    direct_id: str  # of the blocked one and the target
    elsewhere_id: str
    message_elsewhere: str
    sent_files: Json  # place → the file of a message there, by the target
    devices: dict[str, Device] = field(default_factory=dict)
    kept: defaultdict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def owner(self) -> Person:
        return self.people["owner"]

    def place(self, kind: str) -> str:
        return self.direct_id if kind == "blocked" else self.group_id

    async def ask(self, name: str, kind: str, variant: str = "") -> int:
        """Ask as one of the KINDS; the answer as the HTTP status of its code, 200 for any success."""
        asked = question(name) | VARIANTS.get(variant, {})
        fields = {key: value for key, value in asked.items() if value is not None}
        filled = substitute(fields, await self._things(kind, variant, placeholders(fields)))
        if name in ROUTES:
            status = (await self.request(name, kind, filled)).status_code
            status = 200 if status < 300 else status
        else:
            status = await self._emit(name, kind, filled)
        if status == 200:
            await self._tidy_up(name, kind)
        return status

    async def request(self, name: str, kind: str, fields: Json) -> httpx.Response:
        """Ask a route: what its path does not name becomes its query or body."""
        route = ROUTES[name]
        path = f"/api/{route.path.format(**fields)}"
        rest = {key: value for key, value in fields.items() if key not in route.parameters}
        token = self.people[kind].access_token if kind in self.people and not route.is_public else None
        async with visit(self.server, **({"Authorization": f"Bearer {token}"} if token else {})) as http:
            if route.takes_query:
                return await http.get(path, params=rest)
            if route.takes_file:
                return await http.request(route.method, path, files={"file": ("face.png", PICTURE)})
            return await http.request(route.method, path, json=rest)

    async def _emit(self, event: str, kind: str, fields: Json) -> int:
        if kind not in self.devices:
            auth = {"token": self.people[kind].access_token} if kind in self.people else {}
            told = await refusal(self.server, auth, "polling")
            assert told["data"]["code"] in ("token_missing", "session_revoked")
            return 401
        answer = await self.devices[kind].call(event, fields)
        return 200 if answer["success"] else STATUSES[answer["code"]]

    async def _things(self, kind: str, variant: str, wanted: set[str]) -> Json:
        """What stands for each placeholder; those that must be made first are made when they are wanted."""
        person = self.people.get(kind)
        things = {
            PLACE: self.place(kind),
            ELSEWHERE: self.elsewhere_id,
            MESSAGE_ELSEWHERE: self.message_elsewhere,
            TARGET: self.target.id,
            EXTRA: self.extra.id,
            WORDS: f"words {uuid.uuid4()}",
            EMAIL: person.email if person else "nobody@example.org",
            REFRESH: person.refresh_token if person else "none",
        }
        if SENT_FILE in wanted:
            things[SENT_FILE] = self.sent_files[self.place(kind)]
        if FACE in wanted:
            things[FACE] = await self._face(variant)
        if WAITING_FILE in wanted:
            is_own = variant in ("own", "with a file") and kind not in ("anonymous", "disabled")
            things[WAITING_FILE] = (await (self.people[kind] if is_own else self.target).upload(PICTURE))[
                "_id"
            ]
        if MESSAGE in wanted:
            things[MESSAGE] = await self._message(kind, variant)
        if SESSION in wanted:
            things[SESSION] = (await self.target.get("sessions"))["sessions"][0]["_id"]
        if INVITATION in wanted:
            things[INVITATION] = (await self.owner.post("invitations"))["_id"]
        if NEW_GROUP in wanted:
            things[NEW_GROUP] = await self._group_to_leave(kind)
        return things

    async def _message(self, kind: str, variant: str) -> str:
        """A message where the person is: their own, the target's, or one that its sender has deleted."""
        whose = "another's" if kind in ("anonymous", "stranger") else variant or "own"
        whose = "own" if whose == "elsewhere" else whose
        if kept := self.kept[kind, whose]:
            return kept.pop() if len(kept) > 1 else kept[0]
        sender = self.target if whose == "another's" else self.people[kind]
        return await write(sender, self.place(kind), is_deleted=whose == "deleted")

    async def _face(self, variant: str) -> str:
        """The face that the target wears, or the group."""
        if variant == "a group's":
            await self.owner.offer(PICTURE, to=("PUT", f"conversations/{self.group_id}/avatar"))
            address = (await self.owner.get(f"conversations/{self.group_id}"))["avatar"]
        else:
            answer = await self.target.offer(picture("JPEG"), to=("PUT", "users/me/avatar"))
            address = answer.json()["avatar"]
        return address.rsplit("/", 1)[1]  # type: ignore[no-any-return]

    async def _group_to_leave(self, kind: str) -> str:
        """A group of the owner's alone with the target and, with their role, the one who leaves."""
        if kind not in ("member", "moderator", "admin", "owner"):
            return self.place(kind)
        person = self.people[kind]
        others = [self.target] if kind == "owner" else [self.target, person]
        group: Json = await self.owner.group_with(*others, name="To be left")
        if kind in ("moderator", "admin"):
            await self.owner.request(
                "PATCH", f"conversations/{group['_id']}/members/{person.id}", {"role": kind}
            )
        return group["_id"]  # type: ignore[no-any-return]

    async def _tidy_up(self, name: str, kind: str) -> None:
        """Put the group's members back as they were."""
        members = f"conversations/{self.group_id}/members"
        if name in ("user-added-to-group", "POST conversations/{conversation_id}/members"):
            await self.owner.request("DELETE", f"{members}/{self.extra.id}")
        elif name in ("user-removed-from-group", "DELETE conversations/{conversation_id}/members/{user_id}"):
            await self.owner.post(members, {"userId": self.target.id})
        elif name == "PATCH conversations/{conversation_id}/members/{user_id}":
            await self.owner.request("PATCH", f"{members}/{self.target.id}", {"role": "member"})


def question(name: str) -> Json:
    """The fields of an event or a route, those of its path included, with placeholders."""
    parameters = ROUTES[name].parameters if name in ROUTES else []
    return {key: PARAMETERS[key] for key in parameters if key not in FIELDS[name]} | FIELDS[name]


def placeholders(value: Any) -> set[str]:
    """All texts in a value, however deep; among them the placeholders."""
    if isinstance(value, dict):
        return {*value}.union(*(placeholders(part) for part in value.values()))
    if isinstance(value, list):
        return set().union(*(placeholders(part) for part in value))
    return {value} if isinstance(value, str) else set()


def substitute(value: Any, things: Json) -> Any:
    """The value with things in the place of placeholders."""
    if isinstance(value, dict):
        return {things.get(key, key): substitute(part, things) for key, part in value.items()}
    if isinstance(value, list):
        return [substitute(part, things) for part in value]
    return things.get(value, value) if isinstance(value, str) else value


async def write(sender: Person, conversation_id: str, *, is_deleted: bool = False) -> str:
    """Send a message, and take it back again when it is to be a deleted one; returns its id."""
    sent = await sender.post(f"conversations/{conversation_id}/messages", {"content": f"by {sender.name}"})
    if is_deleted:
        await sender.request("DELETE", f"messages/{sent['messageId']}")
    return sent["messageId"]  # type: ignore[no-any-return]


async def write_file(sender: Person, conversation_id: str) -> str:
    """Send a message with a picture; returns the picture's id."""
    picture = await sender.upload(PICTURE)
    await sender.post(f"conversations/{conversation_id}/messages", {"attachments": [picture["_id"]]})
    return picture["_id"]  # type: ignore[no-any-return]


async def make_world(server: ServerProcess) -> World:
    """Fill an empty server, and open a socket for everyone who may have one."""
    town = Town(server)
    people = {"owner": await town.person("owner")}
    for kind in KINDS[1:]:
        people.setdefault(kind, await town.person(kind))
    target, extra = await town.people("target", "extra")
    owner, blocked = people["owner"], people["blocked"]
    members = [people[kind] for kind in ("ex-member", "member", "moderator", "admin", "disabled")]
    group = (await owner.group_with(*members, target))["_id"]
    direct = (await blocked.direct_with(target))["_id"]
    elsewhere = (await target.group_with(extra, name="Elsewhere"))["_id"]
    files = {place: await write_file(target, place) for place in (group, direct)}
    world = World(
        server, people, target, extra, group, direct, elsewhere, await write(target, elsewhere), files
    )
    for role in ("moderator", "admin"):
        await owner.request("PATCH", f"conversations/{group}/members/{people[role].id}", {"role": role})
    for kind, count in (("blocked", MESSAGES_KEPT), ("ex-member", 2), ("disabled", 2)):
        for whose, sender in (("own", people[kind]), ("another's", target), ("deleted", people[kind])):
            world.kept[kind, whose] = [
                await write(sender, world.place(kind), is_deleted=whose == "deleted") for _ in range(count)
            ]
    await owner.request("DELETE", f"conversations/{group}/members/{people['ex-member'].id}")
    await target.request("PUT", f"contacts/{blocked.id}/block")
    await _promote_and_disable(world)
    for kind in KINDS[1:-1]:
        world.devices[kind] = await people[kind].connect()
    return world


async def _promote_and_disable(world: World) -> None:
    """What no route does yet: the administrator of the instance, and the disabled account."""
    await world.server.stop()
    with sqlite3.connect(world.server.database_path) as file:
        file.execute("UPDATE users SET role = 'admin' WHERE id = ?", (world.people["admin"].id,))
        file.execute(
            "UPDATE users SET disabled_at = '2026-01-01 00:00:00' WHERE id = ?",
            (world.people["disabled"].id,),
        )
    await world.server.start()
