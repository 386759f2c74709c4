"""Invitations to make an account."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from chat.schemas.base import Schema


class CreateInvitation(Schema):
    max_uses: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Invitation(Schema):
    id: str = msgspec.field(name="_id")
    url: str
    max_uses: int | None
    uses: int
    created_at: str
    expires_at: str | None


class Invitations(Schema):
    invitations: list[Invitation]
    has_more: bool = False
