"""How stored messages are shown: with their senders, reactions and status, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec
from sqlalchemy import select

from chat.bulk import as_given, given_ids
from chat.database import AnyRow, Reading
from chat.models import Message, Reaction
from chat.schemas import messages as schemas
from chat.schemas.attachments import Attachment
from chat.schemas.users import UserSummary
from chat.services.advances import load_cursors
from chat.services.attachments import load_shown
from chat.services.cursors import Tally
from chat.services.people import people
from chat.times import iso, iso_or_none

_messages, _reactions = Message.__table__.c, Reaction.__table__.c
# What of a message is shown. Plain rows: objects of the session cost three times as much.
SHOWN = (
    _messages.id,
    _messages.conversation_id,
    _messages.seq,
    _messages.client_message_id,
    _messages.sender_id,
    _messages.content,
    _messages.type,
    _messages.reply_to,
    _messages.system,
    _messages.created_at,
    _messages.edited_at,
    _messages.deleted_at,
)
_REACTIONS = (
    select(_reactions.message_id, _reactions.emoji, _reactions.user_id)
    .where(_reactions.message_id.in_(given_ids("wanted")))
    .order_by(_reactions.created_at, _reactions.user_id)
)
# A row with the columns of SHOWN, or the object that a change has made.
Stored = Message | AnyRow


async def show_messages(
    reading: Reading, viewer_id: str, messages: Sequence[Stored]
) -> list[schemas.Message]:
    """The messages as `viewer_id` sees them, in the order given."""
    if not messages:
        return []
    cursors = await load_cursors(reading, {message.conversation_id for message in messages}, viewer_id)
    tallies = [cursors[message.conversation_id].tally(message.seq, message.sender_id) for message in messages]
    return await show_with_tallies(reading, messages, tallies)


async def show_with_tallies(
    reading: Reading, messages: Sequence[Stored], tallies: Sequence[Tally]
) -> list[schemas.Message]:
    """As `show_messages`, for who knows how far each message has come, as the viewer may see it."""
    reactions = await _load_reactions(reading, [message.id for message in messages])
    attachments = await load_shown(reading, messages)
    return [
        show_message(
            message,
            people.summary(message.sender_id),
            tally,
            reactions.get(message.id, []),
            attachments.get(message.id, []),
        )
        for message, tally in zip(messages, tallies, strict=True)
    ]


def show_message(
    message: Stored,
    sender: UserSummary,
    tally: Tally,
    reactions: list[schemas.GroupedReaction],
    attachments: list[Attachment],
) -> schemas.Message:
    """One message. A deleted one keeps its place and its numbers, and nothing else."""
    deleted = message.deleted_at is not None
    return schemas.Message(
        id=message.id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        client_message_id=message.client_message_id or msgspec.UNSET,
        sender=sender,
        content="" if deleted else message.content,
        type=message.type,  # type: ignore[arg-type]  # checked when it was stored
        attachments=[] if deleted else attachments,
        reply_to=(not deleted and message.reply_to) or msgspec.UNSET,
        system=message.system or msgspec.UNSET,
        reactions=[] if deleted else reactions,
        status=tally.status,
        delivered_count=tally.delivered,
        read_count=tally.read,
        recipient_count=tally.recipients,
        edited=message.edited_at is not None and not deleted,
        edited_at=None if deleted else iso_or_none(message.edited_at),
        deleted=deleted,
        deleted_at=iso_or_none(message.deleted_at),
        created_at=iso(message.created_at),
    )


async def _load_reactions(
    reading: Reading, message_ids: Sequence[str]
) -> dict[str, list[schemas.GroupedReaction]]:
    """Reactions grouped by message and emoji, the earliest first."""
    rows = await reading.connection.execute(_REACTIONS, {"wanted": as_given(message_ids)})
    grouped: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for message_id, emoji, user_id in rows:
        grouped[message_id].setdefault(emoji, []).append(user_id)
    return {
        message_id: [schemas.GroupedReaction(emoji=emoji, user_ids=ids) for emoji, ids in by_emoji.items()]
        for message_id, by_emoji in grouped.items()
    }
