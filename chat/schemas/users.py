"""People, as others see them and as they see themselves."""

from __future__ import annotations

from typing import Literal

import msgspec

from chat.schemas import text
from chat.schemas.base import DEFAULT_LIMIT, Limit, Schema

LocaleName = Literal["fr", "en"]
Theme = Literal["system", "light", "dark"]


class UserSummary(Schema):
    """A person beside a message."""

    id: str = msgspec.field(name="_id")
    name: str
    avatar: str | None = None


class User(Schema):
    """A person, as everyone on the instance sees them."""

    id: str = msgspec.field(name="_id")
    name: str
    avatar: str | None
    is_online: bool
    last_seen: str | None


class Me(User):
    """A person, as they see themselves."""

    email: str
    locale: LocaleName
    theme: Theme
    read_receipts: bool
    role: str


class UpdateMe(Schema):
    name: str | None = None
    locale: LocaleName | None = None
    theme: Theme | None = None
    read_receipts: bool | None = None

    def __post_init__(self) -> None:
        if self.name is not None:
            msgspec.structs.force_setattr(self, "name", text.line(self.name, "name"))


class ListUsers(Schema):
    query: str = ""
    cursor: str | None = None
    limit: Limit = DEFAULT_LIMIT


class Users(Schema):
    users: list[User]
    has_more: bool
    next_cursor: str | msgspec.UnsetType | None = msgspec.UNSET


class ChangePassword(Schema):
    current_password: str
    new_password: str


class ConfirmPassword(Schema):
    """The body of `DELETE users/me`."""

    password: str


class AddContact(Schema):
    user_id: str


class ListContacts(Schema):
    query: str = ""
    cursor: str | None = None
    limit: Limit = DEFAULT_LIMIT


class Contact(User):
    """A person in one's address book."""

    is_blocked: bool


class Contacts(Schema):
    contacts: list[Contact]
    has_more: bool
    next_cursor: str | msgspec.UnsetType | None = msgspec.UNSET
