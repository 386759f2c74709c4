"""The only doors to objects: each looks the object up *through* what the actor may see.

What the actor may not see is not found, in the same words as what does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, or_, select

from chat.database import AnyRow, Reading
from chat.errors import Conflict, Forbidden, NotFound
from chat.models import AVATARS, Attachment, Avatar, Conversation, Message, Participant, User
from chat.services.acquaintances import acquaintances
from chat.services.actor import Actor
from chat.services.people import people
from chat.services.roster import roster

# Roles in a group, by what they may do there.
MODERATORS = ("owner", "admin", "moderator")
ADMINS = ("owner", "admin")

_conversations, _participants = Conversation.__table__, Participant.__table__
# Conversations as the `viewer` among their participants sees them, for reading only: plain columns, no objects.
VISIBLE = (
    select(
        _conversations.c.id,
        _conversations.c.is_group,
        _conversations.c.name,
        _conversations.c.avatar,
        _conversations.c.description,
        _conversations.c.last_seq,
        _conversations.c.created_at,
        _conversations.c.updated_at,
        _participants.c.muted,
        _participants.c.muted_until,
        _participants.c.archived,
    )
    .join_from(_participants, _conversations, _participants.c.conversation_id == _conversations.c.id)
    .where(_participants.c.user_id == bindparam("viewer"))
)
_VISIBLE_ONE = VISIBLE.where(_conversations.c.id == bindparam("wanted"))


async def visible(reading: Reading, viewer_id: str, conversation_id: str) -> AnyRow:
    """A conversation as one of its participants sees it, with the columns of VISIBLE. Raises NotFound."""
    wanted = {"viewer": viewer_id, "wanted": conversation_id}
    row = (await reading.connection.execute(_VISIBLE_ONE, wanted)).one_or_none()
    if row is None:
        raise NotFound
    return row


async def conversation(
    reading: Reading, actor: Actor, conversation_id: str
) -> tuple[Conversation, Participant]:
    """A conversation that the actor takes part in, and how: for changing them. Raises NotFound."""
    row = (
        await reading.session.execute(
            select(Conversation, Participant)
            .join(Participant, Participant.conversation_id == Conversation.id)
            .where(Conversation.id == conversation_id, Participant.user_id == actor.user_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


async def message(
    reading: Reading, actor: Actor, message_id: str, conversation_id: str | None = None
) -> tuple[Message, Participant]:
    """A message in a conversation that the actor takes part in (in `conversation_id`, when given). Raises NotFound."""
    query = (
        select(Message, Participant)
        .join(Participant, Participant.conversation_id == Message.conversation_id)
        .where(Message.id == message_id, Participant.user_id == actor.user_id)
    )
    if conversation_id is not None:
        query = query.where(Message.conversation_id == conversation_id)
    row = (await reading.session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


async def attachment(reading: Reading, actor: Actor, attachment_id: str) -> Attachment:
    """A file in a conversation that the actor takes part in, or one of their own that no message has taken yet.

    Raises NotFound.
    """
    is_waiting = and_(Attachment.message_id.is_(None), Attachment.uploader_id == actor.user_id)
    found = await reading.session.scalar(
        select(Attachment)
        .outerjoin(Message, Message.id == Attachment.message_id)
        .outerjoin(
            Participant,
            and_(
                Participant.conversation_id == Message.conversation_id,
                Participant.user_id == actor.user_id,
            ),
        )
        .where(Attachment.id == attachment_id, or_(is_waiting, Participant.user_id.is_not(None)))
    )
    if found is None:
        raise NotFound
    return found


async def waiting_attachments(reading: Reading, actor: Actor, ids: Sequence[str]) -> list[Attachment]:
    """Files of the actor's own that no message has taken yet, in the order of the ids. Raises NotFound."""
    found = await reading.session.scalars(
        select(Attachment).where(
            Attachment.id.in_(ids),
            Attachment.uploader_id == actor.user_id,
            Attachment.message_id.is_(None),
        )
    )
    by_id = {attachment.id: attachment for attachment in found}
    if len(by_id) < len(ids):
        # Said so that a client which has waited for more than a day knows what to upload again.
        raise NotFound(details={"field": "attachments"})
    return [by_id[id_] for id_ in ids]


async def avatar(reading: Reading, actor: Actor, sha256: str) -> Avatar:
    """A face that somebody here wears, or a group that the actor takes part in. Raises NotFound."""
    address = f"{AVATARS}{sha256}"
    is_a_groups = (
        select(Participant.user_id)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .where(Conversation.avatar == address, Participant.user_id == actor.user_id)
        .exists()
    )
    is_a_persons = select(User.id).where(User.avatar == address).exists()
    found = await reading.session.scalar(
        select(Avatar).where(Avatar.large_sha256 == sha256, or_(is_a_persons, is_a_groups))
    )
    if found is None:
        raise NotFound
    return found


def require_participant(actor: Actor, conversation_id: str) -> None:
    """As `conversation`, from memory: for what happens many times a second. Raises NotFound."""
    if actor.user_id not in roster.members(conversation_id):
        raise NotFound


def require_may_write(actor: Actor, conversation_id: str) -> None:
    """Raise Forbidden when the other of a direct pair cannot be written to."""
    if not roster.is_group(conversation_id):
        for user_id in roster.members(conversation_id):
            if user_id != actor.user_id:
                require_reachable(actor, user_id)


def require_reachable(actor: Actor, user_id: str) -> None:
    """Raise Forbidden for a disabled account, and in the same words for a block, so that the blocked do not learn."""
    if not people.is_active(user_id) or acquaintances.is_blocked(actor.user_id, user_id):
        raise Forbidden("cannot_be_reached")


def are_apart(user_id: str, conversation_id: str) -> bool:
    """Whether one of a direct pair has blocked the other: then neither learns what the other is about."""
    return not roster.is_group(conversation_id) and any(
        acquaintances.is_blocked(user_id, other_id) for other_id in roster.members(conversation_id)
    )


async def user(reading: Reading, user_id: str) -> User:
    """An active account of this instance: its people can find each other. Raises NotFound."""
    found = await reading.session.get(User, user_id)
    if found is None or not found.is_active:
        raise NotFound
    return found


def require_author(actor: Actor, found: Message) -> None:
    if found.sender_id != actor.user_id or found.type == "system":
        raise Forbidden("not_yours")


def require_role(own: Participant, roles: tuple[str, ...]) -> None:
    if own.role not in roles:
        raise Forbidden("role_too_low")


def require_may_delete(
    actor: Actor, participant: Participant, conversation: Conversation, found: Message
) -> None:
    """One's own messages; in a group, also others' for who moderates it. What the system tells stays told."""
    is_moderator = conversation.is_group and participant.role in MODERATORS
    if found.type == "system" or not (found.sender_id == actor.user_id or is_moderator):
        raise Forbidden("not_yours")


def require_present(found: Message) -> None:
    """Raise Conflict for a message that was deleted: it keeps its place and nothing else."""
    if found.deleted_at is not None:
        raise Conflict("message_deleted")


def require_administrator(actor: Actor) -> None:
    if not actor.is_administrator:
        raise Forbidden("administrators_only")
