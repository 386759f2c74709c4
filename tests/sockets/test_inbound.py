"""The quick way in hears what wsproto hears, however the bytes are cut up, whatever stands between the messages."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import wsproto.frame_protocol as frames
from hypercorn.events import RawData
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Message, Ping, TextMessage
from wsproto.utilities import RemoteProtocolError

from chat.transport.inbound import Inbound

LONGEST_SHORT, LONGEST_MIDDLE = 125, 65_535

texts = st.one_of(
    st.text(max_size=20),
    st.sampled_from([LONGEST_SHORT, LONGEST_SHORT + 1, LONGEST_MIDDLE, LONGEST_MIDDLE + 1]).map("a".__mul__),
)
whole = texts.map(lambda text: [TextMessage(data=text)])
fragmented = st.lists(texts, min_size=2, max_size=3).map(
    lambda parts: [
        TextMessage(data=part, message_finished=number == len(parts) - 1) for number, part in enumerate(parts)
    ]
)
control = st.binary(max_size=5).map(lambda payload: [Ping(payload=payload)])
odd = st.sampled_from(
    [
        b"\x81\x80\x01\x02\x03\x04",  # empty, and right
        b"\x81\x85\x00\x00\x00\x00\xff\xfe\xfd\xfc\xfb",  # not UTF-8
        b"\xc1\x81\x00\x00\x00\x00a",  # compressed, which was not agreed upon
        b"\x81\x01a",  # not masked
        b"\x81\xfe\x00\x01\x00\x00\x00\x00a",  # a length in more bytes than it needs
        b"\x83\x81\x00\x00\x00\x00a",  # a reserved opcode
    ]
)


def encoded(events: list[Any]) -> bytes:
    client = Connection(ConnectionType.CLIENT)
    return b"".join(client.send(event) for event in events)


class Wsproto:
    """The server's parser alone: the messages, and whether it has closed or given up."""

    def __init__(self) -> None:
        self._connection = Connection(ConnectionType.SERVER)
        self._parts: list[str] = []
        self.heard: list[str] = []

    async def handle(self, event: RawData) -> None:
        try:
            self._connection.receive_data(event.data)
            for found in self._connection.events():
                if isinstance(found, Message):
                    self._parts.append(str(found.data))
                    if found.message_finished:
                        self.heard.append("".join(self._parts))
                        self._parts = []
                elif isinstance(found, CloseConnection):
                    self.heard.append("(closed)")
        except RemoteProtocolError:
            self.heard.append("(refused)")


async def hear_alone(pieces: list[bytes]) -> list[str]:
    parser = Wsproto()
    for piece in pieces:
        await parser.handle(RawData(piece))
    return parser.heard


async def hear_with_the_quick_way(pieces: list[bytes]) -> list[str]:
    parser = Wsproto()

    async def take_text(text: str) -> None:
        parser.heard.append(text)

    inbound = Inbound(parser, has_accepted=lambda: True, take_text=take_text)
    for piece in pieces:
        await inbound.handle(RawData(piece))
    return parser.heard


def cut(data: bytes, places: list[int]) -> list[bytes]:
    bounds = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in itertools.pairwise(bounds)]


places = st.lists(st.integers(min_value=0), max_size=12)


@given(st.lists(st.one_of(whole, fragmented, control), max_size=6), places)
def test_messages_are_heard_as_wsproto_hears_them_wherever_the_bytes_are_cut(
    groups: list[list[Any]], places: list[int]
) -> None:
    pieces = cut(encoded([event for group in groups for event in group]), places)
    expected = asyncio.run(hear_alone(pieces))
    assert asyncio.run(hear_with_the_quick_way(pieces)) == expected


@given(st.lists(st.one_of(whole, fragmented), max_size=3), odd, places)
def test_odd_frames_are_left_to_wsproto_when_they_come_between_messages(
    groups: list[list[Any]], frame: bytes, places: list[int]
) -> None:
    pieces = cut(encoded([event for group in groups for event in group]) + frame, places)
    expected = asyncio.run(hear_alone(pieces))
    assert asyncio.run(hear_with_the_quick_way(pieces)) == expected


@given(whole, places)
def test_nothing_is_heard_after_the_peers_goodbye(group: list[Any], places: list[int]) -> None:
    goodbye = CloseConnection(code=frames.CloseReason.NORMAL_CLOSURE)
    pieces = cut(encoded([*group, goodbye]) + encoded(group), places)
    assert asyncio.run(hear_with_the_quick_way(pieces))[:2] == [group[0].data, "(closed)"]
    assert group[0].data not in asyncio.run(hear_with_the_quick_way(pieces))[2:]
