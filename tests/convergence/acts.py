"""What people do in a conversation. Not everyone may do everything: a refusal is an outcome, too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.convergence.cast import Group
from tests.files import picture
from tests.people import Json

EMOJI = ("👍", "❤️", "🎉")
COLOURS = ("red", "green", "yellow")
ROLES = ("member", "moderator", "admin", "owner")
REFUSALS = {"forbidden", "not_found", "conflict"}


@dataclass(frozen=True)
class Act:
    """Somebody (a part) does something, perhaps to somebody; `pick` chooses among what there is."""

    who: str
    what: str
    whom: str = "member"
    pick: int = 0

    async def perform(self, group: Group) -> bool:
        """Do it; whether it was allowed. Raises AssertionError for an answer that nobody should get."""
        answer = await ACTS[self.what](self, group)
        if not answer["success"]:
            assert answer["code"] in REFUSALS or is_no_successor(answer), answer
        return bool(answer["success"])

    async def emit(self, group: Group, event: str, **data: object) -> Json:
        device = group.cast.players[self.who].device
        return await device.call(event, {"conversationId": group.id, **data})

    async def request(self, group: Group, method: str, path: str, body: Json) -> Json:
        person = group.cast.players[self.who].person
        response = await person.request(method, f"conversations/{group.id}/{path}", body)
        return {"success": response.is_success, **response.json()}


def is_no_successor(answer: Json) -> bool:
    """Whether the one named as a successor is not in the group."""
    return answer["code"] == "bad_request" and answer["details"] == {"field": "successorId"}


async def send(act: Act, group: Group) -> Json:
    reply = {"replyTo": _picked(act, group)} if group.sent and act.pick % 3 == 0 else {}
    answer = await act.emit(group, "send-message", content=f"{act.who} says {act.pick}", **reply)
    if answer["success"]:
        group.sent.append((answer["messageId"], act.who))
    return answer


async def send_file(act: Act, group: Group) -> Json:
    file = await group.cast.players[act.who].person.upload(b"in a file")
    answer = await act.emit(group, "send-message", attachments=[file["_id"]])
    if answer["success"]:
        group.sent.append((answer["messageId"], act.who))
    return answer


async def edit(act: Act, group: Group) -> Json:
    own = group.sent_by(act.who)
    if not own:
        return await send(act, group)
    message_id = own[act.pick % len(own)]
    return await act.emit(group, "edit-message", messageId=message_id, content=f"rather {act.pick}")


async def delete(act: Act, group: Group) -> Json:
    if not group.sent:
        return await send(act, group)
    return await act.emit(group, "delete-message", messageId=_picked(act, group))


async def add_reaction(act: Act, group: Group) -> Json:
    return await _react(act, group, "add-reaction")


async def remove_reaction(act: Act, group: Group) -> Json:
    return await _react(act, group, "remove-reaction")


async def mark_read(act: Act, group: Group) -> Json:
    seq = {} if act.pick % 2 else {"seq": act.pick}
    return await act.emit(group, "mark-conversation-as-read", **seq)


async def mark_delivered(act: Act, group: Group) -> Json:
    return await act.emit(group, "mark-conversation-as-delivered", seq=act.pick if act.pick % 2 else 10_000)


async def add_member(act: Act, group: Group) -> Json:
    return await act.emit(group, "user-added-to-group", newUserId=group.cast.players[act.whom].id)


async def remove_member(act: Act, group: Group) -> Json:
    return await act.emit(group, "user-removed-from-group", removedUserId=group.cast.players[act.whom].id)


async def leave(act: Act, group: Group) -> Json:
    successor = {"successorId": group.cast.players[act.whom].id} if act.pick % 2 else {}
    return await act.request(group, "POST", "leave", successor)


async def change_role(act: Act, group: Group) -> Json:
    role = ROLES[act.pick % len(ROLES)]
    return await act.request(group, "PATCH", f"members/{group.cast.players[act.whom].id}", {"role": role})


async def rename(act: Act, group: Group) -> Json:
    return await act.emit(group, "group-info-updated", updates={"name": f"Name {act.pick}"})


async def describe(act: Act, group: Group) -> Json:
    return await act.emit(group, "group-info-updated", updates={"description": f"About {act.pick}"})


async def change_face(act: Act, group: Group) -> Json:
    person = group.cast.players[act.who].person
    content = picture(left=COLOURS[act.pick % len(COLOURS)])
    response = await person.offer(content, to=("PUT", f"conversations/{group.id}/avatar"))
    return {"success": response.is_success, **response.json()}


async def _react(act: Act, group: Group, event: str) -> Json:
    if not group.sent:
        return await send(act, group)
    emoji = EMOJI[act.pick % len(EMOJI)]
    return await act.emit(group, event, messageId=_picked(act, group), emoji=emoji)


def _picked(act: Act, group: Group) -> str:
    return group.sent[act.pick % len(group.sent)][0]


ACTS: dict[str, Callable[[Act, Group], Awaitable[Json]]] = {
    act.__name__: act
    for act in (
        send,
        send_file,
        edit,
        delete,
        add_reaction,
        remove_reaction,
        mark_read,
        mark_delivered,
        add_member,
        remove_member,
        leave,
        change_role,
        rename,
        describe,
        change_face,
    )
}
# What a direct conversation knows of.
DIRECT_ACTS = (
    "send",
    "send_file",
    "edit",
    "delete",
    "add_reaction",
    "remove_reaction",
    "mark_read",
    "mark_delivered",
)
