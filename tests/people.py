"""People for tests: accounts made over REST, with Python's official Socket.IO client in hand."""

from __future__ import annotations

import asyncio
import itertools
import ssl
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import httpx
import socketio

from tests.server import ServerProcess

PASSWORD = "correct horse battery staple"
ANSWER_WITHIN_S = 10
# Loading the certificates takes 25 ms, more than most requests: once is enough.
TLS = ssl.create_default_context()
_numbers = itertools.count(1)

Json = dict[str, Any]


@dataclass
class Received:
    """One event that a client got, at its place in the order of arrival."""

    event: str
    data: Any


@dataclass
class Person:
    """An account on a server under test."""

    server: ServerProcess
    id: str
    name: str
    email: str
    access_token: str
    refresh_token: str
    devices: list[Device] = field(default_factory=list)

    async def request(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """A REST request under `/api` with the person's access token."""
        async with httpx.AsyncClient(base_url=f"{self.server.url}/api/", verify=TLS) as http:
            headers = {"Authorization": f"Bearer {self.access_token}", **options.pop("headers", {})}
            return await http.request(method, path, json=body, headers=headers, timeout=30, **options)

    async def get(self, path: str, **params: Any) -> Any:
        response = await self.request("GET", path, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    async def post(self, path: str, body: Any = None) -> Any:
        response = await self.request("POST", path, {} if body is None else body)
        assert response.status_code in (200, 201, 204), response.text
        return response.json() if response.content else None

    async def offer(
        self,
        content: bytes | BinaryIO,
        name: str = "file.bin",
        content_type: str = "application/octet-stream",
        *,
        to: tuple[str, str] = ("POST", "attachments"),
    ) -> httpx.Response:
        """Send a file as a browser does; `to` is a method and a path under `/api`."""
        async with httpx.AsyncClient(base_url=f"{self.server.url}/api/", verify=TLS) as http:
            headers = {"Authorization": f"Bearer {self.access_token}"}
            files = {"file": (name, content, content_type)}
            return await http.request(*to, files=files, headers=headers, timeout=60)

    async def upload(
        self, content: bytes | BinaryIO, name: str = "file.bin", content_type: str = "text/plain"
    ) -> Json:
        """Send a file that must be taken; returns the attachment."""
        response = await self.offer(content, name, content_type)
        assert response.status_code == 201, response.text
        return response.json()  # type: ignore[no-any-return]

    async def connect(self, transport: str = "websocket", **auth: Any) -> Device:
        """Open a Socket.IO connection; `transport` is websocket or polling."""
        device = Device(self.server, self.access_token, auth)
        self.devices.append(device)  # one that is not let in is to be closed, too
        await device.connect(transport)
        return device

    async def direct_with(self, other: Person) -> Json:
        return await self.post("conversations", {"participantIds": [other.id]})  # type: ignore[no-any-return]

    async def group_with(self, *others: Person, name: str = "Group") -> Json:
        return await self.post(  # type: ignore[no-any-return]
            "conversations", {"participantIds": [other.id for other in others], "name": name}
        )

    async def disconnect(self) -> None:
        for device in self.devices:
            await device.close()
        self.devices.clear()


class Device:
    """Python's official Socket.IO client that records every event in the order of arrival."""

    def __init__(self, server: ServerProcess, token: str, auth: Json) -> None:
        self._server = server
        self._auth = {"token": token, **auth}
        self.received: list[Received] = []
        self._news = asyncio.Event()
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("*", self._record)

    async def connect(self, transport: str) -> None:
        await self.client.connect(self._server.url, auth=self._auth, transports=[transport])
        await self.wait_for("session-started")

    async def _record(self, event: str, data: Any = None) -> None:
        self.received.append(Received(event, data))
        self._news.set()

    async def call(self, event: str, data: Any = None, timeout: float = ANSWER_WITHIN_S) -> Json:  # noqa: ASYNC109
        """Emit and return the server's answer."""
        return await self.client.call(event, data, timeout=timeout)  # type: ignore[no-any-return]

    async def send(self, conversation_id: str, content: str, **more: Any) -> Json:
        """Send a message with a fresh `clientMessageId`; returns the ack, which must be a success."""
        message = {
            "conversationId": conversation_id,
            "content": content,
            "clientMessageId": str(uuid.uuid4()),
        }
        answer = await self.call("send-message", {**message, **more})
        assert answer["success"], answer
        return answer

    def events(self, name: str) -> list[Any]:
        """The data of all events of that name so far."""
        return [received.data for received in self.received if received.event == name]

    async def wait_for(
        self, name: str, matches: Callable[[Any], bool] = lambda _: True, *, within_s: float = ANSWER_WITHIN_S
    ) -> Any:
        """The data of the first event, past or to come, of that name which `matches`."""
        async with asyncio.timeout(within_s):
            while True:
                for data in self.events(name):
                    if matches(data):
                        return data
                self._news.clear()
                await self._news.wait()

    async def until(self, condition: Callable[[Device], bool], *, within_s: float = ANSWER_WITHIN_S) -> None:
        """Wait until what has been received fulfils `condition`, looked at after each event."""
        async with asyncio.timeout(within_s):
            while not condition(self):
                self._news.clear()
                await self._news.wait()

    @property
    def is_connected(self) -> bool:
        return bool(self.client.connected)

    async def close(self) -> None:
        await self.client.disconnect()
        # python-engineio 4.15 leaves its HTTP session open when the server went first.
        if (session := self.client.eio.http) is not None:
            await session.close()


class Town:
    """Everyone on one server: the owner first, the others by the owner's invitation."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.owner: Person | None = None
        self._invite: str | None = None

    async def person(self, name: str | None = None) -> Person:
        """A new account; the first one is the owner's."""
        number = next(_numbers)
        name = name or f"Person {number}"
        if self.owner is not None and self._invite is None:
            self._invite = (await self.owner.post("invitations"))["url"].rsplit("/", 1)[1]
        made = await register(self.server, name, f"person{number}@example.org", invite=self._invite)
        self.owner = self.owner or made
        return made

    async def people(self, *names: str) -> list[Person]:
        return [await self.person(name) for name in names]


def visit(server: ServerProcess, **headers: str) -> httpx.AsyncClient:
    """HTTP as nobody in particular; `headers` with underscores for hyphens. Cookies are kept."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.AsyncClient(base_url=server.url, headers=named, verify=TLS, timeout=30)


async def register(server: ServerProcess, name: str, email: str, **more: Any) -> Person:
    """Make an account over REST."""
    async with visit(server) as http:
        response = await http.post(
            "/api/auth/register", json={"name": name, "email": email, "password": PASSWORD, **more}
        )
    assert response.status_code == 201, response.text
    made = response.json()
    return Person(server, made["user"]["_id"], name, email, made["accessToken"], made["refreshToken"])
