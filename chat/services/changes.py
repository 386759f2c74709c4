"""Catching up: every durable change after a cursor, as the live events were; what was deleted since comes emptied."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, select

from chat import database, events
from chat.database import AnyRow, Reading
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
from chat.models import Change, Message, Revision
from chat.schemas import conversations as schemas
from chat.schemas.base import Schema
from chat.schemas.messages import Message as MessageView
from chat.services import access
from chat.services.actor import Actor
from chat.services.message_views import SHOWN, show_messages
from chat.services.people import people
from chat.times import iso

_messages, _changes, _revisions = Message.__table__, Change.__table__, Revision.__table__
_MESSAGES = (
    select(*SHOWN, _revisions.c.content.label("first_text"))
    .join_from(
        _messages,
        _revisions,
        and_(
            _messages.c.edited_at.is_not(None),
            _revisions.c.message_id == _messages.c.id,
            _revisions.c.seq == _messages.c.seq,
        ),
        isouter=True,
    )
    .where(
        _messages.c.conversation_id == bindparam("conversation"),
        _messages.c.seq > bindparam("after"),
        _messages.c.seq <= bindparam("up_to"),
    )
)
_CHANGES = (
    select(
        *_changes.c,
        _messages.c.seq.label("message_seq"),
        _messages.c.deleted_at,
        _revisions.c.content,
    )
    .join_from(_changes, _messages, _messages.c.id == _changes.c.message_id)
    .outerjoin(
        _revisions,
        and_(_revisions.c.message_id == _changes.c.message_id, _revisions.c.seq == _changes.c.seq),
    )
    .where(
        _changes.c.conversation_id == bindparam("conversation"),
        _changes.c.seq > bindparam("after"),
        _changes.c.seq <= bindparam("up_to"),
    )
)


async def list_changes(actor: Actor, command: schemas.GetChanges) -> schemas.Changes:
    """The changes after `after_seq`, in order, one for each `seq`. Raises NotFound."""
    async with database.read() as reading:
        conversation = await access.visible(reading, actor.user_id, command.conversation_id)
        up_to = command.after_seq + command.limit
        wanted = {"conversation": conversation.id, "after": command.after_seq, "up_to": up_to}
        entries = await _message_entries(reading, actor, conversation, wanted)
        entries += await _change_entries(reading, wanted)
        return schemas.Changes(
            changes=sorted(entries, key=lambda entry: entry.seq),
            has_more=up_to < conversation.last_seq,
            last_seq=conversation.last_seq,
        )


async def _message_entries(
    reading: Reading, actor: Actor, conversation: AnyRow, wanted: dict[str, Any]
) -> list[schemas.ChangeEntry]:
    """Messages as they were sent: with their first text, without the reactions, which follow as changes."""
    messages = (await reading.connection.execute(_MESSAGES, wanted)).all()
    shown = await show_messages(reading, actor.user_id, messages)
    return [
        _message_entry(_as_sent(view, message.first_text), conversation)
        for view, message in zip(shown, messages, strict=True)
    ]


def _as_sent(view: MessageView, first_text: str | None) -> MessageView:
    content = view.content if view.deleted or first_text is None else first_text
    return msgspec.structs.replace(view, content=content, reactions=[], edited=False, edited_at=None)


def _message_entry(view: MessageView, conversation: AnyRow) -> schemas.ChangeEntry:
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


async def _change_entries(reading: Reading, wanted: dict[str, Any]) -> list[schemas.ChangeEntry]:
    """Edits, deletions and reactions; the text of an edit comes empty when the message was deleted since."""
    entries = []
    for change in await reading.connection.execute(_CHANGES, wanted):
        fact = _fact(change, change.content if change.deleted_at is None and change.content else "")
        entries.append(_entry(change.seq, fact.event, fact))
    return entries


def _fact(change: AnyRow, content: str) -> events.Change:
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
            return MessageDeleted(**place, message_seq=change.message_seq, deleted_at=iso(change.created_at))
        case "reaction_added":
            return ReactionAdded(**reaction)
        case _:
            return ReactionRemoved(**reaction)


def _entry(seq: int, event: str, data: Schema) -> schemas.ChangeEntry:
    return schemas.ChangeEntry(seq=seq, event=event, data=msgspec.Raw(msgspec.json.encode(data)))
