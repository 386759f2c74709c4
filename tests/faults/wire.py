"""Just enough of websocket (RFC 6455) for a client that decides on every byte itself."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
MASKED = 0x80
_LENGTH_16, _LENGTH_64 = 126, 127


def upgrade_request(port: int) -> bytes:
    """Ask an Engine.IO server for a websocket, without extensions."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def frame(opcode: int, payload: bytes) -> bytes:
    """One masked frame. The mask is zero, so the payload stays as it is, to be found in a trace."""
    size = len(payload)
    head = bytes([0x80 | opcode])
    if size < _LENGTH_16:
        head += bytes([MASKED | size])
    elif size < 0x10000:
        head += bytes([MASKED | _LENGTH_16]) + size.to_bytes(2, "big")
    else:
        head += bytes([MASKED | _LENGTH_64]) + size.to_bytes(8, "big")
    return head + bytes(4) + payload


def text_frame(text: str) -> bytes:
    return frame(TEXT, text.encode())


@dataclass(frozen=True, slots=True)
class Frame:
    opcode: int
    payload: bytes


class FrameReader:
    """Cuts a server's bytes, in whatever pieces they come, into whole frames."""

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are complete now. Raises ValueError for what no server sends here."""
        rest = self._waiting + data
        frames = []
        at = 0
        while (end := self._end(rest, at)) is not None:
            start, stop = end
            frames.append(Frame(rest[at] & 0x0F, rest[start:stop]))
            at = stop
        self._waiting = rest[at:]
        return frames

    @staticmethod
    def _end(data: bytes, at: int) -> tuple[int, int] | None:
        """Where the payload of the frame at `at` starts and stops; None while it is not all there."""
        if len(data) < at + 2:
            return None
        if not data[at] & 0x80 or data[at] & 0x70 or data[at + 1] & MASKED:
            raise ValueError("a fragmented, extended or masked frame")
        size, start = data[at + 1], at + 2
        if size >= _LENGTH_16:
            start += 2 if size == _LENGTH_16 else 8
            if len(data) < start:
                return None
            size = int.from_bytes(data[at + 2 : start], "big")
        return (start, start + size) if len(data) >= start + size else None
