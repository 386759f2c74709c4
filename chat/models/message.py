"""Messages, what became of them, and what people felt about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chat.models.base import ID_LENGTH, Base


class Message(Base):
    """A message at its place (`seq`) in a conversation; deletion is soft and keeps the content here only."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_conversation_id_seq", "conversation_id", "seq", unique=True),
        # R2: a resend never duplicates, for ever. Several NULLs are distinct in SQLite and PostgreSQL.
        # The client's id comes first: those of a whole batch are looked up by it alone.
        UniqueConstraint("client_message_id", "sender_id"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(BigInteger)
    sender_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    client_message_id: Mapped[str | None] = mapped_column(String(36))
    # What was asked for, hashed: a resend with another body is told apart even after an edit.
    request_digest: Mapped[str | None] = mapped_column(String(32))
    type: Mapped[str] = mapped_column(String(16), default="text")
    content: Mapped[str]
    system: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reply_to: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class Revision(Base):
    """One text that a message has had; the first row is the original, made when it is first edited."""

    __tablename__ = "revisions"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    content: Mapped[str]
    created_at: Mapped[datetime]


class Reaction(Base):
    """One person's emoji on one message."""

    __tablename__ = "reactions"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    emoji: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime]


class Change(Base):
    """A durable change that is no message: an edit, a deletion, a reaction. Messages carry their own `seq`."""

    __tablename__ = "changes"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    emoji: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
