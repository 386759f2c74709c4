"""What the bench has seen, in figures: one line a promise, shown after the run and kept in `build/faults.txt`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

FILE = Path(__file__).parents[2] / "build" / "faults.txt"


class Figures:
    """Lines in the order in which the promises were tried."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def tell(self, promise: str, **figures: object) -> None:
        """Add one line; names are words with underscores, floats are rounded."""
        told = ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in figures.items())
        self.lines.append(f"{promise:<4} {told}")


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def _plain(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
