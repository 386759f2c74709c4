"""Conversations: opening them, listing them, showing them to each participant."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from sqlalchemy import select, tuple_

from chat import database
from chat.database import AnyRow, Reading, Transaction
from chat.errors import BadRequest, NotFound
from chat.events import ConversationCreated
from chat.ids import new_id
from chat.models import Conversation, Participant, User
from chat.schemas import conversations as schemas
from chat.services import access
from chat.services.actor import Actor
from chat.services.conversation_views import show_conversations


async def create_conversation(
    actor: Actor, command: schemas.CreateConversation
) -> tuple[schemas.Conversation, bool]:
    """Open a direct conversation, or make a group: a name, or more than one other person, makes a group.

    Returns the conversation and whether it is new: the direct one with a person exists once. Raises NotFound for
    unknown people, Forbidden for people who cannot be written to.
    """
    others = list(dict.fromkeys(id_ for id_ in command.participant_ids if id_ != actor.user_id))
    if not others and command.name is None:
        raise BadRequest("participants_needed", details={"field": "participantIds"})
    if len(others) >= schemas.MAX_GROUP_SIZE:
        raise BadRequest("group_too_large", limit=schemas.MAX_GROUP_SIZE, details={"field": "participantIds"})

    async def change(tx: Transaction) -> tuple[schemas.Conversation, bool]:
        if len(others) == 1 and command.name is None:
            conversation, is_new = await open_direct(tx, actor, others[0])
        else:
            conversation, is_new = await _make_group(tx, actor, others, command.name), True
        return await show_conversation(tx, actor.user_id, conversation.id), is_new

    return await database.write(change)


async def list_conversations(actor: Actor, command: schemas.ListConversations) -> schemas.Conversations:
    """The actor's conversations, the most recently active first. The cursor is the last row's place in that order."""
    async with database.read() as reading:
        query = access.VISIBLE.order_by(Conversation.updated_at.desc(), Conversation.id.desc())
        if command.cursor is not None:
            query = query.where(tuple_(Conversation.updated_at, Conversation.id) < _place(command.cursor))
        found = await reading.connection.execute(query.limit(command.limit + 1), {"viewer": actor.user_id})
        rows = found.all()
        page = rows[: command.limit]
        shown = await show_conversations(reading, actor.user_id, page)
    if len(rows) <= command.limit:
        return schemas.Conversations(conversations=shown, has_more=False)
    return schemas.Conversations(conversations=shown, has_more=True, next_cursor=_cursor(page[-1]))


async def get_conversation(actor: Actor, conversation_id: str) -> schemas.Conversation:
    """One conversation as the actor sees it. Raises NotFound."""
    async with database.read() as reading:
        return await show_conversation(reading, actor.user_id, conversation_id)


async def show_conversation(reading: Reading, viewer_id: str, conversation_id: str) -> schemas.Conversation:
    """One conversation as `viewer_id` sees it. Raises NotFound."""
    row = await access.visible(reading, viewer_id, conversation_id)
    return (await show_conversations(reading, viewer_id, [row]))[0]


async def open_direct(tx: Transaction, actor: Actor, other_id: str) -> tuple[Conversation, bool]:
    """The direct conversation with a person, made when there is none yet; and whether it was.

    Raises NotFound for an unknown person, Forbidden when one of the two cannot be written to.
    """
    if other_id == actor.user_id:
        raise BadRequest("conversation_with_self", details={"field": "receiverId"})
    other = await tx.session.get(User, other_id)
    if other is None or other.deleted_at is not None:
        raise NotFound
    access.require_reachable(actor, other_id)
    key = "|".join(sorted((actor.user_id, other_id)))
    found = (
        await tx.session.scalars(select(Conversation).where(Conversation.direct_key == key))
    ).one_or_none()
    if found is not None:
        return found, False
    conversation = _new_conversation(tx, actor, is_group=False, direct_key=key)
    await _add_first_participants(tx, conversation, {actor.user_id: "member", other_id: "member"})
    await _record_created(tx, conversation, [actor.user_id, other_id])
    return conversation, True


async def _make_group(tx: Transaction, actor: Actor, others: list[str], name: str | None) -> Conversation:
    if others:
        known = set(
            await tx.session.scalars(
                select(User.id).where(
                    User.id.in_(others), User.disabled_at.is_(None), User.deleted_at.is_(None)
                )
            )
        )
        if len(known) != len(others):
            raise NotFound
        for other_id in others:
            access.require_reachable(actor, other_id)
    conversation = _new_conversation(tx, actor, is_group=True, name=name)
    roles = {actor.user_id: "owner"} | dict.fromkeys(others, "member")
    await _add_first_participants(tx, conversation, roles)
    await _record_created(tx, conversation, list(roles))
    return conversation


def _new_conversation(
    tx: Transaction,
    actor: Actor,
    *,
    is_group: bool,
    name: str | None = None,
    direct_key: str | None = None,
) -> Conversation:
    conversation = Conversation(
        id=new_id(),
        is_group=is_group,
        name=name,
        direct_key=direct_key,
        last_seq=0,
        created_by=actor.user_id,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(conversation)
    return conversation


async def _add_first_participants(tx: Transaction, conversation: Conversation, roles: dict[str, str]) -> None:
    await tx.session.flush()
    tx.session.add_all(
        Participant(conversation_id=conversation.id, user_id=user_id, role=role, joined_at=tx.now)
        for user_id, role in roles.items()
    )
    await tx.session.flush()


async def _record_created(tx: Transaction, conversation: Conversation, recipient_ids: list[str]) -> None:
    tx.record(
        ConversationCreated(
            conversation_id=conversation.id,
            conversation=await show_conversation(tx, conversation.created_by, conversation.id),
            recipient_ids=recipient_ids,
        )
    )


def _cursor(last: AnyRow) -> str:
    place = f"{last.updated_at.isoformat()}|{last.id}"
    return base64.urlsafe_b64encode(place.encode()).decode()


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        moment, _, conversation_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        return datetime.fromisoformat(moment), conversation_id
    except (ValueError, binascii.Error):
        raise BadRequest("cursor_invalid", details={"field": "cursor"}) from None
