"""Rows on their way to the database, in bulk."""

from __future__ import annotations

from typing import Any, Final, cast

from sqlalchemy import Table, insert

from chat.database import Transaction
from chat.models import (
    Base,
    Change,
    Contact,
    Conversation,
    Message,
    Participant,
    Reaction,
    Receipt,
    Revision,
    Session,
    User,
)

ROWS_PER_FLUSH = 10_000

# Parents first: what is written earlier is referred to by what follows.
_ORDER: Final[tuple[type[Base], ...]] = (
    User,
    Session,
    Contact,
    Conversation,
    Participant,
    Message,
    Revision,
    Change,
    Reaction,
    Receipt,
)


class Rows:
    """Gathers rows and writes them some thousands at a time, so that a million messages need little memory.

    Rows of one table name the same columns, as one statement writes them all.
    """

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._waiting: dict[type[Base], list[dict[str, Any]]] = {table: [] for table in _ORDER}
        self._count = 0

    def add(self, table: type[Base], **values: Any) -> None:
        self._waiting[table].append(values)
        self._count += 1

    async def flush_when_many(self) -> None:
        if self._count > ROWS_PER_FLUSH:
            await self.flush()

    async def flush(self) -> None:
        for model, rows in self._waiting.items():
            if rows:
                await self._tx.session.execute(insert(cast(Table, model.__table__)), rows)
                rows.clear()
        self._count = 0
