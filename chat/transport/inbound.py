"""The quick way in: whole text frames are taken as they are read, everything else goes to the server's own parser.

wsproto looks at each byte of a header in turn, and each message passes h11, an ASGI event and a queue. What chat
clients send is, nearly always, one small masked text frame: that is taken here. Fragments, control frames, long
frames that come in pieces and whatever is wrong are left to wsproto, which is given the very same bytes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hypercorn.events import Event, RawData

# RFC 6455, 5.2.
_FINAL, _OPCODE, _MASKED, _LENGTH = 0x80, 0x0F, 0x80, 0x7F
_FINAL_TEXT = 0x81
_CONTINUATION, _TEXT, _BINARY, _CLOSE = 0x0, 0x1, 0x2, 0x8
_MASK_BYTES = 4
_TWO_BYTES_FOLLOW, _EIGHT_BYTES_FOLLOW = 126, 127
_EXTENDED_LENGTH_BYTES = {_TWO_BYTES_FOLLOW: 2, _EIGHT_BYTES_FOLLOW: 8}


class Inbound:
    """Stands before the protocol that a Hypercorn connection hands its data to."""

    def __init__(
        self,
        behind: Any,
        *,
        has_accepted: Callable[[], bool],
        take_text: Callable[[str], Awaitable[None]],
    ) -> None:
        """`has_accepted()`: whether what comes now are frames; `take_text(text)`: takes a whole message."""
        self._behind = behind
        self._has_accepted = has_accepted
        self._take_text = take_text
        self._start = b""  # of a header that has not come whole
        self._left = 0  # bytes of a frame that go to the server's parser
        self._is_in_fragments = False
        self._is_closing = False

    async def handle(self, event: Event) -> None:
        """In place of the protocol's own."""
        if type(event) is not RawData or not self._has_accepted():
            await self._behind.handle(event)
            return
        data = self._start + event.data if self._start else event.data
        self._start = b""
        position = 0
        while position < len(data):
            position = await self._take(data, position)

    async def _take(self, data: bytes, position: int) -> int:
        """Take the frame at `position`, or what has come of it; returns where the next one begins."""
        if not self._left:
            header = _header(data, position)
            if header is None:
                self._start = data[position:]
                return len(data)
            payload_at, end = header
            if not self._is_in_fragments and not self._is_closing and end <= len(data):
                text = _text(data, position, payload_at, end)
                if text is not None:
                    await self._take_text(text)
                    return end
            self._note(data[position])
            self._left = end - position
        end = min(position + self._left, len(data))
        self._left -= end - position
        await self._behind.handle(RawData(data[position:end]))
        return end

    def _note(self, first: int) -> None:
        """Remember what a frame that the server's parser gets means for those that follow."""
        opcode = first & _OPCODE
        if opcode in (_TEXT, _BINARY):
            self._is_in_fragments = not first & _FINAL
        elif opcode == _CONTINUATION and first & _FINAL:
            self._is_in_fragments = False
        elif opcode == _CLOSE:
            self._is_closing = True


def _header(data: bytes, position: int) -> tuple[int, int] | None:
    """Where the payload of the frame at `position` begins and ends; None while its header is not there."""
    if len(data) - position < 2:  # noqa: PLR2004
        return None
    second = data[position + 1]
    length = second & _LENGTH
    payload_at = position + 2
    if (extended := _EXTENDED_LENGTH_BYTES.get(length)) is not None:
        length = int.from_bytes(data[payload_at : payload_at + extended], "big")
        payload_at += extended
    if second & _MASKED:
        payload_at += _MASK_BYTES
    return (payload_at, payload_at + length) if payload_at <= len(data) else None


def _text(data: bytes, position: int, payload_at: int, end: int) -> str | None:
    """The text of a whole frame if it is a whole message; None for what the server's parser has to look at."""
    length = end - payload_at
    short = data[position + 1] & _LENGTH
    if (
        data[position] != _FINAL_TEXT
        or not data[position + 1] & _MASKED
        or short not in (length, _TWO_BYTES_FOLLOW)
    ):
        return None
    if short == _TWO_BYTES_FOLLOW > length:  # longer than it need be: not allowed
        return None
    mask = data[payload_at - _MASK_BYTES : payload_at]
    key = (mask * (length // _MASK_BYTES + 1))[:length]
    unmasked = int.from_bytes(data[payload_at:end], "little") ^ int.from_bytes(key, "little")
    try:
        return unmasked.to_bytes(length, "little").decode()
    except UnicodeDecodeError:
        return None
