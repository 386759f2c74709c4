"""Websocket (RFC 6455) and Socket.IO as bytes, as far as a load generator needs them, and as cheap as Python can."""

from __future__ import annotations

import base64
import json
import os
import re
from typing import Final

DELIVERY: Final = b'42["receive-message"'
# No number of a message ever comes so far.
CONFIRMATION_ID: Final = 999_999_999
_CONVERSATION, _SEQ = re.compile(rb'"conversationId":"([^"]+)"'), re.compile(rb'"seq":(\d+)')
# Engine.IO's; the answer is a whole masked frame.
PING: Final = b"2"
PONG: Final = b"\x81\x81\x00\x00\x00\x003"
HEAD_END: Final = b"\r\n\r\n"

_LENGTH_16, _LENGTH_64 = 126, 127
_MASKED = 0x80
_FINAL_TEXT = 0x81
_FINAL, _FIN_AND_EXTENSIONS = 0x80, 0xF0
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
    """Socket.IO's CONNECT. With cursors: the client catches up by itself, nothing old comes unasked, and confirms."""
    return text_frame("40" + json.dumps({"token": token, "cursors": {}}))


def event_frame(ack_id: int, name: str, data: dict[str, object]) -> bytes:
    """A Socket.IO event that wants an acknowledgement."""
    return text_frame(f"42{ack_id}{json.dumps([name, data], separators=(',', ':'))}")


def confirmation_frame(delivered: bytes) -> bytes:
    """Confirm that everything up to a message has come; `delivered` is the event that brought it."""
    conversation_id, seq = _CONVERSATION.search(delivered), _SEQ.search(delivered)
    if conversation_id is None or seq is None:
        raise ValueError("a message without a place")
    place = {"conversationId": conversation_id[1].decode(), "seq": int(seq[1])}
    return event_frame(CONFIRMATION_ID, "mark-conversation-as-delivered", place)


class FrameReader:
    """Cuts a server's bytes, in whatever pieces they come, into the payloads of whole frames."""

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads of the text frames that are complete now.

        Raises ValueError for a frame that is fragmented, compressed or masked: none was agreed upon.
        """
        stream = self._waiting + data if self._waiting else data
        payloads = []
        at = 0
        while (bounds := _payload(stream, at)) is not None:
            start, end = bounds
            if stream[at] == _FINAL_TEXT:
                payloads.append(stream[start:end])
            at = end
        self._waiting = stream[at:]
        return payloads


def _payload(stream: bytes, at: int) -> tuple[int, int] | None:
    """Where the payload of the frame at `at` starts and ends; None while the frame is not all there."""
    size = len(stream)
    start = at + _HEAD_BYTES
    if start > size:
        return None
    length = stream[at + 1]
    if stream[at] & _FIN_AND_EXTENSIONS != _FINAL or length & _MASKED:
        raise ValueError("a fragmented, compressed or masked frame")
    if length == _LENGTH_16:
        start += 2
        if start > size:
            return None
        length = stream[start - 2] << 8 | stream[start - 1]
    elif length == _LENGTH_64:
        start += 8
        length = int.from_bytes(stream[start - 8 : start], "big")
    end = start + length
    return (start, end) if end <= size else None
