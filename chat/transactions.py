"""What a service gets of the database: a snapshot to read, or a change under way."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Row, bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from chat.events import Fact
from chat.models import Conversation

# What a plain statement returns: columns by their names.
AnyRow: TypeAlias = Row[*tuple[Any, ...]]


class Reading:
    """One snapshot of the database: whatever is asked of it, nothing changes in between."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        # For what is asked often: plain statements, without the session's bookkeeping.
        self.connection = connection
        self._session: AsyncSession | None = None
        self.now = now

    @property
    def session(self) -> AsyncSession:
        """For objects; made when it is first asked for."""
        if self._session is None:
            self._session = AsyncSession(
                self.connection, expire_on_commit=False, join_transaction_mode="rollback_only"
            )
        return self._session

    async def close(self) -> None:
        """Let go of the session's objects."""
        if self._session is not None:
            await self._session.close()


class Transaction(Reading):
    """A change under way, alone with the database. `now` is the time that everything in it happened."""

    def __init__(self, connection: AsyncConnection, now: datetime, *, may_presume: bool = False) -> None:
        super().__init__(connection, now)
        self.facts: list[Fact] = []
        self.has_presumed = False
        self._may_presume = may_presume

    def presume(self) -> bool:
        """Whether to leave out a look-up for what a constraint of the database refuses anyway.

        True means yes: should the constraint refuse, the whole change runs again and gets False, to look first.
        """
        self.has_presumed = self._may_presume
        return self._may_presume

    async def flush(self) -> None:
        """Send what the session's objects have become to the database."""
        if self._session is not None:
            await self._session.flush()

    def record(self, fact: Fact) -> None:
        """Publish `fact` once this transaction is on disk."""
        self.facts.append(fact)

    async def next_seq(self, conversation_id: str, *, is_activity: bool = False) -> int:
        """Take the conversation's next number for a durable change (R3: dense, in the change's own transaction).

        `is_activity` lifts the conversation to the top of the list, as a message does and a reaction does not.
        """
        statement = _TAKE_SEQ_WITH_ACTIVITY if is_activity else _TAKE_SEQ
        parameters = {"wanted": conversation_id} | ({"now": self.now} if is_activity else {})
        seq: int = (await self.connection.execute(statement, parameters)).scalar_one()
        loaded = None
        if self._session is not None:
            loaded = self._session.identity_map.get(identity_key(Conversation, conversation_id))
        if loaded is not None:
            set_committed_value(loaded, "last_seq", seq)
            if is_activity:
                set_committed_value(loaded, "updated_at", self.now)
        return seq


_conversations = Conversation.__table__
_TAKE_SEQ = (
    update(_conversations)  # type: ignore[arg-type]
    .where(_conversations.c.id == bindparam("wanted"))
    .values(last_seq=_conversations.c.last_seq + 1)
    .returning(_conversations.c.last_seq)
)
_TAKE_SEQ_WITH_ACTIVITY = _TAKE_SEQ.values(updated_at=bindparam("now"))
