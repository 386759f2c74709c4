"""The proxy breaks what it says it breaks, and nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.faults.client import reset
from tests.faults.proxy import Cutter, Proxy

SOON_S = 5
QUIET_S = 0.2


class Ends:
    """Both ends of one link through the proxy."""

    def __init__(self, near: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        self.reader, self.writer = near
        self.far_reader: asyncio.StreamReader
        self.far_writer: asyncio.StreamWriter


@asynccontextmanager
async def link(
    prepare: Callable[[Proxy], None] = lambda proxy: None,
) -> AsyncIterator[tuple[Proxy, Ends]]:
    arrived: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    server = await asyncio.start_server(lambda *ends: arrived.put_nowait(ends), "127.0.0.1", 0)
    async with server, Proxy(server.sockets[0].getsockname()[1]) as proxy:
        prepare(proxy)
        ends = Ends(await asyncio.open_connection("127.0.0.1", proxy.port))
        ends.far_reader, ends.far_writer = await arrived.get()
        ends.writer.write(b"-")
        await ends.far_reader.readexactly(1)  # the link stands from end to end
        try:
            yield proxy, ends
        finally:
            reset(ends.writer)
            reset(ends.far_writer)


async def _until_end(reader: asyncio.StreamReader) -> bytes:
    """What comes before the end, be it an orderly one or a reset."""
    got = b""
    async with asyncio.timeout(SOON_S):
        try:
            while piece := await reader.read(1000):
                got += piece
        except ConnectionResetError:
            return got + b"!"
    return got


async def test_bytes_pass_both_ways_when_nothing_is_broken() -> None:
    async with link() as (_, ends):
        ends.writer.write(b"up")
        ends.far_writer.write(b"down")
        assert await ends.far_reader.readexactly(2) == b"up"
        assert await ends.reader.readexactly(4) == b"down"


async def test_both_ends_learn_at_once_when_reset() -> None:
    async with link() as (proxy, ends):
        proxy.reset()
        assert await _until_end(ends.reader) == b"!"
        assert await _until_end(ends.far_reader) == b"!"


async def test_nothing_passes_in_a_black_hole_and_everything_after_it() -> None:
    async with link() as (proxy, ends):
        proxy.up.black_hole()
        ends.writer.write(b"up")
        ends.far_writer.write(b"down")
        assert await ends.reader.readexactly(4) == b"down"  # the other way is untouched
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ends.far_reader.read(1), QUIET_S)
        proxy.heal()
        assert await ends.far_reader.readexactly(2) == b"up"


async def test_server_hears_nothing_when_the_client_vanishes() -> None:
    async with link() as (proxy, ends):
        proxy.vanish()
        assert await _until_end(ends.reader) == b"!"
        ends.far_writer.write(b"anyone?")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ends.far_reader.read(1), QUIET_S)


async def test_other_direction_stays_open_when_half_closed() -> None:
    async with link() as (proxy, ends):
        proxy.half_close()
        assert await _until_end(ends.far_reader) == b""
        ends.far_writer.write(b"still")
        assert await ends.reader.readexactly(5) == b"still"


async def test_bytes_come_one_at_a_time_when_trickled() -> None:
    async with link() as (proxy, ends):
        proxy.down.trickle(20)
        ends.far_writer.write(b"abc")
        async with asyncio.timeout(SOON_S):
            assert [await ends.reader.read(10) for _ in range(3)] == [b"a", b"b", b"c"]


async def test_bytes_come_later_when_delayed() -> None:
    async with link() as (proxy, ends):
        proxy.down.delay_s = QUIET_S
        began = time.monotonic()
        ends.far_writer.write(b"late")
        assert await ends.reader.readexactly(4) == b"late"
        assert time.monotonic() - began >= QUIET_S


async def test_link_ends_in_the_middle_when_cut_after_bytes() -> None:
    async with link(lambda proxy: proxy.down.cut_after_bytes(5)) as (proxy, ends):
        ends.far_writer.write(b"abc")
        assert await ends.reader.readexactly(3) == b"abc"
        ends.far_writer.write(b"defgh")
        assert b"de!".endswith(await _until_end(ends.reader))  # a reset may overtake what is under way
        assert proxy.cuts == 1


@pytest.mark.parametrize("size", [1, 4, 20])
def test_link_ends_within_the_marker_when_cut_after_events(size: int) -> None:
    stream, cutter, passed = b"<e>1<e>2<e>3<e>4", Cutter(b"<e>", 3), b""
    for at in range(0, len(stream), size):
        piece = stream[at : at + size]
        passing = cutter.passes(piece)
        passed += piece[:passing]
        if passing is not None:
            break
    assert b"<e>1<e>2" in passed
    assert b"<e>1<e>2<e>" not in passed
