"""Everyone with an account, in memory: what stands beside each message, and whether they can be written to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from chat.database import Reading
from chat.events import AccountChanged
from chat.models import User
from chat.schemas.users import UserSummary


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of an account without asking the database."""

    summary: UserSummary
    is_active: bool


class People:
    """Accounts by id."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        # Who keeps read receipts to themselves, and so sees nobody's.
        self.silent_readers: set[str] = set()

    async def load(self, reading: Reading) -> None:
        """Take in all accounts, forgetting what was known before."""
        rows = await reading.session.execute(
            select(User.id, User.name, User.avatar, User.disabled_at, User.deleted_at, User.read_receipts)
        )
        self._people.clear()
        self.silent_readers.clear()
        for id_, name, avatar, disabled_at, deleted_at, shows_reading in rows:
            summary = UserSummary(id=id_, name=name, avatar=avatar)
            self._people[id_] = Person(summary, disabled_at is None and deleted_at is None)
            if not shows_reading:
                self.silent_readers.add(id_)

    def apply(self, fact: AccountChanged) -> None:
        self._people[fact.user.id] = Person(fact.user, fact.is_active)
        if fact.shows_reading:
            self.silent_readers.discard(fact.user.id)
        else:
            self.silent_readers.add(fact.user.id)

    def summary(self, user_id: str) -> UserSummary:
        """A person beside a message. Whoever is unknown cannot be: accounts are emptied, never removed."""
        return self._people[user_id].summary

    def is_active(self, user_id: str) -> bool:
        person = self._people.get(user_id)
        return person is not None and person.is_active


people = People()
