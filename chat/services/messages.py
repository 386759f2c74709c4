"""Messages: sending, editing, deleting, reading back."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select

from chat import database
from chat.database import Transaction
from chat.errors import Conflict
from chat.events import MessageDeleted, MessageEdited, MessageSent
from chat.ids import new_id
from chat.models import Change, Conversation, Message, Revision
from chat.schemas import messages as schemas
from chat.services import access, audit, conversations
from chat.services.actor import Actor
from chat.services.message_views import show_messages
from chat.services.people import people
from chat.services.roster import roster
from chat.times import iso

_DIGEST_BYTES = 16

_messages = Message.__table__
_INSERT = insert(_messages)  # type: ignore[arg-type]
_FIND_SENT = select(
    _messages.c.id,
    _messages.c.conversation_id,
    _messages.c.seq,
    _messages.c.created_at,
    _messages.c.request_digest,
).where(
    _messages.c.sender_id == bindparam("sender"),
    _messages.c.client_message_id == bindparam("client_message"),
)


async def send_message(actor: Actor, command: schemas.SendMessage) -> schemas.Sent:
    """Store a message and tell all participants.

    Repeating a send with its `client_message_id` returns the first result, for ever (R2). Raises Conflict when that
    id was used for another message, NotFound when the actor cannot see the conversation, the receiver or the message
    replied to, Forbidden when they may not write there.
    """

    async def change(tx: Transaction) -> schemas.Sent:
        digest = _digest(command)
        if (first := await _find_sent(tx, actor, command.client_message_id)) is not None:
            return _repeat(first, digest)
        conversation_id = await _destination(tx, actor, command)
        if command.reply_to is not None:
            await access.message(tx, actor, command.reply_to, conversation_id)
        return await _store(tx, actor, conversation_id, command, digest)

    return await database.write(change)


async def edit_message(actor: Actor, command: schemas.EditMessage) -> schemas.Edited:
    """Replace the text of one's own message; the old text is kept in its history.

    Raises NotFound when the actor cannot see it, Forbidden when it is not theirs or they may not write there (any
    more: new words in an old message are words too), Conflict when it was deleted.
    """

    async def change(tx: Transaction) -> schemas.Edited:
        message, _ = await access.message(tx, actor, command.message_id, command.conversation_id)
        access.require_author(actor, message)
        access.require_may_write(actor, message.conversation_id)
        _require_present(message)
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

    The row keeps its content, no client ever gets it again. Raises NotFound when the actor cannot see it, Forbidden
    when it is neither theirs nor theirs to moderate. Deleting again changes nothing.
    """

    async def change(tx: Transaction) -> schemas.Deleted:
        message, participant = await access.message(tx, actor, command.message_id, command.conversation_id)
        conversation = await tx.session.get_one(Conversation, message.conversation_id)
        access.require_may_delete(actor, participant, conversation, message)
        if message.deleted_at is not None:
            return schemas.Deleted(deleted_at=iso(message.deleted_at), seq=conversation.last_seq)
        seq = await record_change(tx, actor, message, "deleted")
        message.deleted_at = tx.now
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


async def get_history(actor: Actor, message_id: str) -> schemas.History:
    """The texts that a message has had, the original first. Raises NotFound; Conflict when it was deleted."""
    async with database.read() as reading:
        message, _ = await access.message(reading, actor, message_id)
        _require_present(message)
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
    async with database.read() as reading:
        await access.conversation(reading, actor, conversation_id)
        query = select(Message).where(Message.conversation_id == conversation_id).limit(command.limit + 1)
        if command.before_seq is not None:
            query = query.where(Message.seq < command.before_seq)
        if command.after_seq is not None:
            query = query.where(Message.seq > command.after_seq).order_by(Message.seq)
        else:
            query = query.order_by(Message.seq.desc())
        found = list(await reading.session.scalars(query))
        page = sorted(found[: command.limit], key=lambda message: message.seq)
        return schemas.Messages(
            messages=await show_messages(reading, actor.user_id, page),
            has_more=len(found) > command.limit,
        )


async def _destination(tx: Transaction, actor: Actor, command: schemas.SendMessage) -> str:
    if command.receiver_id is not None:
        conversation, _ = await conversations.open_direct(tx, actor, command.receiver_id)
        return conversation.id
    assert command.conversation_id is not None  # the schema has seen to it
    access.require_participant(actor, command.conversation_id)
    access.require_may_write(actor, command.conversation_id)
    return command.conversation_id


async def _find_sent(tx: Transaction, actor: Actor, client_message_id: str | None) -> Any | None:
    if client_message_id is None:
        return None
    found = await tx.connection.execute(
        _FIND_SENT, {"sender": actor.user_id, "client_message": client_message_id}
    )
    return found.one_or_none()


def _repeat(first: Any, digest: str) -> schemas.Sent:
    if first.request_digest != digest:
        raise Conflict("client_message_id_reused", details={"field": "clientMessageId"})
    return schemas.Sent(
        message_id=first.id,
        conversation_id=first.conversation_id,
        seq=first.seq,
        status="sent",
        created_at=iso(first.created_at),
        duplicate=True,
    )


async def _store(
    tx: Transaction,
    actor: Actor,
    conversation_id: str,
    command: schemas.SendMessage,
    digest: str,
) -> schemas.Sent:
    message_id, created_at = new_id(), iso(tx.now)
    seq = await tx.next_seq(conversation_id, is_activity=True)
    await tx.connection.execute(
        _INSERT,
        {
            "id": message_id,
            "conversation_id": conversation_id,
            "seq": seq,
            "sender_id": actor.user_id,
            "client_message_id": command.client_message_id,
            "request_digest": digest,
            "type": "text",
            "content": command.content,
            "reply_to": command.reply_to,
            "created_at": tx.now,
        },
    )
    tx.record(
        MessageSent(
            conversation_id=conversation_id,
            seq=seq,
            message=schemas.Message(
                id=message_id,
                conversation_id=conversation_id,
                seq=seq,
                client_message_id=command.client_message_id or msgspec.UNSET,
                sender=people.summary(actor.user_id),
                content=command.content,
                type="text",
                reply_to=command.reply_to or msgspec.UNSET,
                status="sent",
                delivered_count=0,
                read_count=0,
                recipient_count=_recipients(conversation_id, command),
                created_at=created_at,
            ),
        )
    )
    return schemas.Sent(
        message_id=message_id,
        conversation_id=conversation_id,
        seq=seq,
        status="sent",
        created_at=created_at,
    )


def _recipients(conversation_id: str, command: schemas.SendMessage) -> int:
    """How many others a message is for. A direct pair made by this very send is not in the roster yet."""
    others = len(roster.members(conversation_id)) - 1
    return others if others >= 0 else int(command.receiver_id is not None)


def _require_present(message: Message) -> None:
    if message.deleted_at is not None:
        raise Conflict("message_deleted")


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


def _digest(command: schemas.SendMessage) -> str:
    """What makes two sends the same request: destination and body, not the id that they share."""
    body = msgspec.json.encode(
        [
            command.conversation_id,
            command.receiver_id,
            command.content,
            command.attachments,
            command.reply_to,
        ]
    )
    return hashlib.blake2b(body, digest_size=_DIGEST_BYTES).hexdigest()
