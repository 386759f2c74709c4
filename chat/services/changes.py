"""Catching up: every durable change after a cursor, as the live events were; what was deleted since comes emptied."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import select

from chat import database
from chat.database import Reading
from chat.events import (
    Change as ChangeFact,
)
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
from chat.schemas.users import UserSummary
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
        changes = list(
            await reading.session.scalars(
                select(Change).where(
                    Change.conversation_id == conversation.id,
                    Change.seq > command.after_seq,
                    Change.seq <= up_to,
                )
            )
        )
        entries = await _message_entries(reading, actor, conversation, messages)
        entries += await _change_entries(reading, changes)
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


async def _change_entries(reading: Reading, changes: Sequence[Change]) -> list[schemas.ChangeEntry]:
    deleted = set(
        await reading.session.scalars(
            select(Message.id).where(
                Message.id.in_({change.message_id for change in changes}),
                Message.deleted_at.is_not(None),
            )
        )
    )
    texts = await _edited_texts(reading, changes)
    entries = []
    for change in changes:
        text = "" if change.message_id in deleted else texts.get((change.message_id, change.seq), "")
        fact = _FACTS[change.kind](change, people.summary(change.user_id), text)
        entries.append(_entry(change.seq, fact.event, fact))
    return entries


def _edited(change: Change, person: UserSummary, content: str) -> ChangeFact:
    return MessageEdited(
        conversation_id=change.conversation_id,
        seq=change.seq,
        message_id=change.message_id,
        content=content,
        edited_at=iso(change.created_at),
        sender=person,
    )


def _deleted(change: Change, _person: UserSummary, _content: str) -> ChangeFact:
    return MessageDeleted(
        conversation_id=change.conversation_id, seq=change.seq, message_id=change.message_id
    )


def _reaction(
    kind: type[ReactionAdded | ReactionRemoved],
) -> Callable[[Change, UserSummary, str], ChangeFact]:
    def build(change: Change, person: UserSummary, _content: str) -> ChangeFact:
        return kind(
            conversation_id=change.conversation_id,
            seq=change.seq,
            message_id=change.message_id,
            user_id=person.id,
            emoji=change.emoji or "",
        )

    return build


_FACTS: dict[str, Callable[[Change, UserSummary, str], ChangeFact]] = {
    "edited": _edited,
    "deleted": _deleted,
    "reaction_added": _reaction(ReactionAdded),
    "reaction_removed": _reaction(ReactionRemoved),
}


async def _first_texts(reading: Reading, message_ids: Sequence[str]) -> dict[str, str]:
    """What edited messages said at first."""
    rows = await reading.session.execute(
        select(Revision.message_id, Revision.content)
        .join(Message, Message.id == Revision.message_id)
        .where(Revision.message_id.in_(message_ids), Revision.seq == Message.seq)
    )
    return dict(rows.tuples().all())


async def _edited_texts(reading: Reading, changes: Sequence[Change]) -> dict[tuple[str, int], str]:
    """The text that each edit made."""
    edits = [change for change in changes if change.kind == "edited"]
    if not edits:
        return {}
    rows = await reading.session.execute(
        select(Revision.message_id, Revision.seq, Revision.content).where(
            Revision.message_id.in_({change.message_id for change in edits}),
            Revision.seq.in_({change.seq for change in edits}),
        )
    )
    return {(message_id, seq): content for message_id, seq, content in rows}


def _entry(seq: int, event: str, data: Schema) -> schemas.ChangeEntry:
    return schemas.ChangeEntry(seq=seq, event=event, data=msgspec.Raw(msgspec.json.encode(data)))
