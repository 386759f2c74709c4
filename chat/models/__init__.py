"""The tables. Importing this package registers all of them."""

from chat.models.attachment import AVATARS, Attachment, Avatar
from chat.models.audit import AuditEntry
from chat.models.base import Base
from chat.models.conversation import Conversation, Participant, Receipt
from chat.models.instance import InstanceValue
from chat.models.invitation import Invitation
from chat.models.message import Change, Message, Reaction, Revision
from chat.models.session import Session
from chat.models.user import Contact, User

__all__ = [
    "AVATARS",
    "Attachment",
    "AuditEntry",
    "Avatar",
    "Base",
    "Change",
    "Contact",
    "Conversation",
    "InstanceValue",
    "Invitation",
    "Message",
    "Participant",
    "Reaction",
    "Receipt",
    "Revision",
    "Session",
    "User",
]
