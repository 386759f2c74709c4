"""Facts: what has happened, in the past tense, frozen, complete enough to tell the world without asking again.

A fact's fields are what clients are told. `sockets/broadcast.py` decides to whom; the same forms stand in
`get-changes`, so that a live client and one that catches up read the same words.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from chat.schemas.base import Schema
from chat.schemas.conversations import Conversation
from chat.schemas.messages import Message
from chat.schemas.users import UserSummary


class Fact(Schema):
    """Something that has been committed. `event` is its name on the wire."""

    event: ClassVar[str]

    def payload(self) -> Schema:
        """What clients get as the event's data, beside `timestamp`."""
        return self


class ConversationFact(Fact):
    """A fact about one conversation, told to its participants."""

    conversation_id: str


class Change(ConversationFact):
    """A durable change: it has taken the next `seq` of its conversation."""

    seq: int


class MessageSent(Change):
    event = "receive-message"
    message: Message

    def payload(self) -> Schema:
        return self.message


class MessageEdited(Change):
    event = "message-edited"
    message_id: str
    content: str
    edited_at: str
    sender: UserSummary


class MessageDeleted(Change):
    event = "message-deleted"
    message_id: str
    message_seq: int
    deleted_at: str


class ReactionAdded(Change):
    event = "reaction-added"
    message_id: str
    user_id: str
    emoji: str


class ReactionRemoved(Change):
    event = "reaction-removed"
    message_id: str
    user_id: str
    emoji: str


class MemberAdded(Change):
    """Somebody joined a group: `message` is the change, as it stands in the history.

    `conversation` is what the new member is told first: nothing in it is unread for them.
    """

    event = "group-user-added"
    new_user_id: str
    new_user: UserSummary
    conversation_name: str | None
    added_by: str
    message: Message
    conversation: Conversation

    def payload(self) -> Schema:
        return MemberAddedNotice(
            conversation_id=self.conversation_id,
            seq=self.seq,
            new_user_id=self.new_user_id,
            new_user=self.new_user,
            conversation_name=self.conversation_name,
            added_by=self.added_by,
            message=self.message,
        )


class MemberAddedNotice(Schema):
    """What participants get of a MemberAdded."""

    conversation_id: str
    seq: int
    new_user_id: str
    new_user: UserSummary
    conversation_name: str | None
    added_by: str
    message: Message


class MemberRemoved(Change):
    """Somebody left a group or was taken out of it; they themselves are told by `removed-from-group`."""

    event = "group-user-removed"
    removed_user_id: str
    message: Message


class GroupUpdated(Change):
    """A group's name, description, picture or somebody's role in it has changed."""

    event = "group-updated"
    updates: dict[str, Any]
    message: Message


class MessageDelivered(ConversationFact):
    """A message has reached everyone it was meant for; told to its sender's devices, once."""

    event = "message-delivered"
    message_id: str
    sender_id: str
    status: Literal["delivered"] = "delivered"

    def payload(self) -> Schema:
        return MessageDeliveredNotice(
            conversation_id=self.conversation_id, message_id=self.message_id, status=self.status
        )


class MessageDeliveredNotice(Schema):
    """What the sender gets of a MessageDelivered."""

    conversation_id: str
    message_id: str
    status: Literal["delivered"]


class MessagesRead(ConversationFact):
    """A reader's cursor has moved. When they keep it to themselves (`is_public` is false), others are told only
    that the messages were delivered.
    """

    event = "messages-read"
    reader_id: str
    last_read_seq: int
    is_public: bool

    def payload(self) -> Schema:
        return MessagesReadNotice(
            conversation_id=self.conversation_id, reader_id=self.reader_id, last_read_seq=self.last_read_seq
        )


class MessagesReadNotice(Schema):
    """What clients get of a MessagesRead."""

    conversation_id: str
    reader_id: str
    last_read_seq: int


class ConversationCreated(ConversationFact):
    """A conversation begins for `recipient_ids`: nothing in it is unread, muted or archived for them yet."""

    event = "conversation-created"
    conversation: Conversation
    recipient_ids: list[str]

    def payload(self) -> Schema:
        return self.conversation


class SessionEnded(Fact):
    """A device was signed out; its sockets go."""

    event = "session-ended"
    session_id: str
    user_id: str


class SessionEndedNotice(Schema):
    """What the device gets of a SessionEnded, before its connection is closed."""

    code: str


class AcquaintanceChanged(Fact):
    """A person added, removed, blocked or unblocked another one. Nobody is told: a block is no news."""

    event = ""
    owner_id: str
    user_id: str
    is_contact: bool
    blocked_at: str | None


class AccountChanged(Fact):
    """An account was made, or something of it has changed: for this program's own memory. Nobody is told."""

    event = ""
    user: UserSummary
    is_active: bool
    shows_reading: bool


class UserUpdated(Fact):
    """A person has another name or another face."""

    event = "user-updated"
    user_id: str
    name: str
    avatar: str | None
