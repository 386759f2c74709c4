"""Large files beside chat: the server's memory stays flat, and who writes notices nothing."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.faults.client import Client, connected
from tests.faults.conftest import MakeServer
from tests.faults.figures import Figures, percentile
from tests.faults.scale import IS_LONG, scaled
from tests.faults.transfer import readers, uploaders
from tests.people import Town
from tests.server import ServerProcess, free_port

MEGABYTE = 1 << 20
UPLOAD_BYTES = scaled(short=10, long=50) * 1_000_000
UPLOADERS = scaled(short=2, long=4)
LASTS_S = scaled(short=3.0, long=30.0)
# The uploaders' processes start on the same machine: that is none of the server's doing.
STARTING_S = 1.0
SENDS_PER_S = 50
# Python gives pages back late; a gathered body of any one upload would be more.
GROWS_LESS_THAN_MB = 25.0
P99_RATIO = 1.5
SERVED_BYTES = scaled(short=40, long=1000) * 1_000_000
READERS = scaled(short=3, long=10)
SLOW_BYTES_PER_S = scaled(short=20, long=25) * 1_000_000
SAMPLED_EVERY_S = 0.1


def memory_mb(server: ServerProcess) -> float:
    """Anonymous memory of the server: what it holds itself, without the pages of files and programs."""
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("RssAnon:")]
    return int(line.split()[1]) / 1024


class Memory:
    """The most that a server has held while it was watched."""

    def __init__(self, server: ServerProcess) -> None:
        self._server = server
        self.before = self.most = memory_mb(server)

    @contextlib.asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._watch())
        yield
        watching.cancel()

    async def _watch(self) -> None:
        while True:
            self.most = max(self.most, memory_mb(self._server))
            await asyncio.sleep(SAMPLED_EVERY_S)

    @property
    def growth_mb(self) -> float:
        return self.most - self.before


async def send_latencies(writer: Client, conversation_id: str, lasts_s: float) -> list[float]:
    """Seconds from each send to its answer, at an even pace."""
    ends, latencies = time.monotonic() + lasts_s, []
    while (began := time.monotonic()) < ends:
        answer = await writer.call("send-message", {"conversationId": conversation_id, "content": "beside"})
        assert answer["success"]
        latencies.append(time.monotonic() - began)
        await asyncio.sleep(max(0.0, began + 1 / SENDS_PER_S - time.monotonic()))
    return latencies


async def test_memory_stays_flat_and_writers_notice_nothing_while_large_files_come_in(
    make_server: MakeServer, figures: Figures
) -> None:
    server = await make_server(UPLOAD_QUOTA_MB="100000")
    town = Town(server)
    ada, bob, *people = await town.people("Ada", "Bob", *(f"Uploader {n}" for n in range(UPLOADERS)))
    pair = (await ada.direct_with(bob))["_id"]
    writer = await connected(server.port, ada)
    tokens = [person.access_token for person in people]
    await uploaders(server.port, tokens, UPLOAD_BYTES, 0)  # what is loaded at first use is no growth
    quiet = await send_latencies(writer, pair, LASTS_S)
    memory = Memory(server)
    async with memory.watched():
        uploading = asyncio.create_task(uploaders(server.port, tokens, UPLOAD_BYTES, STARTING_S + LASTS_S))
        await asyncio.sleep(STARTING_S)
        beside = await send_latencies(writer, pair, LASTS_S)
        statuses = await uploading
    await writer.close()
    ratio = percentile(beside, 99) / percentile(quiet, 99)
    figures.tell(
        "R18",
        uploads=statuses.total(),
        megabytes_each=UPLOAD_BYTES / 1e6,
        memory_growth_mb=memory.growth_mb,
        quiet_p99_ms=percentile(quiet, 99) * 1000,
        beside_p99_ms=percentile(beside, 99) * 1000,
        ratio=ratio,
    )
    assert set(statuses) == {201}
    assert memory.growth_mb < GROWS_LESS_THAN_MB
    if IS_LONG:
        assert ratio <= P99_RATIO


@pytest.fixture
def nginx() -> str | None:
    """The web server to compare with; a short run, which judges our own side alone, can do without."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None and IS_LONG:
        pytest.fail("nginx is missing: there is nothing to compare with (apt install nginx-light)")
    return found


@contextlib.asynccontextmanager
async def nginx_serving(command: str, folder: Path, scratch: Path) -> AsyncIterator[int]:
    """Nginx with one worker on the files of a folder; its port."""
    port = free_port()
    configuration = scratch / "nginx.conf"
    configuration.write_text(
        f"daemon off; master_process off; pid {scratch}/pid; error_log stderr crit;\n"
        "events {}\n"
        f"http {{ access_log off; sendfile on; client_body_temp_path {scratch}/body;\n"
        f"  server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n",
        encoding="utf-8",
    )
    process = await asyncio.create_subprocess_exec(command, "-p", scratch, "-c", configuration)
    try:
        async with asyncio.timeout(10), httpx.AsyncClient() as http:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    await http.get(f"http://127.0.0.1:{port}/")
                    break
        yield port
    finally:
        process.terminate()
        await process.wait()


async def megabytes_per_s(port: int, path: str, token: str = "") -> float:
    """What all readers together get at full speed."""
    got = await readers(READERS, port, path, token)
    assert {total for total, _ in got} == {got[0][0]}
    return sum(total for total, _ in got) / max(seconds for _, seconds in got) / 1e6


async def test_slow_readers_cost_no_memory_and_fast_ones_get_what_the_machine_gives(
    make_server: MakeServer, figures: Figures, nginx: str | None, tmp_path: Path
) -> None:
    limit = str(SERVED_BYTES // MEGABYTE + 2)
    server = await make_server(MAX_UPLOAD_MB=limit, UPLOAD_QUOTA_MB=limit)
    ada = await Town(server).person("Ada")
    large = tmp_path / "large"
    with large.open("wb") as made:
        made.truncate(SERVED_BYTES)
    with large.open("rb") as made:
        file = await ada.upload(made)
    await readers(1, server.port, file["url"], ada.access_token)
    memory = Memory(server)
    async with memory.watched():
        slow = await readers(READERS, server.port, file["url"], ada.access_token, SLOW_BYTES_PER_S)
    own = await megabytes_per_s(server.port, file["url"], ada.access_token)
    folder = server.folder / "data" / "files"
    (stored,) = [path for path in folder.rglob("*") if path.is_file()]
    compared = {}
    if nginx is not None:
        async with nginx_serving(nginx, folder, tmp_path) as port:
            other = await megabytes_per_s(port, f"/{stored.relative_to(folder).as_posix()}")
        compared = {"nginx_megabytes_per_s": other, "part_of_nginx": own / other}
    figures.tell(
        "R19",
        readers=READERS,
        megabytes_each=SERVED_BYTES / 1e6,
        memory_growth_mb=memory.growth_mb,
        slowest_s=max(seconds for _, seconds in slow),
        megabytes_per_s=own,
        **compared,
    )
    assert {total for total, _ in slow} == {file["size"]}
    assert memory.growth_mb < GROWS_LESS_THAN_MB
