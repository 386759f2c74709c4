"""What a websocket may carry: nothing compressed (hole 3 of the stack), nothing oversized (hole 4)."""

from __future__ import annotations

import contextlib
import json
import resource
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import websockets
from websockets.asyncio.client import connect as open_websocket

from chat.transport.socket_server import MAX_MESSAGE_BYTES
from tests.people import Person, Town
from tests.server import ServerProcess
from tests.sockets.raw import RawSocket

PATH = "/socket.io/?EIO=4&transport=websocket"
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
async def ada(town: Town) -> Person:
    return await town.person("Ada")


def resident_bytes(server: ServerProcess) -> int:
    pages = int(Path(f"/proc/{server.pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def compressed_frame(text: bytes) -> bytes:
    """A websocket frame as by RFC 7692: final, RSV1 for compressed, text; masked with zeros."""
    packed = zlib.compress(text, wbits=-zlib.MAX_WBITS)
    return bytes([0b1100_0001, 0b1111_1111]) + len(packed).to_bytes(8, "big") + bytes(4) + packed


async def test_no_compression_is_agreed_when_a_browser_offers_it(town: Town) -> None:
    address = town.server.url.replace("http", "ws") + PATH
    async with open_websocket(address, compression="deflate", proxy=None) as websocket:
        assert websocket.response is not None
        assert "sec-websocket-extensions" not in websocket.response.headers


async def test_compressed_frame_is_refused_and_unpacks_to_nothing_when_a_stranger_sends_a_bomb(
    town: Town,
) -> None:
    before = resident_bytes(town.server)
    async with RawSocket(town.server) as socket:
        socket.websocket.transport.write(compressed_frame(bytes(100 * MEGABYTE)))
        await socket.seconds_until_closed()
    assert resident_bytes(town.server) - before < 5 * MEGABYTE


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["stranger", "person"])
async def test_connection_is_closed_when_a_message_is_too_large(ada: Person, is_signed_in: bool) -> None:
    async with RawSocket(ada.server) as socket:
        if is_signed_in:
            await socket.sign_in(ada)
        with contextlib.suppress(websockets.exceptions.ConnectionClosed):
            await socket.send('42["send-message",{"content":"' + "x" * MAX_MESSAGE_BYTES + '"}]')
        await socket.seconds_until_closed()


async def test_connection_is_closed_when_a_message_grows_too_large_in_pieces(ada: Person) -> None:
    async def pieces() -> AsyncIterator[str]:
        for _ in range(40):
            yield "x" * 50_000

    async with RawSocket(ada.server) as socket:
        await socket.sign_in(ada)
        with contextlib.suppress(websockets.exceptions.ConnectionClosed):
            await socket.websocket.send(pieces())
        await socket.seconds_until_closed()


async def test_message_just_within_the_limit_is_answered(ada: Person) -> None:
    async with RawSocket(ada.server) as socket:
        await socket.sign_in(ada)
        padding = "x" * (MAX_MESSAGE_BYTES - 200)
        answer = await socket.ask(json.dumps(["send-message", {"content": padding}]))
        assert answer["code"] in ("bad_request", "too_large")


async def test_limit_is_told_when_a_session_opens(town: Town) -> None:
    async with RawSocket(town.server) as socket:
        assert socket.opening["maxPayload"] == MAX_MESSAGE_BYTES
        assert socket.opening["pingInterval"] == socket.opening["pingTimeout"] == 5000
