"""The bare websocket cuts what comes, in whatever pieces, into the frames that were sent."""

from __future__ import annotations

import pytest

from tests.faults.wire import PING, TEXT, Frame, FrameReader, frame

SIZES = (0, 1, 125, 126, 65_535, 65_536)


def _server_frame(payload: bytes) -> bytes:
    """As a server writes it: without a mask."""
    masked = frame(TEXT, payload)
    head = len(masked) - len(payload) - 4
    return bytes([masked[0], masked[1] & 0x7F]) + masked[2:head] + payload


@pytest.mark.parametrize("piece", [1, 2, 7, 1000, 1_000_000])
def test_frames_are_whole_when_they_come_in_pieces(piece: int) -> None:
    payloads = [bytes([65 + number]) * size for number, size in enumerate(SIZES)]
    stream = b"".join(_server_frame(payload) for payload in payloads)
    reader = FrameReader()
    frames = [each for at in range(0, len(stream), piece) for each in reader.feed(stream[at : at + piece])]
    assert frames == [Frame(TEXT, payload) for payload in payloads]


def test_frame_is_refused_when_it_is_masked() -> None:
    with pytest.raises(ValueError, match="masked"):
        FrameReader().feed(frame(PING, b""))
