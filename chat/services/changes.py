"""Catching up: every durable change after a cursor, as the live events were; what was deleted since comes emptied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, select

from chat import database, events
from chat.database import Reading
from chat.events import (
    GroupUpdated,
    MemberAdded,
    MemberAddedNotice,
    MemberRemoved,
    MessageDeleted,
    MessageEdited,
    MessageSent,
    ReactionAdded,
    ReactionRemoved,
)
from chat.models import Change, Conversation, Message, Revision
from chat.schemas import conversations as schemas
from chat.schemas.base import Schema
from chat.schemas.messages import Message as MessageView
from chat.services import access
from chat.services.actor import Actor
from chat.services.message_views import show_messages
from chat.services.people import people
from chat.times import iso


async def list_changes(actor: Actor, command: schemas.GetChanges) -> schemas.Changes:
    """The changes after `after_seq`, in order, one for each `seq`. Raises NotFound."""
    async with database.read() as reading:
        conversation, _ = await access.conversation(reading, actor, command.conversation_id)
        up_to = command.after_seq + command.limit
        messages = list(
            await reading.session.scalars(
                select(Message).where(
                    Message.conversation_id == conversation.id,
                    Message.seq > command.after_seq,
                    Message.seq <= up_to,
                )
            )
        )
        entries = await _message_entries(reading, actor, conversation, messages)
        entries += await _change_entries(reading, conversation.id, command.after_seq, up_to)
        return schemas.Changes(
            changes=sorted(entries, key=lambda entry: entry.seq),
            has_more=up_to < conversation.last_seq,
            last_seq=conversation.last_seq,
        )


async def _message_entries(
    reading: Reading, actor: Actor, conversation: Conversation, messages: Sequence[Message]
) -> list[schemas.ChangeEntry]:
    """Messages as they were sent: with their first text, without the reactions, which follow as changes."""
    first_texts = await _first_texts(reading, [m.id for m in messages if m.edited_at is not None])
    shown = await show_messages(reading, actor.user_id, messages)
    return [_message_entry(_as_sent(view, first_texts), conversation) for view in shown]


def _as_sent(view: MessageView, first_texts: dict[str, str]) -> MessageView:
    content = view.content if view.deleted else first_texts.get(view.id, view.content)
    return msgspec.structs.replace(view, content=content, reactions=[], edited=False, edited_at=None)


def _message_entry(view: MessageView, conversation: Conversation) -> schemas.ChangeEntry:
    if isinstance(view.system, msgspec.UnsetType):
        return _entry(view.seq, MessageSent.event, view)
    system = view.system
    match system["kind"]:
        case "member_added":
            return _entry(
                view.seq,
                MemberAdded.event,
                MemberAddedNotice(
                    conversation_id=view.conversation_id,
                    seq=view.seq,
                    new_user_id=system["userId"],
                    new_user=people.summary(system["userId"]),
                    conversation_name=conversation.name,
                    added_by=system["by"],
                    message=view,
                ),
            )
        case "member_removed" | "member_left":
            return _entry(
                view.seq,
                MemberRemoved.event,
                MemberRemoved(
                    conversation_id=view.conversation_id,
                    seq=view.seq,
                    removed_user_id=system["userId"],
                    message=view,
                ),
            )
        case "role_changed":
            updates = {"participants": [{"_id": system["userId"], "role": system["role"]}]}
        case _:
            updates = system["updates"]
    return _entry(
        view.seq,
        GroupUpdated.event,
        GroupUpdated(conversation_id=view.conversation_id, seq=view.seq, updates=updates, message=view),
    )


async def _change_entries(
    reading: Reading, conversation_id: str, after_seq: int, up_to: int
) -> list[schemas.ChangeEntry]:
    """Edits, deletions and reactions; the text of an edit comes empty when the message was deleted since."""
    rows = await reading.session.execute(
        select(Change, Message.seq, Message.deleted_at, Revision.content)
        .join(Message, Message.id == Change.message_id)
        .outerjoin(Revision, and_(Revision.message_id == Change.message_id, Revision.seq == Change.seq))
        .where(
            Change.conversation_id == conversation_id,
            Change.seq > after_seq,
            Change.seq <= up_to,
        )
    )
    entries = []
    for change, message_seq, deleted_at, content in rows:
        text = content if deleted_at is None and content is not None else ""
        fact = _fact(change, message_seq, text)
        entries.append(_entry(change.seq, fact.event, fact))
    return entries


def _fact(change: Change, message_seq: int, content: str) -> events.Change:
    """The fact that a change was when it happened."""
    place: dict[str, Any] = {
        "conversation_id": change.conversation_id,
        "seq": change.seq,
        "message_id": change.message_id,
    }
    reaction: dict[str, Any] = place | {"user_id": change.user_id, "emoji": change.emoji}
    match change.kind:
        case "edited":
            return MessageEdited(
                **place,
                content=content,
                edited_at=iso(change.created_at),
                sender=people.summary(change.user_id),
            )
        case "deleted":
            return MessageDeleted(**place, message_seq=message_seq, deleted_at=iso(change.created_at))
        case "reaction_added":
            return ReactionAdded(**reaction)
        case _:
            return ReactionRemoved(**reaction)


async def _first_texts(reading: Reading, message_ids: Sequence[str]) -> dict[str, str]:
    """What edited messages said at first."""
    rows = await reading.session.execute(
        select(Revision.message_id, Revision.content)
        .join(Message, Message.id == Revision.message_id)
        .where(Revision.message_id.in_(message_ids), Revision.seq == Message.seq)
    )
    return dict(rows.all())


def _entry(seq: int, event: str, data: Schema) -> schemas.ChangeEntry:
    return schemas.ChangeEntry(seq=seq, event=event, data=msgspec.Raw(msgspec.json.encode(data)))
