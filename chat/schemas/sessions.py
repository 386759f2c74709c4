"""Signing in and out, and signed-in devices."""

from __future__ import annotations

import msgspec

from chat.schemas import text
from chat.schemas.base import Schema
from chat.schemas.users import Me

EMAIL_MAX_CHARS = 254


class Register(Schema):
    """An account to be made. `invite` is the last part of an invitation link."""

    name: str
    email: str
    password: str
    invite: str | None = None
    setup_token: str | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "name", text.line(self.name, "name"))


class Login(Schema):
    email: str
    password: str


class RefreshToken(Schema):
    refresh_token: str | None = None


class Tokens(Schema):
    """What a script gets at sign-in."""

    access_token: str
    refresh_token: str
    user: Me


class RotatedTokens(Schema):
    access_token: str
    refresh_token: str


class AccessToken(Schema):
    """What a page gets: the refresh token stays in its HttpOnly cookie."""

    access_token: str


class Session(Schema):
    """A signed-in device."""

    id: str = msgspec.field(name="_id")
    device_name: str
    ip: str
    user_agent: str
    created_at: str
    last_activity: str
    current: bool


class Sessions(Schema):
    sessions: list[Session]
    has_more: bool = False
