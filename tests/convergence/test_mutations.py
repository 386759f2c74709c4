"""Each mutation by itself: the state before and the events it makes are the state after, for everyone."""

from __future__ import annotations

import pytest

from tests.convergence.acts import ACTS, DIRECT_ACTS, Act
from tests.convergence.cast import FIRST_MEMBERS, Cast
from tests.convergence.store import Store
from tests.convergence.story import converges
from tests.faults.scale import dice

BEFORE = (
    Act("owner", "send", pick=1),
    Act("member", "send", pick=0),
    Act("leaver", "send", pick=4),
    Act("member", "add_reaction", pick=0),
    Act("owner", "mark_read", pick=1),
    # The leaver alone has not got everything: as they confirm it or go, it has reached everyone.
    *(Act(who, "mark_delivered") for who in ("admin", "moderator", "member", "hidden")),
)
# Pick 0 is the owner's first message, or the actor's own.
MUTATIONS = {
    "send": Act("member", "send", pick=1),
    "a reply": Act("member", "send", pick=3),
    "send_file": Act("member", "send_file"),
    "edit": Act("leaver", "edit"),
    "delete": Act("owner", "delete"),
    "delete by a moderator": Act("moderator", "delete", pick=1),
    "add_reaction": Act("hidden", "add_reaction", pick=1),
    "remove_reaction": Act("member", "remove_reaction", pick=0),
    "mark_read": Act("member", "mark_read", pick=1),
    "mark_read in secret": Act("hidden", "mark_read", pick=1),
    "mark_delivered": Act("leaver", "mark_delivered"),
    "add_member": Act("moderator", "add_member", "late"),
    "remove_member": Act("admin", "remove_member", "leaver"),
    "leave": Act("leaver", "leave"),
    "leave to a successor": Act("owner", "leave", "member", 1),
    "change_role": Act("owner", "change_role", "member", 2),
    "rename": Act("admin", "rename"),
    "describe": Act("owner", "describe"),
    "change_face": Act("admin", "change_face"),
}
DIRECT_BEFORE = (Act("member", "send", pick=1), Act("leaver", "send", pick=0), Act("member", "add_reaction"))
DIRECT_MUTATIONS = {what: Act("member", what, pick=0) for what in DIRECT_ACTS}


def test_every_kind_of_act_has_its_mutation() -> None:
    assert {act.what for act in MUTATIONS.values()} == set(ACTS)


@pytest.mark.parametrize("what", MUTATIONS)
async def test_group_converges_when_one_thing_happens(store: Store, cast: Cast, what: str) -> None:
    group = await cast.group()
    act = MUTATIONS[what]
    done = await converges(store, group, BEFORE, [act], chance=dice(what))
    assert done[act.what] == 1


async def test_message_stays_sent_when_all_others_come_later(store: Store, cast: Cast) -> None:
    group = await cast.group()
    alone = [Act("owner", "remove_member", part) for part in FIRST_MEMBERS[1:]]
    later = [Act("owner", "add_member", "late"), Act("late", "mark_read", pick=1)]
    done = await converges(store, group, [*alone, Act("owner", "send", pick=1)], later, chance=dice("alone"))
    assert done == {"add_member": 1, "mark_read": 1}


@pytest.mark.parametrize("what", DIRECT_MUTATIONS)
async def test_direct_conversation_converges_when_one_thing_happens(
    store: Store, cast: Cast, what: str
) -> None:
    pair = await cast.direct()
    done = await converges(store, pair, DIRECT_BEFORE, [DIRECT_MUTATIONS[what]], chance=dice(what))
    assert done[what] == 1
