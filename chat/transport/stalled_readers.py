"""An end to answers that nobody reads: a slow reader may take its time, one that takes nothing at all is cut off.

Hypercorn 0.18 waits for ever for the peer's buffer to drain; Quart's own limit is on the whole answer, which would
cut slow readers of large files.
"""

from __future__ import annotations

import asyncio
from typing import Any

from chat.transport.body_stream import AsgiApp
from chat.transport.connection import Connection

# A page that has paused a video reads nothing either, and goes on with a range when it was cut off.
STALLED_S = 300.0


def without_stalled_readers(app: AsgiApp, stalled_s: float = STALLED_S) -> AsgiApp:
    """Wrap an ASGI application: a peer that takes nothing of an HTTP answer for `stalled_s` loses its connection."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def send_in_time(message: Any) -> None:
            try:
                async with asyncio.timeout(stalled_s):
                    await send(message)
            except TimeoutError:
                Connection(send).abort()
                raise

        await app(scope, receive, send_in_time)

    return wrapped
