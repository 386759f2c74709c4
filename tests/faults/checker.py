"""The judge: pure functions over what was sent, acked, received and stored. Each returns the wrongs; [] is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeVar

H = TypeVar("H", bound=Hashable)


def lost(acked: Iterable[H], stored: Iterable[H]) -> list[H]:
    """What was acknowledged and is not there (R1)."""
    there = set(stored)
    return [each for each in acked if each not in there]


def doubled(stored: Iterable[H]) -> list[H]:
    """What is there more than once (R2), or was received more than once where once was promised."""
    return [each for each, count in Counter(stored).items() if count > 1]


def holes(seqs: Iterable[int], last_seq: int) -> list[int]:
    """The numbers from 1 to `last_seq` that nothing carries (R3)."""
    there = set(seqs)
    return [seq for seq in range(1, last_seq + 1) if seq not in there]


def disorder(seqs: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbours of which the second should not have come after the first."""
    return [(before, after) for before, after in pairwise(seqs) if after <= before]


def gaps(seqs: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbours between which something is missing."""
    return [(before, after) for before, after in pairwise(seqs) if after > before + 1]


def overtaken(sent: Sequence[H], seq_of: Mapping[H, int]) -> list[tuple[H, H]]:
    """One sender's messages, in the order of sending, of which the later one has the lower number (R3)."""
    stored = [each for each in sent if each in seq_of]
    return [(before, after) for before, after in pairwise(stored) if seq_of[after] < seq_of[before]]


def differences(mine: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Where a client's picture is not what a fresh fetch shows: {id: (mine, fresh)} (R4, R5)."""
    return {
        each: (mine.get(each), fresh.get(each))
        for each in {**mine, **fresh}
        if mine.get(each) != fresh.get(each)
    }


def after_the_end(seqs: Iterable[int], end_seq: int) -> list[int]:
    """What somebody still got although it happened after they had been removed (R8)."""
    return [seq for seq in seqs if seq > end_seq]
