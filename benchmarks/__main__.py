"""The command line behind `bin/bench`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CalledProcessError

import click
import uvloop

from benchmarks import fanout, growth, memory, picture, reading, report, sends
from benchmarks.run import Options, Run
from benchmarks.servers import LOAD_CORE, PEERS, has_two_cores, node
from chat.bench.connection import Refused
from chat.bench.load import Incomplete
from chat.bench.server import ROOT, ServerFailed

Measure = Callable[[Run], Awaitable[None]]
SCENARIOS: dict[str, Measure] = {
    "P1": fanout.measure,
    "P2": sends.measure,
    "P3": memory.measure,
    "P4": growth.measure,
    "P5": reading.measure,
    "P6": reading.measure_start,
}
WITH_NODE = {"P1", "P2"}
RESULTS = ROOT / "benchmarks/results"
PAGE = ROOT / "docs/performance.md"
PAGE_PICTURE = ROOT / "docs/images/performance.svg"
BEGIN, END = "<!-- bin/bench writes from here -->\n", "<!-- to here -->\n"
QUICK = Options(rounds=1, seconds=1.5, warm_up=0.5, scale=0.05)
IN_MEMORY = ("tmpfs", "ramfs")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("scenarios", nargs=-1, type=click.Choice(list(SCENARIOS), case_sensitive=False))
@click.option("--rounds", type=click.IntRange(1), help="Rounds of each comparison, medians of which count.")
@click.option("--seconds", type=click.FloatRange(0.2), help="How long each window is looked at.")
@click.option(
    "--quick", is_flag=True, help="One short round with small crowds: shows that it works, measures little."
)
@click.option("--markdown", is_flag=True, help="Write tables and picture into docs/, too.")
def main(
    scenarios: tuple[str, ...], rounds: int | None, seconds: float | None, quick: bool, markdown: bool
) -> None:
    """Measure Causerie against its marks and its peers.

    P1 fan-out, P2 sends, P3 memory, P4 growth, P5 reading, P6 start; all of them unless some are named.
    """
    base = QUICK if quick else Options()
    options = Options(rounds or base.rounds, seconds or base.seconds, base.warm_up, base.scale)
    wanted = scenarios or tuple(SCENARIOS)
    if WITH_NODE.intersection(wanted):
        _require_peers()
    if has_two_cores():
        os.sched_setaffinity(0, {LOAD_CORE})
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=RESULTS, prefix="run-") as folder:
        run, on = Run(options, Path(folder)), report.machine(Path(folder))
        if on["file_system"] in IN_MEMORY:
            _fail(
                f"{RESULTS} is in memory ({on['file_system']}), where storing costs nothing: use a copy on a disk"
            )
        ending = _run(run, wanted)
    # What was measured until then has cost minutes.
    _write(run, on, markdown and ending is None)
    if ending is not None:
        _fail(ending)


def _run(run: Run, scenarios: tuple[str, ...]) -> str | None:
    """Measure; what ended it before its time, if anything did."""
    try:
        uvloop.run(_measure(run, scenarios))
    except (Refused, Incomplete, ServerFailed, CalledProcessError, TimeoutError) as error:
        return f"{type(error).__name__}: {error}"
    except KeyboardInterrupt:
        return "stopped"
    return None


async def _measure(run: Run, scenarios: tuple[str, ...]) -> None:
    for name in scenarios:
        began = time.monotonic()
        await SCENARIOS[name](run)
        print(f"  {name} took {time.monotonic() - began:.0f} s", flush=True)


def _write(run: Run, on: dict[str, object], markdown: bool) -> None:
    stamp = RESULTS / f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
    stamp.with_suffix(".json").write_text(report.as_json(run, on), encoding="utf-8")
    stamp.with_suffix(".svg").write_text(picture.draw(run), encoding="utf-8")
    print(f"\n{report.as_text(run)}\n\nAll figures: {stamp.relative_to(ROOT)}.json; as a picture: .svg")
    if markdown:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n{report.as_markdown(run, on)}\n{END}{after}", encoding="utf-8")
        PAGE_PICTURE.write_text(picture.draw(run), encoding="utf-8")


def _require_peers() -> None:
    if shutil.which(node()) is None:
        _fail("the comparison needs Node 20 or newer: install it, set NODE to it, or name other scenarios")
    if not (PEERS / "node/node_modules").is_dir():
        _fail("the Node peer is not installed: run bin/bench, or `npm ci` in benchmarks/peers/node")


def _fail(message: str) -> None:
    print(f"causerie: {message}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
