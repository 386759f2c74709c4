"""What the bench has seen, in figures: one line a promise, shown after the run and kept in `build/faults.txt`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

FILE = Path(__file__).parents[2] / "build" / "faults.txt"


class Figures:
    """Collects lines; tells them in the order of the promises."""

    def __init__(self) -> None:
        self._told: list[tuple[int, str]] = []

    def tell(self, promise: str, **figures: object) -> None:
        """Add one line; names are words with underscores, floats are rounded."""
        told = ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in figures.items())
        self._told.append((int(promise.removeprefix("R")), f"{promise:<4} {told}"))

    @property
    def lines(self) -> list[str]:
        return [line for _, line in sorted(self._told, key=lambda each: each[0])]


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def _plain(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
