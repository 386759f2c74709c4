"""What the instance knows of itself."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from chat.models.base import Base


class InstanceValue(Base):
    """A named value about this database, such as its epoch."""

    __tablename__ = "instance"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str]
