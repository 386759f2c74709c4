"""The audit log: what an administrator may have to answer for later."""

from __future__ import annotations

from chat.database import Transaction
from chat.ids import new_id
from chat.models import AuditEntry


def note(
    tx: Transaction, action: str, *, actor_id: str | None, subject_id: str | None = None, ip: str = ""
) -> None:
    """Write an entry in the change's own transaction, so that it stands exactly when the change does."""
    tx.session.add(
        AuditEntry(
            id=new_id(), action=action, actor_id=actor_id, subject_id=subject_id, ip=ip, created_at=tx.now
        )
    )
