"""People with the official JavaScript client, connected and used as the seed's own snippets do it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.people import Json, Person, Town
from tests.sockets.official_client import Arrival, JsClient

# `io('http://localhost:5000', {auth: {token: accessToken}, …})`, word for word.
OPTIONS = {
    "reconnection": True,
    "reconnectionDelay": 1000,
    "reconnectionDelayMax": 5000,
    "reconnectionAttempts": 5,
}


@dataclass
class Seat:
    """One person at their client."""

    person: Person
    client: JsClient
    # What came before this is of an earlier test.
    mark: int = 0

    @property
    def id(self) -> str:
        return self.person.id

    async def connect(self, transport: str, *, url: str | None = None, **auth: Any) -> None:
        """`io(url, {auth: {token}, …})`"""
        auth = {"token": self.person.access_token, **auth}
        await self.client.connect(url or self.person.server.url, auth=auth, transports=[transport], **OPTIONS)

    async def emit(self, event: str, *data: Any) -> Json:
        """`socket.emit(event, data, callback)`; returns what the callback gets, which must be a success."""
        answer = await self.client.emit(event, *data)
        assert answer["success"] is True, answer
        return answer  # type: ignore[no-any-return]

    async def hears(self, event: str, where: Callable[[Any], bool] = lambda _: True) -> Any:
        """`socket.on(event, …)`: the data of the first such event of this test."""
        data = (await self.client.wait_for(event, where, since=self.mark)).data
        assert data["timestamp"].endswith("Z"), data
        return data

    def heard(self) -> list[str]:
        """The names of all events of this test so far."""
        return [arrival.name for arrival in self._events()]

    def has_heard(self, event: str, where: Callable[[Any], bool]) -> bool:
        """Whether such an event has come in this test."""
        return any(arrival.name == event and where(arrival.data) for arrival in self._events())

    def _events(self) -> list[Arrival]:
        return [arrival for arrival in self.client.arrivals[self.mark :] if arrival.kind == "event"]

    async def settle(self) -> None:
        """Return when all that was sent to this client has come: an answer comes behind it."""
        await self.client.emit("get-changes", {"conversationId": "none", "afterSeq": 0})


@dataclass
class Seats:
    """Some people at their clients, all on one transport."""

    transport: str
    seats: dict[str, Seat]
    town: Town

    def __getitem__(self, name: str) -> Seat:
        return self.seats[name]

    def __iter__(self) -> Any:
        return iter(self.seats.values())

    async def settle(self) -> None:
        """From here on a new test begins, or a new look at who hears of something."""
        for seat in self:
            await seat.settle()
            seat.mark = len(seat.client.arrivals)

    async def who_heard(self, event: str, where: Callable[[Any], bool] = lambda _: True) -> set[str]:
        """The names of those who got such an event in this test."""
        for seat in self:
            await seat.settle()
        return {name for name, seat in self.seats.items() if seat.has_heard(event, where)}

    async def group(self, *names: str) -> str:
        """A group of Camille's with those named, by default everyone; all have heard of it."""
        camille, *others = [self[name] for name in ("Camille", *(names or ("Noé", "Inès")))]
        made = await camille.person.group_with(*(seat.person for seat in others), name="Jardin")
        await self.settle()
        return str(made["_id"])

    async def direct(self, name: str) -> str:
        """Camille's direct conversation with the one named."""
        made = await self["Camille"].person.direct_with(self[name].person)
        await self.settle()
        return str(made["_id"])

    async def message(self, conversation_id: str, content: str = "Bonjour !") -> str:
        """A message of Camille's that everyone has got."""
        sent = await self["Camille"].emit(
            "send-message", {"conversationId": conversation_id, "content": content}
        )
        await self.settle()
        return str(sent["messageId"])


@asynccontextmanager
async def take_seats(town: Town, transport: str, *names: str) -> AsyncIterator[Seats]:
    """Make the people, and connect them one after the other."""
    async with AsyncExitStack() as stack:
        seats = Seats(transport, {}, town)
        for name in names:
            client = await stack.enter_async_context(JsClient())
            seats.seats[name] = Seat(await town.person(name), client)
            await seats[name].connect(transport)
        yield seats
