"""P5: pages and lists with a thousand, a hundred thousand and a million messages stored, and what a send costs there.

P6: how long the server takes to start with a hundred thousand.
"""

from __future__ import annotations

import http
import http.client
import json
import time
from typing import Any

from benchmarks import absence
from benchmarks.run import MILLI, Run, send_figures
from benchmarks.sends import exchange
from benchmarks.servers import CAUSERIE
from benchmarks.world import World, gather, people
from chat.bench.crowd import HOST
from chat.bench.http import post
from chat.bench.server import ServerProcess
from chat.bench.traffic import CONTENT, Times

HISTORIES = (1_000, 100_000, 1_000_000)
PEOPLE, PAIRS = 60, 30
LISTED = 200
PAGE = 50
PAGE_REQUESTS, LIST_REQUESTS = 200, 80
WARM_UP_REQUESTS = 10
STARTS = 5
PAGE_MS, LIST_MS, START_S, INDEPENDENT = 10, 20, 1.5, 1.2
# The person whose list is long.
READER = 0


async def measure(run: Run) -> None:
    for messages in _histories(run):
        world = await _world(run, messages)
        async with run.serving(CAUSERIE, world) as server:
            listed = await _fill_list(world, server)
            await server.settle()
            _read(run, world, server, messages, listed)
        for _ in range(run.options.rounds):
            async with run.serving(CAUSERIE, world) as server:
                window = await exchange(run, CAUSERIE, world, server, PAIRS)
            run.note("P5", f"{messages:,} send", CAUSERIE.name, send_figures(window))
    _judge(run)
    await absence.measure(run)


async def measure_start(run: Run) -> None:
    messages = _histories(run)[1]
    world = await _world(run, messages)
    case = f"{messages:,} messages"
    for _ in range(STARTS):
        async with run.serving(CAUSERIE, world) as server:
            run.note("P6", case, CAUSERIE.name, {"seconds": server.started_in_s})
    seconds = run.median("P6", case, CAUSERIE.name, "seconds")
    run.mark("P6", f"start with {case}", seconds, "≤", START_S, "s")


def _histories(run: Run) -> list[int]:
    """How many messages are stored; the fewest are enough for a quick run, too."""
    return [
        run.options.scaled(messages, HISTORIES[0] * (place + 1)) for place, messages in enumerate(HISTORIES)
    ]


async def _world(run: Run, messages: int) -> World:
    """The world with so many messages, made once a run."""
    if (known := run.worlds.get(messages)) is not None:
        return known
    world = people(run.folder / f"history-{messages}", PEOPLE, messages)
    await gather(world, {f"pair {place}": [place, PAIRS + place] for place in range(PAIRS)})
    run.worlds[messages] = world
    return world


async def _fill_list(world: World, server: ServerProcess) -> str:
    """Bring the reader's list to 200 conversations, a message in each; the longest one's id."""
    reader = Reader(server, world.tokens[READER])
    present = reader.get(f"conversations?limit={LISTED}")["conversations"]
    for number in range(LISTED - len(present)):
        others = [world.ids[1 + (number + step) % (PEOPLE - 1)] for step in range(4)]
        body = {"participantIds": others, "name": f"Circle {number}"}
        made = (await post(server.port, "/api/conversations", world.tokens[READER], body)).json()
        path = f"/api/conversations/{made['_id']}/messages"
        await post(server.port, path, world.tokens[READER], {"content": CONTENT})
    return str(max(present, key=lambda conversation: conversation["lastSeq"])["_id"])


def _read(run: Run, world: World, server: ServerProcess, messages: int, longest: str) -> None:
    reader = Reader(server, world.tokens[READER])
    last = reader.get(f"conversations/{longest}")["lastSeq"]
    page = f"conversations/{longest}/messages?limit={PAGE}"
    paths = {
        "page at the end": page,
        "page at the middle": f"{page}&beforeSeq={last // 2}",
        "page at the start": f"{page}&afterSeq=0",
        "list": f"conversations?limit={LISTED}",
    }
    for what, path in paths.items():
        cpu = server.cpu_s()
        requests = LIST_REQUESTS if what == "list" else PAGE_REQUESTS
        times = reader.time(path, requests)
        figures = {
            "p50_ms": times.p50 * MILLI,
            "p95_ms": times.p95 * MILLI,
            "cpu_ms": (server.cpu_s() - cpu) * MILLI / (requests + WARM_UP_REQUESTS),
        }
        run.note("P5", f"{messages:,} {what}", CAUSERIE.name, figures)


class Reader:
    """One person's requests, one at a time on one connection."""

    def __init__(self, server: ServerProcess, token: str) -> None:
        self._connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._request(path))
        return answer

    def time(self, path: str, count: int) -> Times:
        """So many times the same request, after a few that are not timed."""
        for _ in range(WARM_UP_REQUESTS):
            self._request(path)
        seconds = []
        for _ in range(count):
            began = time.perf_counter()
            self._request(path)
            seconds.append(time.perf_counter() - began)
        return Times.of(seconds)

    def _request(self, path: str) -> bytes:
        self._connection.request("GET", f"/api/{path}", headers=self._headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")
        return body


def _judge(run: Run) -> None:
    def figure(messages: int, what: str, name: str) -> float:
        return run.median("P5", f"{messages:,} {what}", CAUSERIE.name, name)

    least, middle, most = _histories(run)
    for place in ("end", "middle", "start"):
        p95 = figure(most, f"page at the {place}", "p95_ms")
        run.mark("P5", f"page of {PAGE} at the {place}, p95", p95, "≤", PAGE_MS, "ms")
    run.mark("P5", f"list of {LISTED}, p95", figure(most, "list", "p95_ms"), "≤", LIST_MS, "ms")
    for what, name, base in (
        # Among the fewest messages no conversation has more than a page.
        ("page at the middle", "p50_ms", middle),
        ("list", "p50_ms", least),
        ("send", "cpu_us_per_send", least),
    ):
        grows = figure(most, what, name) / figure(base, what, name)
        run.mark("P5", f"{what}: {most:,} messages, × {base:,}", grows, "≤", INDEPENDENT)
