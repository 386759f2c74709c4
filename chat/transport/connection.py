"""The way from an ASGI `send` to what stands behind it in Hypercorn; nothing where another server stands there.

In Hypercorn 0.18 the `send` of a websocket is `WSStream.app_send`; its object's `.send` is `H11Protocol.stream_send`,
that object's `.send` is `TCPServer.protocol_send`, and there stands `writer.transport`. Whatever is not found as
expected is not used: `is_direct` then says no, and the plain way through ASGI serves.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from chat.transport.inbound import Inbound

# Linux closes a connection whose data nobody has acknowledged for this long, window probes included.
TCP_USER_TIMEOUT_MS = 20_000

_TRANSPORT_METHODS = ("write", "get_write_buffer_size", "set_write_buffer_limits", "is_closing", "abort")


class Connection:
    """The TCP connection under one ASGI request, as far as it can be reached."""

    def __init__(self, send: Callable[..., Any]) -> None:
        self._stream: Any = getattr(send, "__self__", None)
        protocol = getattr(getattr(self._stream, "send", None), "__self__", None)
        self._server: Any = getattr(getattr(protocol, "send", None), "__self__", None)
        self._writer: Any = getattr(self._server, "writer", None)
        self._transport: Any = getattr(self._writer, "transport", None)

    @property
    def transport(self) -> asyncio.Transport:
        """What `is_direct` has found."""
        transport: asyncio.Transport = self._transport
        return transport

    @property
    def is_direct(self) -> bool:
        """Whether finished websocket frames can be written to the transport, between those of the server.

        Not so with HTTP/2, which has frames of its own around them, nor with TLS, where we have never tried it.
        """
        return (
            all(callable(getattr(self._transport, name, None)) for name in _TRANSPORT_METHODS)
            and callable(getattr(self._writer, "drain", None))
            and getattr(getattr(self._stream, "handshake", None), "http_version", None) == "1.1"
            and self._transport.get_extra_info("ssl_object") is None
        )

    async def drain(self) -> None:
        """Wait until the transport's buffer has room again."""
        await self._writer.drain()

    def listen(
        self,
        take_event: Callable[[dict[str, Any]], Awaitable[None]],
        take_text: Callable[[str], Awaitable[None]],
    ) -> bool:
        """Have what comes brought as it is read, before the accept: ASGI events, and of texts most without even that.

        The connection is not read on before they have been dealt with. Returns False when there is no way: then all
        is left to ASGI's `receive`.
        """
        is_known = callable(getattr(self._stream, "app_put", None)) and callable(
            getattr(getattr(self._server, "protocol", None), "handle", None)
        )
        handshake: Any = getattr(self._stream, "handshake", None)
        if not is_known or not hasattr(handshake, "accepted"):
            return False
        self._stream.app_put = take_event
        self._server.protocol = Inbound(
            self._server.protocol, has_accepted=lambda: bool(handshake.accepted), take_text=take_text
        )
        return True

    def refuse_deflate(self) -> None:
        """Decline permessage-deflate before the accept.

        Hypercorn agrees to it for every browser (`ws_stream.py`, issue 307): 190 KB a connection, twice the CPU, and
        a small frame that unpacks to a large one before anybody has signed in.
        """
        handshake: Any = getattr(self._stream, "handshake", None)
        if hasattr(handshake, "extensions"):
            handshake.extensions = None

    def bound_messages(self, max_chars: int, on_too_large: Callable[[], None]) -> None:
        """Call `on_too_large` when a message grows over `max_chars`, while it still comes in.

        Hypercorn 0.18 answers 1009, tells the application nothing and leaves the connection open.
        """
        buffer: Any = getattr(self._stream, "buffer", None)
        if not hasattr(buffer, "extend") or not hasattr(buffer, "max_length"):
            return
        buffer.max_length = max_chars
        extend = buffer.extend

        def watched(event: Any) -> None:
            try:
                extend(event)
            except Exception:
                on_too_large()
                raise

        buffer.extend = watched

    def write_at_once(self) -> None:
        """Have `transport.write` go to the kernel by itself.

        uvloop otherwise gathers the writes of a turn and makes them at its end: the first member of a group of 1,000
        then waits for the work done for the last.
        """
        self._transport.set_write_buffer_limits(high=0)

    def set_user_timeout(self) -> None:
        """Let the kernel drop a peer that acknowledges nothing; where it cannot, the heartbeat does it later."""
        get_extra_info = getattr(self._transport, "get_extra_info", None)
        if get_extra_info is None or not sys.platform.startswith("linux"):
            return
        tcp = get_extra_info("socket")
        if tcp is not None and tcp.family in (socket.AF_INET, socket.AF_INET6):
            with contextlib.suppress(OSError):
                tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MS)

    def abort(self) -> bool:
        """Drop the connection without waiting for the peer; False when it is out of reach."""
        if not callable(getattr(self._transport, "abort", None)):
            return False
        self._transport.abort()
        return True

    @property
    def terminated(self) -> Any | None:
        """Hypercorn's event that says it is stopping, or None."""
        terminated = getattr(getattr(self._stream, "context", None), "terminated", None)
        return terminated if callable(getattr(terminated, "wait", None)) else None
