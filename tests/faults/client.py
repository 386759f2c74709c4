"""A recording Socket.IO client over a bare websocket: cheap enough for a thousand, and it hides nothing.

It never connects again by itself, and what was not answered when its link ended stays visibly unanswered.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import msgspec

from tests.faults.wire import CLOSE, TEXT, FrameReader, frame, text_frame
from tests.faults.wire import upgrade_request as websocket_request
from tests.people import Json, Person, Received

CHUNK_BYTES = 262_144
CONNECT_WITHIN_S = 15
# No measure of anything: a machine that does much else besides must not fail the bench.
ANSWER_WITHIN_S = 60


class Cut(ConnectionError):
    """The link ended first: nobody knows whether what was asked has happened."""


class Refused(ConnectionError):
    """The server would not let the client in."""


class Client:
    """One connection of one device to the port of a server, or of a proxy before it."""

    def __init__(self, port: int, token: str, *, records: bool = True) -> None:
        self._port = port
        self._token = token
        self._records = records
        self.received: list[Received] = []
        self.closed = asyncio.Event()
        # When each heartbeat of the server came (monotonic seconds).
        self.pings: list[float] = []
        self._hooks: list[Callable[[str, Any], None]] = []
        self._pending: dict[int, asyncio.Future[Json]] = {}
        self._last_id = 0
        self._news = asyncio.Event()
        self._frames = FrameReader()
        self._patience_s = float(CONNECT_WITHIN_S)
        self._heard_at = 0.0
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None
        self._welcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def on_event(self, hook: Callable[[str, Any], None]) -> None:
        """Call `hook` with every event, before anybody who waits for it goes on."""
        self._hooks.append(hook)

    async def connect(self, **auth: Any) -> None:
        """Be let in: `session-started` has come. Raises Refused, Cut."""
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                await self._open({"token": self._token, **auth})
                await asyncio.shield(self._welcome)
        except TimeoutError as error:
            self.abort()
            raise Cut("not let in in time") from error
        except (Cut, Refused):
            self.abort()
            raise
        except OSError as error:
            self.abort()
            raise Cut(str(error)) from error

    async def _open(self, auth: Json) -> None:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(websocket_request(self._port))
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            raise Cut("the link ended in the handshake") from error
        if not head.startswith(b"HTTP/1.1 101"):
            raise Refused(head.split(b"\r\n", 1)[0].decode())
        self._write(f"40{msgspec.json.encode(auth).decode()}")
        self._heard_at = time.monotonic()
        self._task = asyncio.create_task(self._read(reader))

    def emit(self, event: str, data: Any) -> asyncio.Future[Json]:
        """Send an event now; the future has its answer, or raises Cut when the link ends first."""
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        if self.closed.is_set():
            answer.set_exception(Cut("the link has ended"))
        else:
            self._last_id += 1
            self._pending[self._last_id] = answer
            self._write(f"42{self._last_id}{msgspec.json.encode([event, data]).decode()}")
        answer.add_done_callback(_seen)
        return answer

    async def call(self, event: str, data: Any, within_s: float = ANSWER_WITHIN_S) -> Json:
        """Send an event and return its answer. Raises Cut, TimeoutError."""
        async with asyncio.timeout(within_s):
            return await self.emit(event, data)

    def events(self, name: str) -> list[Any]:
        return [received.data for received in self.received if received.event == name]

    async def until(self, condition: Callable[[], bool], *, within_s: float = ANSWER_WITHIN_S) -> None:
        """Wait until `condition` holds, looked at after whatever comes in. Raises Cut, TimeoutError."""
        async with asyncio.timeout(within_s):
            while not condition():
                if self.closed.is_set():
                    raise Cut("the link ended before it came true")
                self._news.clear()
                await self._news.wait()

    async def close(self) -> None:
        """Leave politely, and wait until the link has ended."""
        if self._writer is not None and not self.closed.is_set():
            with contextlib.suppress(OSError):
                self._write("41")
                self._writer.write(frame(CLOSE, b"\x03\xe8"))
        await self._over(within_s=2)

    def abort(self) -> None:
        """Vanish with a reset, as a machine that lost its network and came back does."""
        if self._writer is not None:
            reset(self._writer)

    async def _over(self, within_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self.closed.wait()
        self.abort()
        if self._task is not None:
            await self._task

    def _write(self, packet: str) -> None:
        assert self._writer is not None
        self._writer.write(text_frame(packet))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                # As the official clients do: a server that has said nothing for so long is gone.
                async with asyncio.timeout_at(self._deadline()):
                    data = await reader.read(CHUNK_BYTES)
                if not data:
                    break
                for each in self._frames.feed(data):
                    self._heard_at = time.monotonic()
                    if each.opcode == TEXT:
                        self._take(each.payload)
        except (OSError, TimeoutError):
            pass
        finally:
            self._end()

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._patience_s - (time.monotonic() - self._heard_at)

    def _take(self, text: bytes) -> None:
        match text[:2]:
            case b"2":
                self.pings.append(self._heard_at)
                self._write("3")
            case b"42":
                self._take_event(text)
            case b"43":
                number, _, body = text[2:].partition(b"[")
                self._settle(int(number), msgspec.json.decode(b"[" + body)[0])
            case b"44":
                self._welcome.set_exception(Refused(text[2:].decode()))
                self._welcome.exception()
            case _ if text.startswith(b"0"):
                opened = msgspec.json.decode(text[1:])
                self._patience_s = (opened["pingInterval"] + opened["pingTimeout"]) / 1000

    def _take_event(self, text: bytes) -> None:
        name, data = msgspec.json.decode(text[2:])
        if self._records:
            self.received.append(Received(name, data))
        for hook in self._hooks:
            hook(name, data)
        if name == "session-started" and not self._welcome.done():
            self._welcome.set_result(None)
        self._news.set()

    def _settle(self, number: int, answer: Json) -> None:
        if (waiting := self._pending.pop(number, None)) is not None and not waiting.done():
            waiting.set_result(answer)
        self._news.set()

    def _end(self) -> None:
        self.closed.set()
        for waiting in (self._welcome, *self._pending.values()):
            if not waiting.done():
                waiting.set_exception(Cut("the link has ended"))
                waiting.exception()
        self._pending.clear()
        self.abort()
        self._news.set()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection with RST: the other side learns at once, what was under way is lost."""
    tcp = writer.get_extra_info("socket")
    if tcp is not None and tcp.fileno() != -1:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _seen(answer: asyncio.Future[Json]) -> None:
    """A cut answer that nobody waits for any more is no news."""
    if not answer.cancelled():
        answer.exception()


async def connected(port: int, person: Person, **auth: Any) -> Client:
    """A new connection of a person that has been let in."""
    client = Client(port, person.access_token)
    await client.connect(**auth)
    return client
