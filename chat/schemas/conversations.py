"""Conversations: lists, creation, where a reader stands."""

from __future__ import annotations

from typing import Literal

import msgspec

from chat.schemas import text
from chat.schemas.base import DEFAULT_LIMIT, Limit, Schema, Seq
from chat.schemas.messages import Message
from chat.schemas.users import User

Role = Literal["owner", "admin", "moderator", "member"]
MAX_GROUP_SIZE = 5000


class Participant(User):
    role: Role
    last_read_seq: int
    last_delivered_seq: int


class Conversation(Schema):
    """A conversation as one of its participants sees it."""

    id: str = msgspec.field(name="_id")
    is_group: bool
    name: str | None
    avatar: str | None
    description: str | None
    participants: list[Participant]
    last_message: Message | None
    last_seq: int
    unread_count: int
    muted: bool
    muted_until: str | None = None
    archived: bool
    created_at: str
    updated_at: str


class CreateConversation(Schema):
    participant_ids: list[str]
    name: str | None = None

    def __post_init__(self) -> None:
        if self.name is not None:
            msgspec.structs.force_setattr(self, "name", text.line(self.name, "name"))


class ListConversations(Schema):
    cursor: str | None = None
    limit: Limit = DEFAULT_LIMIT


class Conversations(Schema):
    """A page of conversations, the most recently active first."""

    conversations: list[Conversation]
    has_more: bool
    next_cursor: str | None | msgspec.UnsetType = msgspec.UNSET


class MarkAsRead(Schema):
    """Move the reader's cursor to `seq`, or to the newest."""

    conversation_id: str
    seq: Seq | None = None


class ReadUpTo(Schema):
    """The body of `PUT conversations/{id}/read`."""

    seq: Seq | None = None


class MarkedAsRead(Schema):
    last_read_seq: int


class GetChanges(Schema):
    conversation_id: str
    after_seq: Seq
    limit: Limit = DEFAULT_LIMIT


class ListChanges(Schema):
    """The query of `GET conversations/{id}/changes`."""

    after_seq: Seq
    limit: Limit = DEFAULT_LIMIT


class ChangeEntry(Schema):
    """One durable change: the live event's name and data."""

    seq: int
    event: str
    data: msgspec.Raw


class Changes(Schema):
    changes: list[ChangeEntry]
    has_more: bool
    last_seq: int
