"""Conversations and who takes part in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chat.models.base import ID_LENGTH, Base


class Conversation(Base):
    """A direct pair or a group. `last_seq` numbers every durable change in it, densely."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    is_group: Mapped[bool]
    name: Mapped[str | None] = mapped_column(String(80))
    description: Mapped[str | None] = mapped_column(String(500))
    avatar: Mapped[str | None]
    # The two ids of a direct pair in order: unique, so that a pair raced from both sides stays one.
    direct_key: Mapped[str | None] = mapped_column(String(2 * ID_LENGTH + 1), unique=True)
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    created_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class Participant(Base):
    """A person in a conversation: role, receipts as cursors, own preferences."""

    __tablename__ = "participants"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(String(16), default="member")
    joined_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    joined_at: Mapped[datetime]
    last_read_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    last_delivered_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    muted: Mapped[bool] = mapped_column(default=False)
    muted_until: Mapped[datetime | None]
    archived: Mapped[bool] = mapped_column(default=False)


class Receipt(Base):
    """One move of a participant's cursor: until when what was read or delivered, and when."""

    __tablename__ = "receipts"
    # Nearly all of it is its key, which would stand on the disk twice: 214 bytes a receipt, 126 so.
    __table_args__ = {"sqlite_with_rowid": False}

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    up_to_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    created_at: Mapped[datetime]
