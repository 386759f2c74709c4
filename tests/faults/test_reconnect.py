"""R16: everybody comes back at once after a crash, without a loop of failures."""

from __future__ import annotations

import asyncio
import random
import resource
import sys
import time
from collections.abc import Iterator

import pytest

from tests.faults.client import Client, Cut, Refused, connected
from tests.faults.conftest import MakeServer
from tests.faults.figures import Figures, percentile
from tests.faults.outbox import Outbox
from tests.faults.picture import Picture
from tests.faults.scale import dice, scaled
from tests.people import Person, Town

PEOPLE = scaled(short=10, long=50)
SOCKETS_EACH = scaled(short=10, long=20)
WITHIN_S = 60
# What the seed's clients do: socket.io-client's delays, spread by half, and then they give up.
DELAYS_S = (1, 2, 4, 5, 5)
SPREAD = 0.5
BEFORE, AFTER = 10, 10
# The limit on open files that a server is usually started with (in the short run fewer than its sockets), and ours.
FILES_AT_START = scaled(short=64, long=1024)
FILES = 4096
SERVE = ("sh", "-c", f'ulimit -Sn {FILES_AT_START} && exec "$0" -m chat serve', sys.executable)


@pytest.fixture(autouse=True)
def open_files() -> Iterator[None]:
    """Room for the sockets of all phones in one process."""
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before, min(FILES, most)), most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


class Phone:
    """A client that comes back by itself, as the official ones do."""

    def __init__(self, port: int, person: Person, conversation: str, chance: random.Random) -> None:
        self._port = port
        self._person = person
        self._chance = chance
        self.picture = Picture(conversation)
        self.client: Client | None = None
        self.attempts = 0

    async def connect(self) -> None:
        """Raises Cut, Refused."""
        self.client = Client(self._port, self._person.access_token, records=False)
        self.picture.follow(self.client)
        try:
            await self.client.connect(cursors={self.picture.conversation_id: self.picture.last_seq})
            await self.picture.catch_up(self.client)
        except ConnectionError:
            await self.client.close()
            raise

    async def come_back(self) -> None:
        """Once the link has ended: try until it stands again. Raises AssertionError when it would give up."""
        assert self.client is not None
        await self.client.closed.wait()
        await self.client.close()
        for delay_s in DELAYS_S:
            await asyncio.sleep(delay_s * self._chance.uniform(1 - SPREAD, 1 + SPREAD))
            self.attempts += 1
            try:
                await self.connect()
            except (Cut, Refused):
                continue
            return
        raise AssertionError(f"gave up after {self.attempts} attempts")


async def test_all_are_back_and_caught_up_in_time_when_the_server_was_killed(
    make_server: MakeServer, figures: Figures
) -> None:
    server = await make_server(*SERVE)
    owner, *people = await Town(server).people("Owner", *(f"Phone {n}" for n in range(PEOPLE)))
    group = (await owner.group_with(*people))["_id"]
    chance = dice("R16")
    phones = [Phone(server.port, person, group, chance) for person in people for _ in range(SOCKETS_EACH)]
    for start in range(0, len(phones), 50):
        await asyncio.gather(*(phone.connect() for phone in phones[start : start + 50]))
    outbox = Outbox()
    writer = await connected(server.port, owner)
    assert await outbox.send(writer, (outbox.write(group, f"before {n}") for n in range(BEFORE)))
    await server.kill()
    began = time.monotonic()
    coming = [asyncio.create_task(_timed(phone, began)) for phone in phones]
    await writer.close()
    await server.start(*SERVE)
    writer = await connected(server.port, owner)
    assert await outbox.send(writer, (outbox.write(group, f"after {n}") for n in range(AFTER)))
    async with asyncio.timeout(WITHIN_S):
        back_s = await asyncio.gather(*coming)
        for phone in phones:
            assert phone.client is not None
            await phone.client.until(
                lambda phone=phone: phone.picture.last_seq == BEFORE + AFTER, within_s=WITHIN_S
            )
    figures.tell(
        "R16",
        sockets=len(phones),
        back_and_caught_up_in_s=max(back_s),
        median_s=percentile(back_s, 50),
        attempts=sum(phone.attempts for phone in phones),
        most_attempts_of_one=max(phone.attempts for phone in phones),
        put_off=sum(phone.picture.put_off for phone in phones),
    )
    for phone in phones:
        assert phone.picture.applied == list(range(1, BEFORE + AFTER + 1))
    await writer.close()
    await asyncio.gather(*(phone.client.close() for phone in phones if phone.client is not None))


async def _timed(phone: Phone, began: float) -> float:
    await phone.come_back()
    return time.monotonic() - began
