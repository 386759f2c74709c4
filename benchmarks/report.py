"""What a run has found, for people and for programs: tables, JSON, Markdown, a picture."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.run import Run, number
from benchmarks.servers import has_two_cores, node

NAMES = {
    "causerie": "Causerie",
    "node-full": "Socket.IO on Node, FULL",
    "node-normal": "Socket.IO on Node, NORMAL",
    "stock": "python-socketio as it comes",
}
PICTURE = "![The medians of each server as bars](images/performance.svg)"
# Above this share of its core the generator, not the server, may have been what was measured.
GENERATOR_IS_BUSY = 0.85


def machine(folder: Path) -> dict[str, Any]:
    """What the figures were measured on, without its name."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "server_and_load_on_own_cores": has_two_cores(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "node": _said_by(node(), "--version"),
        "file_system": _said_by("stat", "--file-system", "--format=%T", str(folder)),
    }


def as_json(run: Run, on: dict[str, Any]) -> str:
    """All samples and marks, and what they were measured on."""
    samples = [
        {"scenario": scenario, "case": case, "server": server, "rounds": rounds}
        for (scenario, case, server), rounds in run.samples.items()
    ]
    marks = [{**asdict(mark), "met": mark.is_met} for mark in run.marks]
    when = datetime.now(UTC).isoformat(timespec="seconds")
    found = {"when": when, "machine": on, "options": asdict(run.options), "marks": marks, "samples": samples}
    return json.dumps(found, indent=1) + "\n"


def as_text(run: Run) -> str:
    """The marks, and whether the generator was in the way."""
    width = max((len(mark.what) for mark in run.marks), default=0)
    lines = [
        f"{mark.scenario}  {mark.what:<{width}}  {number(mark.measured):>7}  {mark.sign} {mark.wanted:<8} "
        f"{'met' if mark.is_met else 'MISSED'}"
        for mark in run.marks
    ]
    return "\n".join([*lines, *(f"! {line}" for line in _doubts(run))])


def as_markdown(run: Run, on: dict[str, Any]) -> str:
    """The marks and the medians as Markdown tables, with what they were measured on."""
    rounds, seconds = run.options.rounds, run.options.seconds
    measured = (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {on['processor']}, {on['cores']} cores, Linux {on['kernel']}, "
        f"Python {on['python']}, Node {on['node'].removeprefix('v')}, {on['file_system']}; medians of {rounds} rounds, "
        f"windows of {seconds:g} s."
    )
    marks = [
        [mark.scenario, mark.what, number(mark.measured), f"{mark.sign} {mark.wanted}", _answer(mark.is_met)]
        for mark in run.marks
    ]
    parts = [
        "## What came out",
        measured,
        PICTURE,
        _markdown_table(["", "what", "measured", "mark", "met"], marks),
    ]
    for scenario in dict.fromkeys(key[0] for key in run.samples):
        parts += [_markdown_table(header, rows) for header, rows in _tables(run, scenario)]
    return "\n\n".join([*parts, *_doubts(run)]) + "\n"


def _tables(run: Run, scenario: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """The medians of a scenario: one table for all cases that have the same figures."""
    groups: dict[tuple[str, ...], list[list[str]]] = {}
    for (name, case, server), rounds in run.samples.items():
        if name == scenario:
            medians = [number(statistics.median(one[figure] for one in rounds)) for figure in rounds[0]]
            groups.setdefault(tuple(rounds[0]), []).append([case, NAMES[server], *medians])
    for titles, rows in groups.items():
        yield [scenario, "server", *(title.replace("_", " ") for title in titles)], rows


def _answer(is_met: bool) -> str:
    return "yes" if is_met else "**no**"


def _markdown_table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _doubts(run: Run) -> list[str]:
    """What speaks against the figures."""
    busy = [
        f"{scenario} {case}, {NAMES[server]}: the generator used {most:.0%} of its core and may have been the limit."
        for (scenario, case, server), rounds in run.samples.items()
        if (most := max(one.get("generator_share", 0.0) for one in rounds)) > GENERATOR_IS_BUSY
    ]
    if not has_two_cores():
        busy.append(
            "There is only one core: server and load took it from each other, and no figure means much."
        )
    return busy


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _said_by(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
