"""How much the bench does: a short run for every check, a long one for figures worth telling (`FAULTS=long`)."""

from __future__ import annotations

import os
import random
from typing import TypeVar

T = TypeVar("T")

IS_LONG = os.environ.get("FAULTS") == "long"
# The same faults at the same moments in every run, as far as a machine's own hurry allows.
SEED = int(os.environ.get("FAULTS_SEED", "20261"))


def scaled(*, short: T, long: T) -> T:
    """One of two sizes of the same thing."""
    return long if IS_LONG else short


def dice(promise: str) -> random.Random:
    """Chance for one promise, its own and repeatable."""
    return random.Random(f"{SEED}:{promise}")  # noqa: S311 - moments of faults, not secrets
