"""Facts: what has happened, in the past tense, frozen, complete enough to tell the world without asking again.

A fact's fields are what clients are told. `sockets/broadcast.py` decides to whom; the same forms stand in
`get-changes`, so that a live client and one that catches up read the same words.
"""

from __future__ import annotations

from typing import ClassVar, Literal



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


class MessagesRead(ConversationFact):
    """A reader's cursor has moved. When they keep it to themselves (`is_public` is false), others are told only
    that the messages were delivered."""

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
    code: Literal["session_revoked"] = "session_revoked"


