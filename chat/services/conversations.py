"""Conversations: opening them, listing them, showing them to each participant."""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import aliased

from chat import database
from chat.database import Reading, Transaction
from chat.errors import BadRequest, NotFound
from chat.events import ConversationCreated
from chat.ids import new_id
from chat.models import Conversation, Message, Participant, User
from chat.schemas import conversations as schemas
from chat.schemas.messages import Message as MessageView
from chat.services import access
from chat.services.acquaintances import acquaintances
from chat.services.actor import Actor
from chat.services.message_views import show_messages
from chat.times import iso, iso_or_none

Own = tuple[Conversation, Participant]


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
        query = (
            select(Conversation, Participant)
            .join(Participant, Participant.conversation_id == Conversation.id)
            .where(Participant.user_id == actor.user_id)
            .order_by(Conversation.updated_at.desc(), Conversation.id.desc())
            .limit(command.limit + 1)
        )
        if command.cursor is not None:
            query = query.where(tuple_(Conversation.updated_at, Conversation.id) < _place(command.cursor))
        rows = [(row[0], row[1]) for row in await reading.session.execute(query)]
        page = rows[: command.limit]
        shown = await _show(reading, actor.user_id, page)
    if len(rows) <= command.limit:
        return schemas.Conversations(conversations=shown, has_more=False)
    return schemas.Conversations(conversations=shown, has_more=True, next_cursor=_cursor(page[-1][0]))


async def get_conversation(actor: Actor, conversation_id: str) -> schemas.Conversation:
    """One conversation as the actor sees it. Raises NotFound."""
    async with database.read() as reading:
        return await show_conversation(reading, actor.user_id, conversation_id)


async def show_conversation(reading: Reading, viewer_id: str, conversation_id: str) -> schemas.Conversation:
    """One conversation as `viewer_id` sees it. Raises NotFound."""
    row = await access.conversation_of(reading, viewer_id, conversation_id)
    return (await _show(reading, viewer_id, [row]))[0]


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


async def _show(reading: Reading, viewer_id: str, rows: Sequence[Own]) -> list[schemas.Conversation]:
    """Conversations with their people, last message and unread count, in a fixed number of queries."""
    if not rows:
        return []
    ids = [conversation.id for conversation, _ in rows]
    people = await _load_people(reading, viewer_id, ids)
    last = await _load_last_messages(reading, viewer_id, ids)
    unread = await _count_unread(reading, viewer_id, ids)
    return [
        schemas.Conversation(
            id=conversation.id,
            is_group=conversation.is_group,
            name=conversation.name,
            avatar=conversation.avatar,
            description=conversation.description,
            participants=people[conversation.id],
            last_message=last.get(conversation.id),
            last_seq=conversation.last_seq,
            unread_count=unread.get(conversation.id, 0),
            muted=_is_muted(own, reading.now),
            muted_until=iso_or_none(own.muted_until) if _is_muted(own, reading.now) else None,
            archived=own.archived,
            created_at=iso(conversation.created_at),
            updated_at=iso(conversation.updated_at),
        )
        for conversation, own in rows
    ]


async def _load_people(
    reading: Reading, viewer_id: str, ids: Sequence[str]
) -> dict[str, list[schemas.Participant]]:
    rows = (
        await reading.session.execute(
            select(
                Participant.conversation_id,
                Participant.role,
                Participant.joined_seq,
                Participant.last_read_seq,
                Participant.last_delivered_seq,
                User.id,
                User.name,
                User.avatar,
                User.last_seen_at,
                User.read_receipts,
            )
            .join(User, User.id == Participant.user_id)
            .where(Participant.conversation_id.in_(ids))
            .order_by(Participant.joined_at, User.id)
        )
    ).all()
    shows = {row.id: row.read_receipts for row in rows}
    sees_read = shows.get(viewer_id, True)
    people: defaultdict[str, list[schemas.Participant]] = defaultdict(list)
    for row in rows:
        is_told = row.id == viewer_id or (row.read_receipts and sees_read)
        people[row.conversation_id].append(
            schemas.Participant(
                id=row.id,
                name=row.name,
                avatar=row.avatar,
                is_online=acquaintances.is_online_for(viewer_id, row.id, in_conversation=True),
                last_seen=acquaintances.last_seen_for(
                    viewer_id, row.id, row.last_seen_at, in_conversation=True
                ),
                role=row.role,
                joined_seq=row.joined_seq,
                # Before they joined nothing was for them to read: that much stands in the history.
                last_read_seq=row.last_read_seq if is_told else row.joined_seq,
                last_delivered_seq=row.last_delivered_seq,
            )
        )
    return people


async def _load_last_messages(reading: Reading, viewer_id: str, ids: Sequence[str]) -> dict[str, MessageView]:
    newest = aliased(Message)
    # One index seek a conversation; max(seq) with GROUP BY would read every entry of each.
    last_id = (
        select(newest.id)
        .where(newest.conversation_id == Conversation.id)
        .order_by(newest.seq.desc())
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    found = list(
        await reading.session.scalars(
            select(Message).join(Conversation, Message.id == last_id).where(Conversation.id.in_(ids))
        )
    )
    shown = await show_messages(reading, viewer_id, found)
    return {message.conversation_id: message for message in shown}


async def _count_unread(reading: Reading, viewer_id: str, ids: Sequence[str]) -> dict[str, int]:
    """Others' messages after one's own cursor; what is deleted or told by the system asks for no attention."""
    rows = await reading.session.execute(
        select(Participant.conversation_id, func.count(Message.id))
        .join(Message, and_(Message.conversation_id == Participant.conversation_id, _is_unread()))
        .where(Participant.user_id == viewer_id, Participant.conversation_id.in_(ids))
        .group_by(Participant.conversation_id)
    )
    return dict(rows.all())


def _is_unread() -> ColumnElement[bool]:
    return and_(
        Message.seq > Participant.last_read_seq,
        Message.sender_id != Participant.user_id,
        Message.deleted_at.is_(None),
        Message.type != "system",
    )


def _is_muted(own: Participant, now: datetime) -> bool:
    return own.muted and (own.muted_until is None or own.muted_until > now)


def _cursor(conversation: Conversation) -> str:
    place = f"{conversation.updated_at.isoformat()}|{conversation.id}"
    return base64.urlsafe_b64encode(place.encode()).decode()


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        moment, _, conversation_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        return datetime.fromisoformat(moment), conversation_id
    except (ValueError, binascii.Error):
        raise BadRequest("cursor_invalid", details={"field": "cursor"}) from None
