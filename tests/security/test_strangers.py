"""What one may not see does not exist.

A stranger and an ex-member get, letter for letter, the answer for an id that was invented, from every route and
every event that names a conversation or a message.
"""

from __future__ import annotations

import json

import pytest

from chat.ids import new_id
from tests.people import Json
from tests.security.world import (
    EXTRA,
    FIELDS,
    MESSAGE,
    NEW_GROUP,
    PLACE,
    ROUTES,
    TARGET,
    WORDS,
    World,
    placeholders,
    question,
    substitute,
    write,
)

# It names conversations too, but asks what one has missed in all of one's own: see the last tests.
LISTS = {"reconnect"}
ABOUT_OBJECTS = [
    name
    for name in FIELDS
    if name not in LISTS and placeholders(question(name)) & {PLACE, MESSAGE, NEW_GROUP}
]
MESSAGES_IN_CONVERSATIONS = [
    name for name in ABOUT_OBJECTS if {PLACE, MESSAGE} <= placeholders(question(name))
]


async def answer(
    world: World, name: str, kind: str, conversation_id: str, message_id: str
) -> tuple[int, bytes]:
    """Status (of an event: 0) and body of the answer, as they came."""
    things = {
        PLACE: conversation_id,
        NEW_GROUP: conversation_id,
        MESSAGE: message_id,
        TARGET: world.target.id,
        EXTRA: world.extra.id,
        WORDS: "words",
    }
    fields: Json = substitute(question(name), things)
    if name in ROUTES:
        response = await world.request(name, kind, fields)
        return response.status_code, response.content
    return 0, json.dumps(await world.devices[kind].call(name, fields)).encode()


@pytest.mark.parametrize("kind", ["stranger", "ex-member"])
@pytest.mark.parametrize("name", ABOUT_OBJECTS)
async def test_answer_is_that_for_an_invented_id_when_the_object_is_not_theirs(
    world: World, name: str, kind: str
) -> None:
    message_id = await write(world.target, world.group_id)
    real = await answer(world, name, kind, world.group_id, message_id)
    invented = await answer(world, name, kind, new_id(), new_id())
    assert real == invented
    assert json.loads(real[1])["code"] == "not_found"


@pytest.mark.parametrize("name", MESSAGES_IN_CONVERSATIONS)
async def test_message_is_not_found_when_a_member_names_another_conversation_with_it(
    world: World, name: str
) -> None:
    """Neither a message of elsewhere through one's own group, nor one of the group through elsewhere."""
    own = await write(world.people["member"], world.group_id)
    invented = await answer(world, name, "member", world.group_id, new_id())
    for conversation_id, message_id in (
        (world.group_id, world.message_elsewhere),
        (world.elsewhere_id, world.message_elsewhere),
        (world.elsewhere_id, own),
    ):
        assert await answer(world, name, "member", conversation_id, message_id) == invented


async def test_nothing_comes_back_when_a_stranger_reconnects_with_cursors_of_others(world: World) -> None:
    stranger = world.devices["stranger"]
    told = await stranger.call("reconnect", {"cursors": {world.group_id: 0, world.elsewhere_id: 0}})
    assert told["count"] == 0
    missed = await stranger.wait_for("missed-messages")
    assert missed["messages"] == []


async def test_nothing_has_reached_the_stranger_when_all_has_been_asked(world: World) -> None:
    """What the stranger's socket has heard during all the questions of this folder so far."""
    heard = json.dumps([received.data for received in world.devices["stranger"].received])
    assert world.group_id not in heard
    assert world.elsewhere_id not in heard
