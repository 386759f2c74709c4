"""`get-changes` gives one entry for each `seq`, and each is the live event again."""

from __future__ import annotations

from tests.convergence.acts import Act
from tests.convergence.cast import Cast
from tests.convergence.changes import list_changes, tells_what_was_told

# Everything that takes a number, and what takes none in between.
STORY = (
    Act("owner", "send", pick=1),
    Act("member", "send", pick=3),
    Act("member", "mark_read", pick=1),
    Act("member", "edit"),
    Act("leaver", "send", pick=4),
    Act("leaver", "edit"),
    Act("hidden", "add_reaction", pick=1),
    Act("hidden", "add_reaction", pick=1),
    Act("admin", "add_reaction", pick=0),
    Act("admin", "remove_reaction", pick=0),
    Act("moderator", "delete", pick=2),
    Act("admin", "mark_delivered"),
    Act("moderator", "add_member", "late"),
    Act("owner", "change_role", "member", 1),
    Act("admin", "rename"),
    Act("owner", "describe"),
    Act("admin", "remove_member", "hidden"),
    Act("leaver", "leave"),
    Act("owner", "add_member", "leaver"),
    Act("owner", "leave", "member", 1),
)
SETUP_SEQS = 2  # the roles of admin and moderator
WITHOUT_SEQ = ("mark_read", "mark_delivered")


async def test_changes_are_dense_and_in_the_live_events_own_words(cast: Cast) -> None:
    group = await cast.group()
    for act in STORY:
        assert await act.perform(group), act
    await cast.settled()
    # A reaction that is there already takes no number; who leaves the group to a new admin takes two.
    expected = SETUP_SEQS + sum(act.what not in WITHOUT_SEQ for act in STORY) - 1 + 1
    assert len(await list_changes(cast.players["admin"], group)) == expected
    assert await tells_what_was_told(cast.players["admin"], group) == expected
    for part in ("moderator", "member", "late", "leaver"):
        assert await tells_what_was_told(cast.players[part], group) > 0
    assert await tells_what_was_told(cast.players["owner"], group) == 0


async def test_text_that_was_deleted_is_in_no_change(cast: Cast) -> None:
    group = await cast.group()
    for act in (Act("owner", "send", pick=77), Act("owner", "edit", pick=88), Act("moderator", "delete")):
        assert await act.perform(group)
    told = str(await list_changes(cast.players["member"], group))
    assert "says 77" not in told
    assert "rather 88" not in told
