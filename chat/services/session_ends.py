"""The end of sessions, whatever ends them: it is written, noted, and told to their sockets."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from chat.database import Transaction
from chat.events import SessionEnded
from chat.models import Session
from chat.services import audit


async def end_sessions(
    tx: Transaction, user_id: str, action: str, *, besides: str | None = None, ip: str = ""
) -> None:
    """End all of a person's sessions, but not `besides`; `action` is what the audit log calls it."""
    query = select(Session).where(Session.user_id == user_id, Session.revoked_at.is_(None))
    if besides is not None:
        query = query.where(Session.id != besides)
    end(tx, list(await tx.session.scalars(query)), action, actor_id=user_id, ip=ip)


def end(tx: Transaction, ended: Sequence[Session], action: str, *, actor_id: str, ip: str = "") -> None:
    """End these sessions."""
    for session in ended:
        session.revoked_at = tx.now
        audit.note(tx, action, actor_id=actor_id, subject_id=session.id, ip=ip)
        tx.record(SessionEnded(session_id=session.id, user_id=session.user_id))
