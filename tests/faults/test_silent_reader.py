"""R13: a peer that never reads costs bounded memory, is closed in the end, and nobody else notices it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.faults.client import Client, connected
from tests.faults.figures import Figures, percentile
from tests.faults.outbox import Letter, Outbox
from tests.faults.scale import IS_LONG, scaled
from tests.faults.wire import text_frame, upgrade_request
from tests.people import Person, Town
from tests.server import ServerProcess

LASTS_S = scaled(short=6.0, long=60.0)
BASELINE_S = scaled(short=4.0, long=60.0)
CLOSED_WITHIN_S = 30
WRITERS = 8
WINDOW = scaled(short=4, long=8)
CONTENT = "a long line " * 340  # 4 KB
# The server closes a peer for which 4 MB wait; the kernels' buffers hold as much again.
GROWS_LESS_THAN_MB = 20.0
SENDS_PER_S = 200
PONG_EVERY_S = 2.0
SAMPLED_EVERY_S = 0.2
SMALL_BUFFER_BYTES = 4096


class SilentReader:
    """Completes the handshake, then reads nothing and still answers pings, blindly. Closed, it comes again."""

    def __init__(self, server: ServerProcess, person: Person) -> None:
        self._server = server
        self._person = person
        self.closures = 0
        self.was_closed = asyncio.Event()

    async def stay(self) -> None:
        while True:
            with contextlib.closing(socket.socket()) as peer, contextlib.suppress(ConnectionError):
                await self._come_in(peer)
                while True:
                    await asyncio.sleep(PONG_EVERY_S)
                    await asyncio.get_running_loop().sock_sendall(peer, text_frame("3"))
            self.closures += 1
            self.was_closed.set()

    async def _come_in(self, peer: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        peer.setblocking(False)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER_BYTES)
        await loop.sock_connect(peer, ("127.0.0.1", self._server.port))
        await loop.sock_sendall(peer, upgrade_request(self._server.port))
        await self._read_until(peer, b"\r\n\r\n")
        auth = msgspec.json.encode({"token": self._person.access_token, "cursors": {}}).decode()
        await loop.sock_sendall(peer, text_frame(f"40{auth}"))
        await self._read_until(peer, b"session-started")

    async def _read_until(self, peer: socket.socket, mark: bytes) -> None:
        read = b""
        while mark not in read:
            piece = await asyncio.get_running_loop().sock_recv(peer, SMALL_BUFFER_BYTES)
            assert piece, "the peer was not let in"
            read += piece


async def test_others_notice_nothing_and_memory_stays_bounded_when_a_peer_never_reads(
    own_server: ServerProcess, own_town: Town, figures: Figures
) -> None:
    silent, *people = await own_town.people("Silent", *(f"Writer {n}" for n in range(WRITERS)))
    group = (await people[0].group_with(silent, *people[1:]))["_id"]
    writers = [Client(own_server.port, person.access_token, records=False) for person in people]
    for writer in writers:
        await writer.connect(cursors={})
    without_s, rate_without, grown_without_mb = await _load(own_server, writers, group, BASELINE_S)
    peer = SilentReader(own_server, silent)
    staying = asyncio.create_task(peer.stay())
    with_s, rate, grown_mb = await _load(own_server, writers, group, LASTS_S)
    if not peer.was_closed.is_set():  # a slow machine sends less in that time
        await _load(own_server, writers, group, LASTS_S)
    await asyncio.wait_for(peer.was_closed.wait(), CLOSED_WITHIN_S)
    staying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await staying
    figures.tell(
        "R13",
        silent_for_s=LASTS_S,
        sends_per_s=rate,
        without_it_per_s=rate_without,
        server_grew_mb=grown_mb,
        without_it_before_mb=grown_without_mb,
        ack_p99_s=percentile(with_s, 99),
        ack_p99_without_it_s=percentile(without_s, 99),
        times_closed=peer.closures,
    )
    back = await connected(own_server.port, silent, cursors={})
    assert (await back.call("get-changes", {"conversationId": group, "afterSeq": 0}))["success"]
    for client in (*writers, back):
        await client.close()
    assert grown_mb < GROWS_LESS_THAN_MB
    if IS_LONG:
        assert rate >= SENDS_PER_S
        assert percentile(with_s, 99) <= 1.5 * percentile(without_s, 99) + 0.02


async def _load(
    server: ServerProcess, writers: list[Client], conversation: str, lasts_s: float
) -> tuple[list[float], float, float]:
    """Everybody sends for a while: the latencies, the rate, and by how many MB the server's memory grew."""
    outboxes = [Outbox() for _ in writers]
    until = time.monotonic() + lasts_s
    began_mb = most_mb = _resident_mb(server)

    async def send(writer: Client, outbox: Outbox) -> None:
        def letters() -> Iterator[Letter]:
            while time.monotonic() < until:
                yield outbox.write(conversation, CONTENT)

        assert await outbox.send(writer, letters(), window=WINDOW)

    sending = asyncio.gather(*(send(*each) for each in zip(writers, outboxes, strict=True)))
    while not sending.done():
        await asyncio.wait([sending], timeout=SAMPLED_EVERY_S)
        most_mb = max(most_mb, _resident_mb(server))
    await sending
    latencies_s = [latency_s for outbox in outboxes for latency_s in outbox.latencies_s]
    return latencies_s, len(latencies_s) / lasts_s, most_mb - began_mb


def _resident_mb(server: ServerProcess) -> float:
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024
