"""A database full of believable people and conversations: for trying out, for tests, for benchmarks.

`people` makes who they are, `talk` what they said; their words stand in `words.json`. The same numbers make the same
people and conversations each time.
"""

from __future__ import annotations

import os
import random
import secrets
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import func, select

from chat import database
from chat.config import Settings
from chat.database import Database, Transaction
from chat.demo import people, talk
from chat.demo.rows import Rows
from chat.models import User
from chat.security.passwords import Passwords
from chat.security.tokens import Tokens

TOKEN_LIFETIME_S = 24 * 3600
MESSAGES_PER_PERSON = 25
_PASSWORD_BYTES = 12


class DemoRefused(Exception):
    """The database is not one to be filled; the message is one line for the person at the command line."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What the database holds now. `password` is everybody's, and is kept nowhere."""

    conversations: int
    messages: int
    password: str
    accounts: list[Account]


class Account(msgspec.Struct, frozen=True):
    """One person, as the tokens file lists them."""

    id: str = msgspec.field(name="_id")
    name: str
    email: str
    access_token: str = msgspec.field(name="accessToken")


async def fill(settings: Settings, count: int, messages: int | None = None) -> Filled:
    """Fill the database with `count` people and `messages` messages (25 a person unless given).

    All of it or, when anything fails, nothing. Raises DemoRefused when anybody has an account there.
    """
    opened = Database(settings.database_url)
    await opened.start()
    database.use(opened)
    try:
        await _require_empty(settings)
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        password_hash = await Passwords(settings.password_memory_mib).hash(password)
        wanted = count * MESSAGES_PER_PERSON if messages is None else messages

        async def change(tx: Transaction) -> Filled:
            rng = random.Random(count)  # noqa: S311  # names and small talk, nothing secret
            rows = Rows(tx)
            town = people.make_people(rng, rows, tx.now, count, password_hash)
            circles = people.make_circles(rng, rows, tx.now, town)
            written = await talk.make_conversations(rng, rows, tx.now, circles, wanted)
            await rows.flush()
            tokens = Tokens(settings.jwt_secret)
            accounts = [
                Account(
                    id=person.id,
                    name=person.name,
                    email=person.email,
                    access_token=tokens.issue_access(person.id, person.session_id, tx.now, TOKEN_LIFETIME_S),
                )
                for person in town
            ]
            return Filled(len(circles), written, password, accounts)

        return await database.write(change)
    finally:
        database.use(None)
        await opened.close()


async def _require_empty(settings: Settings) -> None:
    async with database.read() as reading:
        everybody = await reading.session.scalar(select(func.count(User.id)))
        demo = await reading.session.scalar(
            select(func.count(User.id)).where(User.email.endswith(people.DOMAIN))
        )
    if everybody != demo:
        raise DemoRefused(
            "real people have accounts here, and demo people stay away from them: "
            "name another folder with DATA_DIR"
        )
    if everybody:
        raise DemoRefused(
            f"demo people live here already: to begin anew, delete {settings.data_dir} with all that is in it, "
            "or name another folder with DATA_DIR"
        )


class TokensFile:
    """A private file that appears whole or not at all; begun before the work, so that a bad path costs none."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when nothing can be written there."""
        self._path = path
        self._partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        self._descriptor = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)

    def write(self, accounts: list[Account]) -> None:
        with os.fdopen(self._descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(accounts), indent=1) + b"\n")
        self._partial.replace(self._path)

    def discard(self) -> None:
        os.close(self._descriptor)
        self._partial.unlink()
