"""Anything that people may do, in any order: the state before and the events are the state after, whatever the way."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.convergence.acts import ACTS, DIRECT_ACTS, Act
from tests.convergence.cast import PARTS, Cast
from tests.convergence.store import Store
from tests.convergence.story import converges
from tests.faults.scale import IS_LONG, scaled

FEWEST_ACTS = 5
MOST_ACTS = 25
MOST_ACTS_BEFORE = 12
MOST_PICKS = 23
# There must be something to do things to.
KINDS = (*ACTS, "send", "send", "send")
DIRECT_KINDS = (*DIRECT_ACTS, "send")

sequences = settings(
    deadline=None,
    # Shrinking plays hundreds of stories more: for the long run, which no watchdog ends.
    phases=scaled(short=(Phase.generate,), long=tuple(Phase)),
    database=None,
    # The same stories in every short run; new ones in each long one.
    derandomize=not IS_LONG,
    suppress_health_check=list(HealthCheck),
)
picks = st.integers(0, MOST_PICKS)
acts = st.builds(Act, st.sampled_from(PARTS), st.sampled_from(KINDS), st.sampled_from(PARTS), picks)
direct_acts = st.builds(Act, st.sampled_from(("member", "leaver")), st.sampled_from(DIRECT_KINDS), pick=picks)
chances = st.integers(0, 2**32).map(random.Random)


@settings(sequences, max_examples=scaled(short=15, long=1000))
@given(
    before=st.lists(acts, max_size=MOST_ACTS_BEFORE),
    then=st.lists(acts, min_size=FEWEST_ACTS, max_size=MOST_ACTS),
    chance=chances,
)
async def test_group_converges_when_anything_happens(
    store: Store, cast: Cast, before: list[Act], then: list[Act], chance: random.Random
) -> None:
    await converges(store, await cast.group(), before, then, chance=chance)


@settings(sequences, max_examples=scaled(short=5, long=200))
@given(then=st.lists(direct_acts, min_size=FEWEST_ACTS, max_size=MOST_ACTS), chance=chances)
async def test_direct_conversation_converges_when_anything_happens(
    store: Store, cast: Cast, then: list[Act], chance: random.Random
) -> None:
    await converges(store, await cast.direct(), [], then, chance=chance)
