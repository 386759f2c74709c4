"""Websocket (RFC 6455) and Socket.IO as bytes, as far as a load generator needs them, and as cheap as Python can."""

from __future__ import annotations

import base64
import json
import os
from typing import Final

DELIVERY: Final = b'42["receive-message"'
# A frame of one letter, the engine's ping. No text can look like it: 0x01 stands in no JSON.
PING: Final = b"\x81\x012"
PONG: Final = b"\x81\x81\x00\x00\x00\x003"
HEAD_END: Final = b"\r\n\r\n"

_LENGTH_16, _LENGTH_64 = 126, 127
_MASKED = 0x80
_FINAL_TEXT = 0x81
_FINAL, _EXTENDED, _OPCODE = 0x80, 0x70, 0x0F
_MAX_16 = 0xFFFF
_HEAD_BYTES = 2


def upgrade_request(host: str, port: int, *, offers_deflate: bool) -> bytes:
    """Ask an Engine.IO server for a websocket; with the compression that every browser offers, or without."""
    key = base64.b64encode(os.urandom(16)).decode()
    deflate = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
    return (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
        f"Host: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{deflate if offers_deflate else ''}\r\n"
    ).encode()


def text_frame(text: str) -> bytes:
    """One masked frame. The mask is zero, which is a mask like any other to the server that undoes it."""
    payload = text.encode()
    size = len(payload)
    if size < _LENGTH_16:
        head = bytes((_FINAL_TEXT, _MASKED | size))
    elif size <= _MAX_16:
        head = bytes((_FINAL_TEXT, _MASKED | _LENGTH_16)) + size.to_bytes(2, "big")
    else:
        head = bytes((_FINAL_TEXT, _MASKED | _LENGTH_64)) + size.to_bytes(8, "big")
    return head + bytes(4) + payload


def connect_frame(token: str) -> bytes:
    """Socket.IO's CONNECT. With cursors: the client catches up by itself, nothing old comes unasked."""
    return text_frame("40" + json.dumps({"token": token, "cursors": {}}))


def event_frame(ack_id: int, name: str, data: dict[str, object]) -> bytes:
    """A Socket.IO event that wants an acknowledgement."""
    return text_frame(f"42{ack_id}{json.dumps([name, data], separators=(',', ':'))}")


class FrameReader:
    """Cuts a server's bytes, in whatever pieces they come, into the payloads of whole frames."""

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads of the text frames that are complete now.

        Raises ValueError for a frame that is fragmented, compressed or masked: none was agreed upon.
        """
        rest = self._waiting + data if self._waiting else data
        payloads = []
        at, size = 0, len(rest)
        while at + _HEAD_BYTES <= size:
            first, length = rest[at], rest[at + 1]
            if not first & _FINAL or first & _EXTENDED or length & _MASKED:
                raise ValueError("a fragmented, compressed or masked frame")
            start = at + _HEAD_BYTES
            if length >= _LENGTH_16:
                start += 2 if length == _LENGTH_16 else 8
                if start > size:
                    break
                length = int.from_bytes(rest[at + _HEAD_BYTES : start], "big")
            if start + length > size:
                break
            if first == _FINAL_TEXT:
                payloads.append(rest[start : start + length])
            at = start + length
        self._waiting = rest[at:]
        return payloads

    def take_rest(self) -> bytes:
        """The bytes of a frame that has begun; the reader forgets them."""
        rest, self._waiting = self._waiting, b""
        return rest


class Scanner:
    """Counts deliveries in a stream without looking at its frames: some hundred nanoseconds a piece."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> tuple[int, bool]:
        """How many deliveries began in the stream with this piece, and whether a ping ended in it."""
        tail = self._tail
        stream = tail + data
        # The mark in two pieces is whole here; one that is whole in the tail is not, as the tail is shorter.
        self._tail = stream[-(len(DELIVERY) - 1) :]
        return stream.count(DELIVERY), stream.find(PING, max(0, len(tail) - len(PING) + 1)) >= 0
