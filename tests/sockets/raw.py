"""Engine.IO spoken by hand, for what no official client would ever send."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from types import TracebackType
from typing import Any, Self

import httpx
import socketio
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_websocket
from websockets.exceptions import ConnectionClosed

from tests.people import Person, visit
from tests.server import ServerProcess

ANSWER_WITHIN_S = 10
CLOSED_WITHIN_S = 2
# A poll on its way over loopback is held by the server well within this time.
HELD_AFTER_S = 0.1
SEPARATOR = "\x1e"
PATH = "/socket.io/?EIO=4&transport={transport}"


class RawSocket:
    """An Engine.IO session over websocket. Pings are answered, everything else is the test's."""

    def __init__(self, server: ServerProcess, *, query: str = "", compression: str | None = None) -> None:
        self._url = server.url.replace("http", "ws") + PATH.format(transport="websocket") + query
        self._compression = compression
        self._websocket: ClientConnection | None = None
        self.opening: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        self._websocket = await open_websocket(
            self._url, compression=self._compression, ping_interval=None, max_size=None, proxy=None
        )
        self.opening = json.loads((await self.receive())[1:])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.websocket.transport.abort()
        await self.websocket.wait_closed()

    @property
    def websocket(self) -> ClientConnection:
        assert self._websocket is not None
        return self._websocket

    async def send(self, frame: str | bytes) -> None:
        await self.websocket.send(frame)

    async def receive(self) -> str:
        """The next frame that is no ping."""
        async with asyncio.timeout(ANSWER_WITHIN_S):
            while (frame := await self.websocket.recv()) == "2":
                await self.send("3")
        assert isinstance(frame, str)
        return frame

    async def sign_in(self, person: Person) -> None:
        """Socket.IO's CONNECT, accepted."""
        await self.send("40" + json.dumps(_auth(person)))
        while not (await self.receive()).startswith('42["session-started"'):
            pass

    async def ask(self, arguments: str) -> dict[str, Any]:
        """Emit the event whose JSON array is given letter for letter; returns its answer."""
        await self.send(f"427{arguments}")
        while not (frame := await self.receive()).startswith("437"):
            pass
        (answer,) = json.loads(frame[3:])
        return answer  # type: ignore[no-any-return]

    async def seconds_until_closed(self) -> float:
        """Wait until the server has closed the connection; raises TimeoutError when it does not in time."""
        began = time.monotonic()
        async with asyncio.timeout(CLOSED_WITHIN_S):
            try:
                while True:
                    await self.websocket.recv()
            except ConnectionClosed:
                return time.monotonic() - began


class RawPolling:
    """An Engine.IO session over polling: every POST and every poll is the test's."""

    def __init__(self, server: ServerProcess) -> None:
        self.http = visit(server)
        self._path = PATH.format(transport="polling")

    async def __aenter__(self) -> Self:
        opened = await self.http.get(self._path)
        assert opened.status_code == 200, opened.text
        self._path += f"&sid={json.loads(opened.text[1:])['sid']}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.http.aclose()

    @property
    def path(self) -> str:
        return self._path

    async def post(self, *packets: str, **options: Any) -> httpx.Response:
        return await self.http.post(self._path, content=SEPARATOR.join(packets).encode(), **options)

    async def poll(self) -> httpx.Response:
        return await self.http.get(self._path)

    async def receive(self) -> list[str]:
        """The packets of one poll."""
        answer = await self.poll()
        assert answer.status_code == 200, answer.text
        return answer.text.split(SEPARATOR)

    async def receive_until(self, start: str) -> list[str]:
        """All packets up to the one that begins with `start`, pings answered."""
        received: list[str] = []
        async with asyncio.timeout(ANSWER_WITHIN_S):
            while not any(packet.startswith(start) for packet in received):
                packets = await self.receive()
                if "2" in packets:
                    await self.post("3")
                received += packets
        return received

    async def sign_in(self, person: Person) -> None:
        await self.post("40" + json.dumps(_auth(person)))
        await self.receive_until('42["session-started"')

    async def abandon_a_poll(self) -> None:
        """Begin a poll, and drop its connection once the server holds it."""
        _, writer = await asyncio.open_connection(self.http.base_url.host, self.http.base_url.port)
        writer.write(
            f"GET {self._path} HTTP/1.1\r\nHost: {self.http.base_url.netloc.decode()}\r\n\r\n".encode()
        )
        await writer.drain()
        await asyncio.sleep(HELD_AFTER_S)
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _auth(person: Person) -> dict[str, Any]:
    """With cursors: nothing comes unasked but what happens from now on."""
    return {"token": person.access_token, "cursors": {}}


async def refusal(server: ServerProcess, auth: Any, transport: str = "websocket") -> dict[str, Any]:
    """What Python's official client is told when it is not let in: `{message, data}`."""
    client = socketio.AsyncClient(reconnection=False)
    told: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

    @client.event
    async def connect_error(error: dict[str, Any]) -> None:
        if not told.done():
            told.set_result(error)

    try:
        await client.connect(server.url, auth=auth, transports=[transport])
    except socketio.exceptions.ConnectionError:
        return await asyncio.wait_for(told, ANSWER_WITHIN_S)
    finally:
        if client.eio.http is not None:
            await client.eio.http.close()
    await client.disconnect()
    raise AssertionError("let in")
