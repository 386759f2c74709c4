"""The generator counts what is on the wire: each delivery once, in whatever pieces the bytes come."""

from __future__ import annotations

import pytest

from chat.bench.wire import DELIVERY, PING, FrameReader, Scanner, text_frame
from tests.faults.wire import text_frame as masked_text_frame

LENGTHS = (0, 1, 125, 126, 127, 128, 65_535, 65_536)


def server_frame(payload: bytes) -> bytes:
    """As a server sends it: unmasked."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 0x10000:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def deliveries(count: int) -> bytes:
    return b"".join(
        server_frame(DELIVERY + b',{"content":"' + b"x" * (30 * number) + b'"}]') for number in range(count)
    )


@pytest.mark.parametrize("length", LENGTHS)
def test_frame_is_read_whole_at_every_form_of_length(length: int) -> None:
    payload = b"p" * length
    assert FrameReader().feed(server_frame(payload)) == [payload]


@pytest.mark.parametrize("length", LENGTHS[:6])
def test_frames_are_read_when_they_come_in_two_pieces_cut_anywhere(length: int) -> None:
    stream = server_frame(b"a" * length) + server_frame(b"b")
    for cut in range(len(stream)):
        reader = FrameReader()
        assert reader.feed(stream[:cut]) + reader.feed(stream[cut:]) == [b"a" * length, b"b"]


def test_frames_are_read_when_they_come_byte_by_byte() -> None:
    reader = FrameReader()
    stream = server_frame(b"first") + server_frame(b"s" * 130)
    found = [payload for at in range(len(stream)) for payload in reader.feed(stream[at : at + 1])]
    assert found == [b"first", b"s" * 130]


@pytest.mark.parametrize("first", [0x01, 0xC1, 0x80 | 0x40])
def test_frame_that_was_not_agreed_upon_is_refused(first: int) -> None:
    with pytest.raises(ValueError, match="fragmented, compressed or masked"):
        FrameReader().feed(bytes((first, 1)) + b"x")


def test_several_deliveries_in_one_piece_count_each() -> None:
    assert Scanner().feed(deliveries(7)) == (7, False)


def test_deliveries_count_once_when_cut_anywhere() -> None:
    stream = deliveries(3)
    for cut in range(len(stream)):
        scanner = Scanner()
        assert scanner.feed(stream[:cut])[0] + scanner.feed(stream[cut:])[0] == 3, cut


def test_deliveries_count_once_when_they_come_byte_by_byte() -> None:
    scanner = Scanner()
    stream = deliveries(5)
    assert sum(scanner.feed(stream[at : at + 1])[0] for at in range(len(stream))) == 5


def test_ping_is_heard_once_wherever_it_is_cut() -> None:
    stream = deliveries(1) + PING + server_frame(b'42["user-typing",{}]') + deliveries(1)
    for size in (1, 2, 3, 5, len(stream)):
        scanner = Scanner()
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        assert sum(scanner.feed(piece)[1] for piece in pieces) == 1, size


def test_other_events_and_words_in_messages_count_as_nothing() -> None:
    quoted = server_frame(b'42["message-edited",{"content":"42[\\"receive-message\\" 2"}]')
    assert Scanner().feed(quoted) == (0, False)


@pytest.mark.parametrize("length", LENGTHS)
def test_what_the_generator_sends_is_what_the_fault_bench_sends(length: int) -> None:
    text = "é" * (length // 2)
    assert text_frame(text) == masked_text_frame(text)
