"""One run of the bench: its options, its folder on the real disk, what it has measured so far."""

from __future__ import annotations

import contextlib
import shutil
import statistics
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.servers import Contender
from benchmarks.world import World
from chat.bench.server import ServerProcess
from chat.bench.traffic import Window

MICRO, MILLI = 1e6, 1e3
THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Options:
    """How thorough: rounds per comparison, seconds per window; `scale` shrinks histories and crowds."""

    rounds: int = 3
    seconds: float = 3.0
    warm_up: float = 1.0
    scale: float = 1.0

    def scaled(self, number: int, least: int = 1) -> int:
        return max(least, round(number * self.scale))


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of the design: what was measured, what it must be, whether it is."""

    scenario: str
    what: str
    measured: float | None  # None: it could not be brought so far
    sign: str  # ≥ or ≤
    bound: float
    unit: str = ""

    @property
    def wanted(self) -> str:
        return f"{self.bound:g} {self.unit}".strip()

    @property
    def is_met(self) -> bool:
        if self.measured is None:
            return False
        return self.measured >= self.bound if self.sign == "≥" else self.measured <= self.bound


def number(value: float | None) -> str:
    """A figure with as many digits as mean something."""
    if value is None:
        return "nothing"
    if abs(value) >= THOUSAND:
        return f"{value:,.0f}"
    return f"{value:.3g}"


Key = tuple[str, str, str]  # scenario, case, contender


@dataclass(slots=True)
class Run:
    """What has been measured: for each scenario, case and contender, one dictionary of figures a round."""

    options: Options
    folder: Path
    samples: defaultdict[Key, list[dict[str, float]]] = field(default_factory=lambda: defaultdict(list))
    marks: list[Mark] = field(default_factory=list)
    # Worlds that several scenarios share, by how many messages are in them.
    worlds: dict[int, World] = field(default_factory=dict)
    _round: int = 0

    def note(self, scenario: str, case: str, contender: str, figures: dict[str, float]) -> None:
        """Keep one round's figures, and show them."""
        self.samples[scenario, case, contender].append(figures)
        shown = "  ".join(f"{name} {number(value)}" for name, value in figures.items())
        print(f"  {scenario} {case:<16} {contender:<12} {shown}", flush=True)

    def median(self, scenario: str, case: str, contender: str, figure: str) -> float:
        return statistics.median(sample[figure] for sample in self.samples[scenario, case, contender])

    def mark(
        self, scenario: str, what: str, measured: float | None, sign: str, bound: float, unit: str = ""
    ) -> None:
        self.marks.append(Mark(scenario, what, measured, sign, bound, unit))

    @contextlib.asynccontextmanager
    async def serving(self, contender: Contender, world: World) -> AsyncIterator[ServerProcess]:
        """A fresh process on a fresh copy of the world's data, gone afterwards."""
        self._round += 1
        folder = self.folder / f"round-{self._round}"
        folder.mkdir()
        server = contender.make(world, folder)
        try:
            await server.start()
            yield server
        finally:
            await server.stop()
            shutil.rmtree(folder)


def delivery_figures(window: Window) -> dict[str, float]:
    """What deliveries cost: rates per second, times in ms, CPU in µs, shares of one core."""
    return {
        "deliveries_per_s": window.deliveries / window.seconds,
        "cpu_us_per_delivery": window.server_cpu_s * MICRO / max(1, window.deliveries),
        "delivery_p50_ms": window.delivery.p50 * MILLI,
        "delivery_p99_ms": window.delivery.p99 * MILLI,
        **_shares(window),
    }


def send_figures(window: Window) -> dict[str, float]:
    """What acknowledged sends cost: rates per second, times in ms, CPU in µs, shares of one core."""
    return {
        "sends_per_s": window.acked / window.seconds,
        "cpu_us_per_send": window.server_cpu_s * MICRO / max(1, window.acked),
        "ack_p50_ms": window.ack.p50 * MILLI,
        "ack_p99_ms": window.ack.p99 * MILLI,
        **_shares(window),
    }


def _shares(window: Window) -> dict[str, float]:
    return {"server_share": window.server_share, "generator_share": window.generator_share}
