"""A story: people do things in a conversation, and everyone's page is compared with a fresh fetch, whatever the way."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Sequence

from tests.convergence.acts import Act
from tests.convergence.cast import Group
from tests.convergence.changes import tells_what_was_told
from tests.convergence.store import Store
from tests.convergence.viewer import Viewer
from tests.convergence.ways import WAYS

# How much of the history a page holds: all, a little, or none, as the conversation was not opened.
DEPTHS = (200, 2, None)


async def converges(
    store: Store,
    group: Group,
    before: Sequence[Act],
    acts: Sequence[Act],
    *,
    chance: random.Random,
) -> Counter[str]:
    """Play `before`, take everyone's state, play `acts`: state and events equal a fresh fetch, for everyone, and
    `get-changes` tells the events again.

    Returns how often each kind of act was allowed.
    """
    for act in before:
        await act.perform(group)
    await group.cast.settled()
    depths = itertools.islice(itertools.cycle(DEPTHS), chance.randrange(len(DEPTHS)), None)
    viewers = [
        Viewer(store, player, group, depth)
        for player, depth in zip(group.cast.players.values(), depths, strict=False)
    ]
    await asyncio.gather(*(viewer.begin() for viewer in viewers))
    done = Counter([act.what for act in acts if await act.perform(group)])
    await group.cast.settled()
    await asyncio.gather(*(viewer.end() for viewer in viewers))
    for viewer in viewers:
        for way in WAYS:
            await way(viewer, chance)
        await tells_what_was_told(viewer.player, group)
    store.close_all()
    return done
