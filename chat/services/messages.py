"""Messages: editing, deleting, reading back. How they are sent: `sending`."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from chat import database
from chat.database import Transaction
from chat.events import MessageDeleted, MessageEdited
from chat.models import Change, Conversation, Message, Revision
from chat.schemas import messages as schemas
from chat.schemas.base import MAX_SEQ
from chat.services import access, attachments, audit
from chat.services.actor import Actor
from chat.services.message_views import SHOWN, show_messages
from chat.services.people import people
from chat.times import iso

_messages = Message.__table__.c
# A page begins at its `seq`, by the index: what lies before and behind it costs nothing.
_RANGE = (
    select(*SHOWN)
    .where(
        _messages.conversation_id == bindparam("conversation"),
        _messages.seq > bindparam("after"),
        _messages.seq < bindparam("before"),
    )
    .limit(bindparam("most"))
)
_UPWARDS, _DOWNWARDS = _RANGE.order_by(_messages.seq), _RANGE.order_by(_messages.seq.desc())


async def edit_message(actor: Actor, command: schemas.EditMessage) -> schemas.Edited:
    """Replace the text of one's own message; the old text is kept in its history.

    Raises NotFound when the actor cannot see it, Forbidden when it is not theirs or they may not write there (any
    more: new words in an old message are words too), Conflict when it was deleted.
    """

    async def change(tx: Transaction) -> schemas.Edited:
        message, _ = await access.message(tx, actor, command.message_id, command.conversation_id)
        access.require_author(actor, message)
        access.require_may_write(actor, message.conversation_id)
        access.require_present(message)
        if message.content == command.content:
            conversation = await tx.session.get_one(Conversation, message.conversation_id)
            return schemas.Edited(
                edited_at=iso(message.edited_at or message.created_at), seq=conversation.last_seq
            )
        seq = await record_change(tx, actor, message, "edited")
        _keep_revisions(tx, message, seq, command.content)
        message.content, message.edited_at = command.content, tx.now
        tx.record(
            MessageEdited(
                conversation_id=message.conversation_id,
                seq=seq,
                message_id=message.id,
                content=message.content,
                edited_at=iso(tx.now),
                sender=people.summary(actor.user_id),
            )
        )
        return schemas.Edited(edited_at=iso(tx.now), seq=seq)

    return await database.write(change)


async def delete_message(actor: Actor, command: schemas.DeleteMessage) -> schemas.Deleted:
    """Take a message back: its own sender may, and in a group who moderates it.

    The row keeps its content, no client ever gets it again; its files go for good. Raises NotFound when the
    actor cannot see it, Forbidden when it is neither theirs nor theirs to moderate. Deleting again changes nothing.
    """

    async def change(tx: Transaction) -> schemas.Deleted:
        message, participant = await access.message(tx, actor, command.message_id, command.conversation_id)
        conversation = await tx.session.get_one(Conversation, message.conversation_id)
        access.require_may_delete(actor, participant, conversation, message)
        if message.deleted_at is not None:
            return schemas.Deleted(deleted_at=iso(message.deleted_at), seq=conversation.last_seq)
        seq = await record_change(tx, actor, message, "deleted")
        message.deleted_at = tx.now
        await attachments.release_of(tx, message)
        if actor.user_id != message.sender_id:
            audit.note(tx, "message.moderated", actor_id=actor.user_id, subject_id=message.id)
        tx.record(
            MessageDeleted(
                conversation_id=message.conversation_id,
                seq=seq,
                message_id=message.id,
                message_seq=message.seq,
                deleted_at=iso(tx.now),
            )
        )
        return schemas.Deleted(deleted_at=iso(tx.now), seq=seq)

    return await database.write(change)


async def get_message(actor: Actor, message_id: str) -> schemas.Message:
    """One message, wherever it lies: what another one answers may be far up. Raises NotFound."""
    async with database.read() as reading:
        message, _ = await access.message(reading, actor, message_id)
        [shown] = await show_messages(reading, actor.user_id, [message])
    return shown


async def get_history(actor: Actor, message_id: str) -> schemas.History:
    """The texts that a message has had, the original first. Raises NotFound; Conflict when it was deleted."""
    async with database.read() as reading:
        message, _ = await access.message(reading, actor, message_id)
        access.require_present(message)
        found = list(
            await reading.session.scalars(
                select(Revision).where(Revision.message_id == message_id).order_by(Revision.seq)
            )
        )
    if not found:
        return schemas.History(
            revisions=[schemas.Revision(content=message.content, created_at=iso(message.created_at))]
        )
    return schemas.History(
        revisions=[
            schemas.Revision(content=revision.content, created_at=iso(revision.created_at))
            for revision in found
        ]
    )


async def list_messages(
    actor: Actor, conversation_id: str, command: schemas.ListMessages
) -> schemas.Messages:
    """A page of history in rising `seq`: before one, after one, or the newest. Raises NotFound."""
    is_upwards = command.after_seq is not None
    wanted = {
        "conversation": conversation_id,
        "after": command.after_seq if is_upwards else -1,
        "before": MAX_SEQ + 1 if command.before_seq is None else command.before_seq,
        "most": command.limit + 1,
    }
    async with database.read() as reading:
        await access.visible(reading, actor.user_id, conversation_id)
        found = (await reading.connection.execute(_UPWARDS if is_upwards else _DOWNWARDS, wanted)).all()
        page = found[: command.limit] if is_upwards else found[command.limit - 1 :: -1]
        return schemas.Messages(
            messages=await show_messages(reading, actor.user_id, page),
            has_more=len(found) > command.limit,
        )


def _keep_revisions(tx: Transaction, message: Message, seq: int, content: str) -> None:
    """Keep the new text at its `seq`; and the original, the first time."""
    if message.edited_at is None:
        tx.session.add(
            Revision(
                message_id=message.id,
                seq=message.seq,
                content=message.content,
                created_at=message.created_at,
            )
        )
    tx.session.add(Revision(message_id=message.id, seq=seq, content=content, created_at=tx.now))


async def record_change(
    tx: Transaction, actor: Actor, message: Message, kind: str, emoji: str | None = None
) -> int:
    """Keep a change to a message under the conversation's next `seq`, for those who catch up later."""
    seq = await tx.next_seq(message.conversation_id)
    tx.session.add(
        Change(
            conversation_id=message.conversation_id,
            seq=seq,
            kind=kind,
            message_id=message.id,
            user_id=actor.user_id,
            emoji=emoji,
            created_at=tx.now,
        )
    )
    return seq
