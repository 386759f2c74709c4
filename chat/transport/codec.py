"""JSON on the wire: strict on the way in, encoded once on the way out.

The standard library's parser lets NaN, Infinity and lone surrogates pass, which break browsers; msgspec refuses them.
"""

from __future__ import annotations

from typing import Any

import msgspec

MAX_DEPTH = 32

_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()


class StrictJson:
    """What engineio and socketio want of a JSON module: `dumps` and `loads`."""

    @staticmethod
    def dumps(value: Any, **_options: Any) -> str:
        return _encoder.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes) -> Any:
        """Decode; raises ValueError for what is not JSON (RFC 8259) or nested too deeply."""
        try:
            if _depth(text) > MAX_DEPTH:
                raise ValueError("nested too deeply")
            return _decoder.decode(text)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise ValueError("not JSON") from error


def encode(value: Any) -> str:
    return _encoder.encode(value).decode()


def _depth(text: str | bytes) -> int:
    """An upper bound of the nesting: brackets, those in strings included; exact only where it matters."""
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    in_string = escaped = False
    for byte in data:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:  # backslash
                escaped = True
            elif byte == 0x22:  # quotation mark
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in (0x5B, 0x7B):
            depth += 1
            deepest = max(deepest, depth)
        elif byte in (0x5D, 0x7D):
            depth -= 1
    return deepest
