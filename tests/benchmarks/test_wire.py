"""The generator reads what is on the wire: each frame once, in whatever pieces the bytes come."""

from __future__ import annotations

import pytest

from chat.bench.wire import FrameReader, text_frame
from tests.benchmarks.frames import server_frame
from tests.faults.wire import text_frame as masked_text_frame

LENGTHS = (0, 1, 125, 126, 127, 128, 65_535, 65_536)


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


def test_several_frames_in_one_piece_are_each_read() -> None:
    assert FrameReader().feed(server_frame(b"one") * 7) == [b"one"] * 7


@pytest.mark.parametrize("first", [0x01, 0xC1, 0x80 | 0x40])
def test_frame_that_was_not_agreed_upon_is_refused(first: int) -> None:
    with pytest.raises(ValueError, match="fragmented, compressed or masked"):
        FrameReader().feed(bytes((first, 1)) + b"x")


def test_goodbye_of_the_websocket_is_no_text() -> None:
    assert FrameReader().feed(b"\x88\x02\x03\xe8" + server_frame(b"last")) == [b"last"]


@pytest.mark.parametrize("length", LENGTHS)
def test_what_the_generator_sends_is_what_the_fault_bench_sends(length: int) -> None:
    text = "é" * (length // 2)
    assert text_frame(text) == masked_text_frame(text)
