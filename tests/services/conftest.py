"""Fixtures for the rules: a real file database of the test's own, a clock to set, and the facts as they come out."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chat import database, instance
from chat.config import DATABASE_FILE, Settings
from chat.database import Database, Transaction
from chat.events import Fact
from chat.instance import Instance
from chat.migrate import upgrade
from chat.models import InstanceValue
from chat.schemas.conversations import CreateConversation
from chat.schemas.sessions import Register
from chat.services import accounts, conversations
from chat.services.actor import Actor
from chat.services.memory import memory
from chat.services.sessions import Client
from chat.times import utc_now
from tests.people import PASSWORD


class Clock:
    """The database's time; stands still until it is moved."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass(frozen=True)
class Store:
    """An open database file, and all facts that it has published."""

    path: Path
    database: Database
    facts: list[Fact]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database file at the newest schema, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    path = folder / DATABASE_FILE
    upgrade(f"sqlite:///{path}", folder)
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=f"sqlite+aiosqlite:///{tmp_path / DATABASE_FILE}",
        jwt_secret="a secret for tests that is long enough",
        rate_limits=False,
        password_memory_mib=12,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(settings: Settings, clock: Clock, migrated: Path) -> AsyncIterator[Store]:
    """The database that `chat.database.read` and `write` mean during the test."""
    path = settings.data_dir / DATABASE_FILE
    shutil.copy(migrated, path)
    opened = Database(settings.database_url, memory=memory, clock=clock)
    await opened.start()
    async with opened.read() as reading:
        await memory.load(reading)
    facts: list[Fact] = []
    opened.subscribe(facts.extend)
    database.use(opened)
    instance.use(Instance.of(settings))
    yield Store(path, opened, facts)
    await opened.close()
    database.use(None)
    instance.use(None)


@pytest.fixture
async def actors(store: Store, settings: Settings) -> list[Actor]:
    """An owner and two others; anybody may register here."""
    instance.use(Instance.of(replace(settings, registration="open")))
    return [await registered(name) for name in ("Ada", "Bob", "Eve")]


async def registered(name: str) -> Actor:
    """A new account, where anybody may register; the first one owns the instance."""
    client = Client(address="127.0.0.1", user_agent="test", locale="fr", is_local=True)
    command = Register(name=name, email=f"{name}@example.org", password=PASSWORD)
    user = (await accounts.register(command, client)).user
    return Actor(user.id, "", user.name, user.role, "fr")


async def group(*actors: Actor) -> str:
    """The id of a group that the first one makes."""
    command = CreateConversation(participant_ids=[actor.user_id for actor in actors[1:]], name="Club")
    return (await conversations.create_conversation(actors[0], command))[0].id


@asynccontextmanager
async def held() -> AsyncIterator[None]:
    """Hold the writer, so that all that is asked inside the block queues up and shares the next commit."""
    is_held, release = asyncio.Event(), asyncio.Event()

    async def hold(tx: Transaction) -> None:
        is_held.set()
        await release.wait()

    holding = asyncio.create_task(database.write(hold))
    await is_held.wait()
    try:
        yield
        await asyncio.sleep(0)  # the tasks made inside the block take their places in the queue
    finally:
        release.set()
        await holding


def keep(name: str, value: str = "") -> Callable[[Transaction], Awaitable[None]]:
    """A change that stores one row."""

    async def change(tx: Transaction) -> None:
        tx.session.add(InstanceValue(name=name, value=value))

    return change
