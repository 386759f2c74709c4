"""One person's socket: signs in, answers pings, sends, and tells what comes."""

from __future__ import annotations

import asyncio
import random
from typing import Final, Protocol, cast

from chat.bench.wire import (
    CONFIRMATION_ID,
    DELIVERY,
    HEAD_END,
    PING,
    PONG,
    FrameReader,
    confirmation_frame,
    connect_frame,
    upgrade_request,
)

_OPEN, _WELCOME, _REFUSAL, _ACK = b"0", b"40", b"44", b"43"
_CONFIRMED: Final = f"43{CONFIRMATION_ID}[".encode()
# As often as the product's own client confirms what has come, each device by a second of its own.
CONFIRMS_EVERY_S = 1.0
_STATUS_UPGRADED: Final = b" 101 "
_DEFLATE: Final = b"permessage-deflate"


class Refused(Exception):
    """The server did not let a connection in, or speaks in a way that was not agreed upon."""


class Listener(Protocol):
    """Who hears of what comes over many connections."""

    def delivery(self) -> None:
        """A message came; nobody looks into it."""

    def timed_delivery(self, payload: bytes) -> None:
        """A message came, on a connection that is watched."""

    def acknowledged(self, ack_id: int, payload: bytes) -> None:
        """A send was answered."""

    def lost(self) -> None:
        """A connection ended that nobody had closed."""


class Connection(asyncio.Protocol):
    """A Socket.IO client over websocket. A watched one hands messages on, any other only tells that one came.

    Each confirms the last one that came, as the product's own client does, in whose place it stands.
    """

    def __init__(self, token: str, listener: Listener, *, is_watched: bool, offers_deflate: bool) -> None:
        self._token = token
        self._listener = listener
        self._is_watched = is_watched
        self._offers_deflate = offers_deflate
        self._head: bytes | None = b""  # of the answer to the upgrade; None once it is all there
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._is_closing = False
        self._loop = asyncio.get_running_loop()
        self._last_delivery = b""
        self._confirmation: asyncio.TimerHandle | None = None
        self._second_began = self._loop.time() + random.uniform(0, CONFIRMS_EVERY_S)  # noqa: S311
        self.ready: asyncio.Future[None] = self._loop.create_future()

    def send(self, frame: bytes) -> None:
        assert self._transport is not None
        self._transport.write(frame)

    def abort(self) -> None:
        """Be gone at once, without a goodbye, as when a line breaks."""
        self._is_closing = True
        if self._transport is not None:
            self._transport.abort()

    # ---- asyncio.Protocol --------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not asyncio's, they only do the same.
        self._transport = cast(asyncio.Transport, transport)
        host, port = transport.get_extra_info("peername")[:2]
        self.send(upgrade_request(host, port, offers_deflate=self._offers_deflate))

    def data_received(self, data: bytes) -> None:
        try:
            if self._head is not None:
                data = self._upgraded(data)
            for payload in self._reader.feed(data):
                self._take(payload)
        except (Refused, ValueError) as error:
            self._fail(Refused(str(error)))

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self._fail(Refused(f"the server hung up: {error or 'without a word'}"))
        elif not self._is_closing:
            self._listener.lost()

    # ---- what comes ---------------------------------------------------------------------------------------------

    def _upgraded(self, data: bytes) -> bytes:
        """Take in the answer to the upgrade; what came behind it."""
        assert self._head is not None
        head, end, rest = (self._head + data).partition(HEAD_END)
        if not end:
            self._head = head
            return b""
        status = head.split(b"\r\n", 1)[0]
        if _STATUS_UPGRADED not in status + b" ":
            raise Refused(f"no websocket: {status.decode(errors='replace')}")
        if _DEFLATE in head.lower():
            raise Refused("the server compresses what it sends: offer it no permessage-deflate")
        self._head = None
        return rest

    def _take(self, payload: bytes) -> None:
        if payload.startswith(DELIVERY):
            self._last_delivery = payload
            if self._confirmation is None:
                self._confirmation = self._loop.call_later(self._until_its_second_ends(), self._confirm)
            if self._is_watched:
                self._listener.timed_delivery(payload)
            else:
                self._listener.delivery()
        elif payload.startswith(_CONFIRMED):
            pass
        elif payload.startswith(_ACK):
            at = payload.index(b"[")
            self._listener.acknowledged(int(payload[2:at]), payload)
        elif payload == PING:
            self.send(PONG)
        elif payload.startswith(_WELCOME):
            self.ready.set_result(None)
        elif payload.startswith(_REFUSAL):
            raise Refused(f"not let in: {payload[2:].decode(errors='replace')}")
        elif payload.startswith(_OPEN):
            self.send(connect_frame(self._token))

    def _until_its_second_ends(self) -> float:
        return CONFIRMS_EVERY_S - (self._loop.time() - self._second_began) % CONFIRMS_EVERY_S

    def _confirm(self) -> None:
        self._confirmation = None
        if not self._is_closing:
            self.send(confirmation_frame(self._last_delivery))

    def _fail(self, reason: Refused) -> None:
        if not self.ready.done():
            self.ready.set_exception(reason)
        elif not self._is_closing:
            self._listener.lost()
        self.abort()
