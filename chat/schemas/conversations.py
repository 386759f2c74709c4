"""Conversations: lists, creation, where a reader stands."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from chat.errors import BadRequest
from chat.schemas import text
from chat.schemas.base import DEFAULT_LIMIT, Limit, Schema, Seq
from chat.schemas.messages import Message
from chat.schemas.users import User

Role = Literal["owner", "admin", "moderator", "member"]
MAX_GROUP_SIZE = 5000


class Participant(User):
    role: Role
    joined_seq: int
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
    next_cursor: str | msgspec.UnsetType | None = msgspec.UNSET


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


class MarkAsDelivered(Schema):
    """A device confirms that it has everything up to `seq`."""

    conversation_id: str
    seq: Seq


class MarkedAsDelivered(Schema):
    last_delivered_seq: int


class InConversation(Schema):
    """A command that names a conversation and nothing more."""

    conversation_id: str


class Typing(Schema):
    conversation_id: str
    is_typing: bool


class Viewing(Schema):
    """Since when a person has had a conversation open, and when they last did something there."""

    joined_at: str
    last_activity: str


class ViewingPresence(Schema):
    """Who has the conversation open now, by user id."""

    presence: dict[str, Viewing]


class GroupUpdates(Schema):
    """What may be changed of a group; what is not given stays."""

    name: str | None = None
    description: str | None = None
    avatar: str | None = None

    def __post_init__(self) -> None:
        if self.name is not None:
            msgspec.structs.force_setattr(self, "name", text.line(self.name, "name"))
        if self.description is not None:
            cleaned = text.paragraph(self.description, "description")
            msgspec.structs.force_setattr(self, "description", cleaned)
        if self.avatar is not None:
            raise BadRequest("avatar_by_upload", details={"field": "avatar"})


class UpdateGroup(Schema):
    conversation_id: str
    updates: GroupUpdates


class AddMember(Schema):
    conversation_id: str
    new_user_id: str


class RemoveMember(Schema):
    conversation_id: str
    removed_user_id: str


class NewMember(Schema):
    """The body of `POST conversations/{id}/members`."""

    user_id: str
    role: Role = "member"


class MemberRole(Schema):
    """The body of `PATCH conversations/{id}/members/{userId}`."""

    role: Role


class LeaveGroup(Schema):
    """The body of `POST conversations/{id}/leave`: who looks after the group when its last admin goes."""

    successor_id: str | None = None


class Preferences(Schema):
    """What one participant wants of a conversation; what is not given stays."""

    muted: bool | None = None
    muted_until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    archived: bool | None = None
