"""The official JavaScript client of Socket.IO, driven from a Python test.

Runs the vendored file that browsers get, on the Node that Playwright's wheel carries. Each client has a
process of its own, so a test can also freeze or kill one as a phone would be.

    async with JsClient() as alice:
        await alice.connect(url, auth={"token": token}, transports=["polling"])
        answer = await alice.emit("send-message", {"conversationId": id, "content": "hello"})
        message = await alice.wait_for("receive-message")
"""

import asyncio
import base64
import contextlib
import json
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright._impl._driver import compute_driver_executable

SCRIPT = Path(__file__).with_suffix(".js")
PATIENCE_S = 10.0
GOODBYE_S = 3.0
LONGEST_LINE_BYTES = 32 * 1024 * 1024


class ConnectRefused(Exception):
    """The server, or the way to it, refused; `data` is what the server gave with its refusal."""

    def __init__(self, message: str, data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class ClientError(Exception):
    """The client itself would not do it, for instance emit a reserved event name."""


@dataclass(frozen=True)
class Arrival:
    """One thing that reached the client. `order` counts arrivals of every kind from 0.

    kind            name                args
    event           the event           what came with it
    ack             the event answered  the answer
    connect         the socket's id     {recovered}
    connect_error   the message         the data
    disconnect      the reason          {willReconnect}
    upgrade         the new transport
    """

    order: int
    kind: str
    name: str
    args: tuple[Any, ...]

    @property
    def data(self) -> Any:
        """The first argument: all events of this project carry exactly one."""
        return self.args[0] if self.args else None


class JsClient:
    """One official client in a process of its own. Everything that reached it stays in `arrivals`."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._changed = asyncio.Condition()
        self._last_id = 0

    async def __aenter__(self) -> Self:
        node, _ = compute_driver_executable()
        self._process = await asyncio.create_subprocess_exec(
            node,
            str(SCRIPT),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE_BYTES,
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def connect(
        self,
        url: str,
        *,
        auth: dict[str, Any] | None = None,
        transports: Sequence[str] = ("websocket",),
        **options: Any,
    ) -> str:
        """Connect and return the socket's id. Raises ConnectRefused at the first refusal.

        `transports` are "polling" and "websocket"; `options` are the official client's, without
        reconnection unless it is given.
        """
        since = len(self.arrivals)
        options = {"reconnection": False, "auth": auth or {}, "transports": list(transports)} | options
        await self._command("connect", url=url, options=options)
        first = await self._first(lambda arrival: arrival.kind in {"connect", "connect_error"}, since)
        if first.kind == "connect_error":
            raise ConnectRefused(first.name, first.data)
        return first.name

    async def emit(
        self, name: str, *args: Any, wants_ack: bool = True, patience_s: float = PATIENCE_S
    ) -> Any:
        """Emit and return the acknowledgement, None when none is wanted. Raises TimeoutError when none comes.

        Emits started together are sent in the order in which they were started.
        """
        return await self._command("emit", patience_s, name=name, args=args, wantsAck=wants_ack)

    async def wait_for(
        self,
        name: str,
        where: Callable[[Any], bool] = lambda data: True,
        *,
        since: int = 0,
        patience_s: float = PATIENCE_S,
    ) -> Arrival:
        """Return the first event of that name whose data passes `where`, past ones from `since` on too."""

        def wanted(arrival: Arrival) -> bool:
            return arrival.kind == "event" and arrival.name == name and where(arrival.data)

        return await self._first(wanted, since, patience_s)

    async def wait_for_disconnect(self, *, since: int = 0, patience_s: float = PATIENCE_S) -> str:
        """Return the reason in the official client's words: "io server disconnect", "transport close", …"""
        return (await self._first(lambda arrival: arrival.kind == "disconnect", since, patience_s)).name

    async def wait_for_connect(self, *, since: int = 0, patience_s: float = PATIENCE_S) -> str:
        """Return the new socket's id after the client has connected (again, with `since`)."""
        return (await self._first(lambda arrival: arrival.kind == "connect", since, patience_s)).name

    def received(self, name: str) -> list[Any]:
        """List the data of all events of that name, in the order of their arrival."""
        return [arrival.data for arrival in self.arrivals if arrival.kind == "event" and arrival.name == name]

    async def disconnect(self) -> None:
        """Leave politely; the process stays and may connect again."""
        await self._command("disconnect")

    def freeze(self) -> None:
        """Stop the process where it is: its connection stands, but nothing is read or answered any more."""
        self._running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen client go on."""
        self._running.send_signal(signal.SIGCONT)

    async def kill(self) -> None:
        """End the process without a goodbye, as a phone whose battery dies."""
        self._running.kill()
        await self._running.wait()

    async def close(self) -> None:
        """Disconnect, and end the process."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
        try:
            await asyncio.wait_for(process.wait(), GOODBYE_S)
        except TimeoutError:
            process.kill()
            await process.wait()
        if self._reader is not None:
            await self._reader

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            message = "the client is not running: use `async with JsClient() as client`"
            raise ClientError(message)
        return self._process

    async def _command(self, command: str, patience_s: float = PATIENCE_S, **details: Any) -> Any:
        self._last_id += 1
        number = self._last_id
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        try:
            # Written before anything is awaited: emits gathered by a test keep their order.
            stdin = self._running.stdin
            assert stdin is not None
            line = json.dumps({"id": number, "do": command, **details}, default=_encode_bytes)
            stdin.write(line.encode() + b"\n")
            await stdin.drain()
            return await asyncio.wait_for(answer, patience_s)
        finally:
            del self._answers[number]

    async def _first(
        self, wanted: Callable[[Arrival], bool], since: int, patience_s: float = PATIENCE_S
    ) -> Arrival:
        def find() -> Arrival | None:
            return next((arrival for arrival in self.arrivals[since:] if wanted(arrival)), None)

        async with self._changed:
            try:
                found = await asyncio.wait_for(self._changed.wait_for(find), patience_s)
            except TimeoutError:
                seen = [(arrival.kind, arrival.name) for arrival in self.arrivals[since:]]
                message = f"did not arrive within {patience_s} s; what did: {seen}"
                raise TimeoutError(message) from None
        assert isinstance(found, Arrival)
        return found

    async def _read(self) -> None:
        assert self._running.stdout is not None
        async for line in self._running.stdout:
            said = json.loads(line, object_hook=_decode_bytes)
            if "id" in said:
                self._answer(said)
                continue
            async with self._changed:
                self.arrivals.append(
                    Arrival(len(self.arrivals), said["kind"], said["name"], tuple(said["args"]))
                )
                self._changed.notify_all()

    def _answer(self, said: dict[str, Any]) -> None:
        answer = self._answers.get(said["id"])
        if answer is None or answer.done():
            return
        if "error" in said:
            answer.set_exception(ClientError(said["error"]))
        else:
            answer.set_result(said["result"])


def _encode_bytes(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    message = f"not for the wire: {value!r}"
    raise TypeError(message)


def _decode_bytes(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["$bytes"]) if "$bytes" in value else value
