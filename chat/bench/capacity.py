"""How many people this machine carries, found by letting more and more of them chat until messages come late.

The people: each is in one group of 50, connected all the time, and writes once every ten seconds. That is a very
lively evening; most people only read.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import uvloop

from chat.bench.connection import Refused
from chat.bench.crowd import Crowd, allow_files
from chat.bench.http import post
from chat.bench.load import Incomplete, Pace, Speaker
from chat.bench.server import ROOT, ServerFailed, ServerProcess
from chat.bench.traffic import Traffic, Window

GROUP = 50
WRITES_EVERY_S = 10.0
# Of each group so many are timed; the messages of all are counted.
WATCHED_PER_GROUP = 2
FIRST_STEP = 100
GROWTH = 2
# Between the last number that went well and the first that did not, so many more are tried.
REFINEMENTS = 2
WARM_UP_S, WINDOW_S = 0.5, 2.0
# Above this share of a core, that is what holds things up.
BUSY = 0.85


class BenchFailed(Exception):
    """Nothing could be measured; the message says what to do, in one line."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: how late a message may be, how many people to try, for how long to load (seconds)."""

    late_s: float
    people: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """The most people for whom 95 % of the messages came in time, within how many seconds, and why not more."""

    people: int
    p95_s: float
    limited_by: str


@dataclass(slots=True)
class _Trial:
    """So many people chatting, and how that went."""

    people: int
    window: Window

    def is_good(self, late_s: float) -> bool:
        return self.window.delivery.count > 0 and self.window.delivery.p95 <= late_s


@dataclass(slots=True)
class _Town:
    """The people who have come so far and their groups, in order of their coming."""

    server: ServerProcess
    tokens: list[str]
    ids: list[str]
    traffic: Traffic = field(default_factory=Traffic)
    groups: list[str] = field(default_factory=list)
    crowd: Crowd = field(init=False)

    def __post_init__(self) -> None:
        self.crowd = Crowd(self.server.port, self.traffic)

    async def grow(self, people: int) -> None:
        """Make groups until so many people are in them, all connected. Raises Refused."""
        while len(self.groups) * GROUP < people:
            start = len(self.groups) * GROUP
            members = slice(start, start + GROUP)
            body = {"participantIds": self.ids[members][1:], "name": f"Group {len(self.groups) + 1}"}
            answer = await post(self.server.port, "/api/conversations", self.tokens[start], body)
            if answer.status != HTTPStatus.CREATED:
                raise Refused(f"a group could not be made: {answer.body.decode(errors='replace')}")
            self.groups.append(answer.json()["_id"])
            await self.crowd.join(self.tokens[members], watched=range(WATCHED_PER_GROUP))

    async def chat(self, people: int, seconds: float) -> Window:
        """Let the first so many people chat, and watch. Raises Incomplete."""
        pace = Pace(self.traffic, self._speakers(people), GROUP, people / WRITES_EVERY_S)
        pace.start()
        await self.traffic.window(self.server, WARM_UP_S)
        window = await self.traffic.window(self.server, seconds)
        await pace.stop()
        return window

    def _speakers(self, people: int) -> Iterator[Speaker]:
        """One of each group in turn, then the next of each."""
        groups = self.groups[: people // GROUP]
        for place in itertools.cycle(range(GROUP)):
            for number, conversation_id in enumerate(groups):
                yield self.crowd.connections[number * GROUP + place], conversation_id


def run(data_folder: Path, limits: Limits, tell: Callable[[str], None]) -> Capacity:
    """Measure on the disk that holds the data folder, whether or not it exists yet; leaves nothing there.

    `tell` hears how it goes, step by step. Raises BenchFailed, and KeyboardInterrupt after a signal to stop.
    """
    beside = next(folder for folder in (data_folder, *data_folder.parents) if folder.is_dir())
    try:
        with tempfile.TemporaryDirectory(dir=beside, prefix="causerie-bench-") as folder:
            return uvloop.run(_until_told_to_stop(_measure(Path(folder), limits, tell)))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    except (OSError, ServerFailed) as error:
        raise BenchFailed(
            f"{error}: is there room on the disk, and may this user write to {beside}?"
        ) from None


async def _until_told_to_stop(work: Coroutine[None, None, Capacity]) -> Capacity:
    """SIGTERM ends the work as Ctrl+C does: tidily."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


async def _measure(folder: Path, limits: Limits, tell: Callable[[str], None]) -> Capacity:
    most = allow_files(limits.people) // GROUP * GROUP
    if most < GROUP:
        raise BenchFailed("too few open files are allowed here: raise the limit (ulimit -n 4096)")
    tell(f"Making {most:,} people, then letting more and more of them chat for {limits.seconds:.0f} s.")
    tokens, ids = await _make_people(folder, most)
    environment = {"DATA_DIR": str(folder / "data"), "RATE_LIMITS": "off"}
    server = ServerProcess([sys.executable, "-m", "chat", "serve"], environment, folder / "server.log")
    town = _Town(server, tokens, ids)
    try:
        await server.start()
        trials = _Trials(town, limits, time.monotonic() + limits.seconds, tell)
        await trials.run(most)
        return trials.found(most)
    finally:
        town.crowd.abort()
        await server.stop()


class _Trials:
    """More and more people until it goes wrong, then the numbers in between."""

    def __init__(self, town: _Town, limits: Limits, deadline: float, tell: Callable[[str], None]) -> None:
        self._town = town
        self._limits = limits
        self._deadline = deadline
        self._tell = tell
        self._best: _Trial | None = None
        self._worst: _Trial | None = None
        self._end = ""

    async def run(self, most: int) -> None:
        people = min(FIRST_STEP, most)
        while await self._try(people) and people < most:
            people = min(people * GROWTH, most)
        for _ in range(REFINEMENTS):
            if self._best is None or self._worst is None:
                return
            between = (self._best.people + self._worst.people) // 2 // GROUP * GROUP
            if between in (self._best.people, self._worst.people):
                return
            await self._try(between)

    async def _try(self, people: int) -> bool:
        """Whether so many people were served in time."""
        left = self._deadline - time.monotonic()
        if left < WARM_UP_S + WINDOW_S:
            self._end = self._end or "the time given (more: --seconds)"
            return False
        try:
            async with asyncio.timeout(left):
                await self._town.grow(people)
                await self._town.server.settle()
                window = await self._town.chat(people, WINDOW_S)
        except TimeoutError:
            self._end = "the time given (more: --seconds)"
            return False
        except (Refused, Incomplete) as error:
            self._end = f"what {people:,} people met: {error}"
            return False
        trial = _Trial(people, window)
        is_good = trial.is_good(self._limits.late_s)
        if is_good:
            self._best = trial
        else:
            self._worst = trial
        self._tell(
            f"{people:>7,} people: 95 % within {window.delivery.p95 * 1000:,.0f} ms, "
            f"server {window.server_share:.0%} of a core"
        )
        return is_good

    def found(self, most: int) -> Capacity:
        """What the trials have shown. Raises BenchFailed when none went well."""
        if self._best is None:
            raise BenchFailed(
                f"not even {min(FIRST_STEP, most)} people were served within {self._limits.late_s * 1000:.0f} ms: is "
                "something else running? Try again on a quiet machine, or with a larger --within or --seconds"
            )
        return Capacity(self._best.people, self._best.window.delivery.p95, self._reason(most))

    def _reason(self, most: int) -> str:
        if self._worst is None:
            assert self._best is not None
            return self._end if self._best.people < most else "the number asked for (more: --people)"
        if self._worst.window.generator_share > BUSY:
            return "this program, which plays the people and had no more processor for them"
        if self._worst.window.server_share > BUSY:
            return "the one processor core that the server uses"
        return "waiting, for the disk or for other programs on this machine"


async def _make_people(folder: Path, count: int) -> tuple[list[str], list[str]]:
    """Accounts in a new database: their access tokens and their ids. Raises BenchFailed."""
    tokens = folder / "tokens.json"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chat", "demo", "--users", str(count), "--messages", "0"),
        *("--tokens", str(tokens)),
        cwd=ROOT,
        env={"DATA_DIR": str(folder / "data")},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, complaint = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise BenchFailed(f"no people could be made: {complaint.decode(errors='replace').strip()}")
    accounts = json.loads(tokens.read_text(encoding="utf-8"))
    return [account["accessToken"] for account in accounts], [account["_id"] for account in accounts]
