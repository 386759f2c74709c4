"""The application on servers whose inside is not what `chat/transport/connection.py` looks for.

Served by `hypercorn tests.sockets.changed_servers:<name>` in tests.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.protocol.ws_stream import WSStream

from app import app

Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Any, Any, Send], Awaitable[None]]


async def unbound_send(scope: Any, receive: Any, send: Send) -> None:
    """`send` is a plain function: nothing stands behind it."""

    async def plain(message: Any) -> None:
        await send(message)

    await app(scope, receive, plain)


def without(owner: type, name: str, hidden: str) -> Application:
    """What stands in the attribute `name` of Hypercorn's class `owner` lacks its attribute `hidden`."""

    class Veil:
        def __init__(self, behind: Any) -> None:
            self._behind = behind

        def __getattr__(self, asked: str) -> Any:
            if asked == hidden:
                raise AttributeError(asked)
            return getattr(self._behind, asked)

    veiled = property(
        lambda self: self.__dict__[name], lambda self, value: self.__dict__.update({name: Veil(value)})
    )

    async def serve(scope: Any, receive: Any, send: Send) -> None:
        setattr(owner, name, veiled)  # the first call is for the start-up, before any connection
        await app(scope, receive, send)

    return serve


no_transport = without(TCPServer, "writer", "transport")
no_http_version = without(WSStream, "handshake", "http_version")
