"""`chat bench`: one sentence for who runs a server, and nothing left behind, however it ends."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import ROOT

ENDS_WITHIN_S = 60


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder that does not exist yet; afterwards nothing of a bench is in its place or runs."""
    yield tmp_path / "data"
    assert list(tmp_path.iterdir()) == []
    assert _processes_of(tmp_path) == []


def _processes_of(folder: Path) -> list[str]:
    """The processes that were given something in the folder."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(folder).encode() in environment.read_bytes():
                found.append(environment.parent.name)
        except OSError:
            continue  # it has just ended, or is somebody else's
    return found


async def _start(folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chat", "bench", "--folder", str(folder), *arguments),
        cwd=ROOT,
        env={},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _end(process: asyncio.subprocess.Process) -> tuple[int, str, str]:
    """Exit status, stdout, stderr."""
    out, err = await asyncio.wait_for(process.communicate(), ENDS_WITHIN_S)
    return process.returncode or 0, out.decode(), err.decode()


async def test_it_says_in_one_sentence_how_many_people_this_machine_carries(folder: Path) -> None:
    process = await _start(folder, "--people", "50", "--within", "10000", "--seconds", "20")
    status, said, complaint = await _end(process)
    assert status == 0, complaint
    assert re.match(
        r"This machine carries 50 people in groups of 50 who each write every 10 seconds: "
        r"95 % of the messages arrive within [\d,]+ ms\.\n.*--people",
        said,
    )


async def test_it_says_what_to_do_when_nobody_is_served_in_time(folder: Path) -> None:
    process = await _start(folder, "--people", "50", "--within", "0.01", "--seconds", "5")
    status, _, complaint = await _end(process)
    assert status == 1
    assert "causerie: not even 50 people" in complaint
    assert "--within" in complaint


@pytest.mark.parametrize(
    ("number", "line"), [(signal.SIGINT, b"Making 200 people"), (signal.SIGTERM, b"    100 people")]
)
async def test_it_can_be_stopped_at_any_time(folder: Path, number: signal.Signals, line: bytes) -> None:
    process = await _start(folder, "--people", "200", "--within", "10000")
    assert process.stderr is not None
    async with asyncio.timeout(ENDS_WITHIN_S):
        while not (await process.stderr.readline()).startswith(line):
            pass
    process.send_signal(number)
    status, _, complaint = await _end(process)
    assert status == 1
    assert complaint.splitlines()[-1] == "causerie: stopped; nothing is left behind."
