"""Request bodies that are read as they come: what the application does not ask for waits at the sender.

Quart 0.22 reads a body as fast as it arrives, into one buffer without end; nothing ever tells the sender to wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

# Where an application finds the stream in its scope.
EXTENSION: Final = "causerie.body"
IDLE_S = 30.0
# How long a refused sender may go on until the connection is cut: one that is cut while it writes does not read why.
LINGER_S = 5.0

AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]


class BodyBroken(Exception):
    """The body will not come whole: its sender has gone, or has fallen silent."""


class BodyStream:
    """The chunks of one request's body, in order."""

    def __init__(self, receive: Callable[[], Awaitable[Any]], *, idle_s: float = IDLE_S) -> None:
        self._receive = receive
        self._idle_s = idle_s
        self._over = asyncio.Event()
        self.is_complete = False

    def __aiter__(self) -> BodyStream:
        return self

    async def __anext__(self) -> bytes:
        """The next chunk. Raises BodyBroken."""
        if self._over.is_set():
            raise StopAsyncIteration
        try:
            async with asyncio.timeout(self._idle_s):
                message = await self._receive()
        except TimeoutError:
            raise BodyBroken("silent") from None
        if message["type"] != "http.request":
            self._over.set()
            raise BodyBroken("gone")
        if not message.get("more_body", False):
            self.is_complete = True
            self._over.set()
        return bytes(message.get("body", b""))

    async def until_gone(self) -> Any:
        """What the application's framework gets in the place of the body: the end of the connection."""
        await self._over.wait()
        return await self._receive() if self.is_complete else {"type": "http.disconnect"}

    async def discard(self) -> None:
        """Read what still comes, and forget it."""
        while not self._over.is_set():
            message = await self._receive()
            if message["type"] != "http.request" or not message.get("more_body", False):
                self._over.set()


def with_body_streams(app: AsgiApp, otherwise: AsgiApp, is_streamed: Callable[[Any], bool]) -> AsgiApp:
    """Give a request to `app` with a BodyStream when `is_streamed(scope)`, to `otherwise` when not."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and is_streamed(scope):
            await _serve_streamed(app, scope, receive, send)
        else:
            await otherwise(scope, receive, send)

    return wrapped


async def _serve_streamed(app: AsgiApp, scope: Any, receive: Any, send: Any) -> None:
    """Run the application with a BodyStream in its scope.

    An answer that comes before the body is whole is sent, then the body discarded for a while, then the connection
    closed. Hypercorn 0.18 would go on to put the body into a full queue that nobody reads, and keep both for ever.
    """
    stream = BodyStream(receive)
    extensions = {**scope.get("extensions", {}), EXTENSION: stream}

    async def send_and_linger(message: Any) -> None:
        if stream.is_complete:
            await send(message)
        elif message["type"] == "http.response.start":
            await send({**message, "headers": [*message["headers"], (b"connection", b"close")]})
        elif message.get("more_body", False):
            await send(message)
        else:
            await _linger(stream, send, message)

    await app({**scope, "extensions": extensions}, stream.until_gone, send_and_linger)


async def _linger(stream: BodyStream, send: Any, last: Any) -> None:
    await send({**last, "more_body": True})
    discarding = asyncio.create_task(stream.discard())
    try:
        await asyncio.wait({discarding}, timeout=LINGER_S)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        discarding.cancel()
