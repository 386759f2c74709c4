"""Messages: what is asked, what is answered, what is shown."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from chat.errors import BadRequest
from chat.schemas import text
from chat.schemas.attachments import Attachment
from chat.schemas.base import DEFAULT_LIMIT, Limit, Schema, Seq
from chat.schemas.users import UserSummary

MessageType = Literal["text", "image", "video", "audio", "file", "system"]
Status = Literal["sent", "delivered", "read"]
_USUAL_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MAX_ATTACHMENTS = 20


class SendMessage(Schema):
    """A message to be stored, into a conversation or to a person. With files it needs no text; they make its type."""

    content: str = ""
    conversation_id: str | None = None
    receiver_id: str | None = None
    attachments: list[str] = []
    reply_to: str | None = None
    client_message_id: str | None = None
    type: MessageType | None = None

    def __post_init__(self) -> None:
        if (self.conversation_id is None) == (self.receiver_id is None):
            raise BadRequest("conversation_or_receiver", details={"field": "conversationId"})
        if self.client_message_id is not None:
            _require_uuid(self.client_message_id)
        if len(self.attachments) > MAX_ATTACHMENTS or len(set(self.attachments)) < len(self.attachments):
            raise BadRequest("too_many_attachments", limit=MAX_ATTACHMENTS, details={"field": "attachments"})
        if self.content or not self.attachments:
            text.content(self.content)


class PostMessage(Schema):
    """The body of `POST conversations/{id}/messages`; the path names the conversation."""

    content: str = ""
    attachments: list[str] = []
    reply_to: str | None = None
    client_message_id: str | None = None
    type: MessageType | None = None

    def into(self, conversation_id: str) -> SendMessage:
        return SendMessage(conversation_id=conversation_id, **msgspec.structs.asdict(self))


class Sent(Schema):
    """A message is on disk."""

    message_id: str
    conversation_id: str
    seq: int
    status: Status
    created_at: str
    duplicate: bool | msgspec.UnsetType = msgspec.UNSET


class GroupedReaction(Schema):
    emoji: str
    user_ids: list[str]


class Message(Schema):
    """A message as its participants see it. A deleted one keeps its place with an empty content."""

    id: str = msgspec.field(name="_id")
    conversation_id: str
    seq: int
    client_message_id: str | msgspec.UnsetType = msgspec.UNSET
    sender: UserSummary
    content: str
    type: MessageType
    attachments: list[Attachment] = []
    reply_to: str | msgspec.UnsetType = msgspec.UNSET
    system: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    reactions: list[GroupedReaction] = []
    status: Status
    delivered_count: int
    read_count: int
    recipient_count: int
    edited: bool = False
    edited_at: str | None = None
    deleted: bool = False
    deleted_at: str | None = None
    created_at: str


class ListMessages(Schema):
    """A page of history: before a `seq`, after one, or the newest."""

    before_seq: Seq | None = None
    after_seq: Seq | None = None
    limit: Limit = DEFAULT_LIMIT


class Messages(Schema):
    """A page of messages in rising `seq`."""

    messages: list[Message]
    has_more: bool


class EditMessage(Schema):
    message_id: str
    content: str
    conversation_id: str | None = None

    def __post_init__(self) -> None:
        text.content(self.content)


class NewContent(Schema):
    """The body of `PATCH messages/{id}`."""

    content: str


class Edited(Schema):
    edited_at: str
    seq: int


class DeleteMessage(Schema):
    message_id: str
    conversation_id: str | None = None


class Deleted(Schema):
    deleted_at: str
    seq: int


class React(Schema):
    """One emoji on one message, to be added or removed."""

    message_id: str
    emoji: str
    conversation_id: str | None = None

    def __post_init__(self) -> None:
        text.emoji(self.emoji)


class Changed(Schema):
    """The change's place; of one that changed nothing, the conversation's present place."""

    seq: int


class Revision(Schema):
    """One text that a message has had."""

    content: str
    created_at: str


class History(Schema):
    """All texts of a message, the original first, the present one last."""

    revisions: list[Revision]
    has_more: bool = False


class Receipt(Schema):
    """How far a message came with one recipient, and when; None where it has not, or it is not told."""

    user: UserSummary
    delivered_at: str | None
    read_at: str | None


class Receipts(Schema):
    receipts: list[Receipt]
    has_more: bool = False


class Missed(Schema):
    """How many messages were sent again in `missed-messages` events."""

    count: int
    has_more: bool


class MissedMessages(Schema):
    """The data of a `missed-messages` event."""

    messages: list[Message]
    count: int
    has_more: bool


class RequestMissed(Schema):
    """Which messages to send again: later than a time, or after cursors, in one conversation or in all."""

    last_message_timestamp: datetime | None = None
    cursors: dict[str, Seq] | None = None
    conversation_id: str | None = None


class Reconnect(Schema):
    """A client is back: what it has missed since its cursors, or since its session was last connected."""

    cursors: dict[str, Seq] | None = None


def _require_uuid(value: str) -> None:
    if _USUAL_UUID.fullmatch(value):
        return
    try:
        UUID(value)
    except ValueError:
        raise BadRequest("not_a_uuid", details={"field": "clientMessageId"}) from None
