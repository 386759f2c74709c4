"""A connection of the generator, fed by hand: it counts each message once, wherever the bytes are cut."""

from __future__ import annotations

import asyncio
import re

import pytest

from chat.bench.connection import Connection, Refused
from chat.bench.traffic import Traffic
from chat.bench.wire import PONG, connect_frame
from tests.benchmarks.frames import server_frame

UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
WELCOME = server_frame(b'0{"sid":"x"}') + server_frame(b'40{"sid":"y"}')
MESSAGES = b"".join(
    server_frame(b'42["receive-message",{"content":"%s"}]' % (b"x" * size)) for size in (0, 100, 300)
)
OTHERS = server_frame(b'42["message-edited",{"content":"42[\\"receive-message\\" 2"}]')


class Line(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 5000)})
        self.written: list[bytes] = []
        self.is_broken = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def abort(self) -> None:
        self.is_broken = True


def connected() -> tuple[Connection, Traffic, Line]:
    traffic, line = Traffic(), Line()
    connection = Connection("a-token", traffic, is_watched=False, offers_deflate=True)
    connection.connection_made(line)
    return connection, traffic, line


async def test_it_offers_the_compression_that_browsers_offer_and_signs_in() -> None:
    connection, _, line = connected()
    connection.data_received(UPGRADED + WELCOME)
    await connection.ready
    assert re.search(rb"Sec-WebSocket-Extensions: permessage-deflate", line.written[0])
    assert line.written[1:] == [connect_frame("a-token")]


async def test_messages_count_once_wherever_the_stream_is_cut() -> None:
    stream = UPGRADED + WELCOME + OTHERS + MESSAGES
    for cut in range(len(stream)):
        connection, traffic, _ = connected()
        connection.data_received(stream[:cut])
        connection.data_received(stream[cut:])
        assert traffic.deliveries == 3, cut


async def test_messages_count_once_when_they_come_byte_by_byte() -> None:
    connection, traffic, _ = connected()
    for byte in UPGRADED + WELCOME + MESSAGES + OTHERS:
        connection.data_received(bytes((byte,)))
    assert traffic.deliveries == 3


async def test_each_ping_is_answered_once_when_it_comes_amid_messages() -> None:
    connection, _, line = connected()
    connection.data_received(UPGRADED + WELCOME + MESSAGES + server_frame(b"2") + MESSAGES[:40])
    connection.data_received(MESSAGES[40:])
    assert line.written[2:] == [PONG]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "no websocket: HTTP/1.1 403"),
        (UPGRADED[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", "compresses"),
        (UPGRADED + server_frame(b'44{"message":"Token invalide"}'), "not let in"),
    ],
)
async def test_refusal_is_told_with_its_reason(answer: bytes, reason: str) -> None:
    connection, _, line = connected()
    connection.data_received(answer)
    with pytest.raises(Refused, match=reason):
        await connection.ready
    assert line.is_broken
