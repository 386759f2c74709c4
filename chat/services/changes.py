"""Catching up: every durable change after a cursor, as the live events were."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import select

from chat import database
from chat.database import Reading
from chat.models import Message
from chat.schemas import conversations as schemas
from chat.services import access
from chat.services.actor import Actor
from chat.services.message_views import show_messages


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
        entries = await _message_entries(reading, actor, messages)
        return schemas.Changes(
            changes=sorted(entries, key=lambda entry: entry.seq),
            has_more=up_to < conversation.last_seq,
            last_seq=conversation.last_seq,
        )


async def _message_entries(
    reading: Reading, actor: Actor, messages: Sequence[Message]
) -> list[schemas.ChangeEntry]:
    return [
        schemas.ChangeEntry(
            seq=shown.seq, event="receive-message", data=msgspec.Raw(msgspec.json.encode(shown))
        )
        for shown in await show_messages(reading, actor.user_id, messages)
    ]


