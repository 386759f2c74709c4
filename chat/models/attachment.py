"""Files that people sent, and their faces. The bytes are in the file store, by their SHA-256."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chat.models.base import ID_LENGTH, Base

SHA256_LENGTH = 64
AVATARS = "/api/avatars/"


class Attachment(Base):
    """A file of its uploader's until a message takes it, then the message's."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index("ix_attachments_message_id_position", "message_id", "position"),
        # What waits for a message is asked for by its age.
        Index("ix_attachments_uploader_id_created_at", "uploader_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    uploader_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH), index=True)
    thumbnail_sha256: Mapped[str | None] = mapped_column(String(SHA256_LENGTH), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime]


class Avatar(Base):
    """A face in its sizes, called by the content of the large one; people and groups name it by its address."""

    __tablename__ = "avatars"

    large_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH), primary_key=True)
    small_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH), index=True)
    created_at: Mapped[datetime]

    @property
    def address(self) -> str:
        """What people and groups have as their `avatar`."""
        return f"{AVATARS}{self.large_sha256}"
