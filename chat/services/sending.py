"""Sending: a message is checked, numbered, stored and told, whole batches of them at a time.

What a send must know (who is in the conversation, whether they can be written to, its last `seq`) is in memory, as
the writer has it; whether the client's id is known already, the database says when the message is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select, update

from chat import database
from chat.bulk import Bulk
from chat.database import Transaction
from chat.errors import ChatError, Conflict
from chat.events import MessageSent
from chat.ids import new_id
from chat.models import Attachment, Conversation, Message
from chat.schemas import messages as schemas
from chat.services import access, attachments, conversations
from chat.services.actor import Actor
from chat.services.heads import heads
from chat.services.people import people
from chat.services.roster import roster
from chat.times import iso

_DIGEST_BYTES = 16

_messages, _conversations = Message.__table__, Conversation.__table__
_INSERT = Bulk(
    insert(_messages),  # type: ignore[arg-type]
    "id",
    "conversation_id",
    "seq",
    "sender_id",
    "client_message_id",
    "request_digest",
    "type",
    "content",
    "reply_to",
    "created_at",
)
_FIND_SENT = select(
    _messages.c.sender_id,
    _messages.c.client_message_id,
    _messages.c.id,
    _messages.c.conversation_id,
    _messages.c.seq,
    _messages.c.created_at,
    _messages.c.request_digest,
).where(_messages.c.client_message_id.in_(bindparam("wanted", expanding=True)))
_MOVE_HEAD = Bulk(
    update(_conversations)  # type: ignore[arg-type]
    .where(_conversations.c.id == bindparam("conversation"))
    .values(last_seq=bindparam("head"), updated_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class _Send:
    """One request to send, with the hash of what makes it that request."""

    actor: Actor
    command: schemas.SendMessage
    digest: str


@dataclass(frozen=True, slots=True)
class _First:
    """The message that a client's id stands for."""

    id: str
    conversation_id: str
    seq: int
    created_at: str
    digest: str | None


async def send_message(actor: Actor, command: schemas.SendMessage) -> schemas.Sent:
    """Store a message and tell all participants.

    Repeating a send with its `client_message_id` returns the first result, for ever (R2). Raises Conflict when that
    id was used for another message, NotFound when the actor cannot see the conversation, the receiver, the
    message replied to or one of the files, Forbidden when they may not write there.
    """
    send = _Send(actor, command, _digest(command))
    if command.receiver_id is None and command.reply_to is None and not command.attachments:
        return await database.write_together(_send_all, send)

    async def change(tx: Transaction) -> schemas.Sent:
        return await _send_one(tx, send)

    return await database.write(change)


async def _send_all(tx: Transaction, sends: list[_Send]) -> list[schemas.Sent | ChatError]:
    """Neighbours in the writer's queue, in their order: one numbering, one insert for all.

    Hardly anybody repeats a send: only when the database refuses one for its client's id are they looked up.
    """
    batch = _Batch(tx, {} if tx.presume() else await _find_first(tx, sends))
    outcomes: list[schemas.Sent | ChatError] = []
    for send in sends:
        try:
            outcomes.append(batch.repeat(send) or batch.take(send, *_conversation(send)))
        except ChatError as refusal:
            outcomes.append(refusal)
    await batch.store()
    return outcomes


async def _send_one(tx: Transaction, send: _Send) -> schemas.Sent:
    """A message to a person, in reply to another one, or with files: these have to be looked up."""
    batch = _Batch(tx, await _find_first(tx, [send]))
    if (repeated := batch.repeat(send)) is not None:
        return repeated
    conversation_id, recipients = await _destination(tx, send)
    if send.command.reply_to is not None:
        await access.message(tx, send.actor, send.command.reply_to, conversation_id)
    if not send.command.attachments:
        sent = batch.take(send, conversation_id, recipients)
        await batch.store()
        return sent
    files = await access.waiting_attachments(tx, send.actor, send.command.attachments)
    sent = batch.take(send, conversation_id, recipients, files)
    await batch.store()
    await attachments.attach(tx, sent.message_id, files)
    return sent


async def _destination(tx: Transaction, send: _Send) -> tuple[str, int]:
    if send.command.receiver_id is None:
        return _conversation(send)
    conversation, _ = await conversations.open_direct(tx, send.actor, send.command.receiver_id)
    return conversation.id, 1


def _conversation(send: _Send) -> tuple[str, int]:
    """Where a message goes, and to how many others. Raises NotFound, Forbidden."""
    conversation_id = send.command.conversation_id or ""  # the schema has seen to it that there is one
    access.require_participant(send.actor, conversation_id)
    access.require_may_write(send.actor, conversation_id)
    return conversation_id, len(roster.members(conversation_id)) - 1


class _Batch:
    """Messages on their way into the database, numbered in the order in which they were taken."""

    def __init__(self, tx: Transaction, firsts: dict[tuple[str, str], _First]) -> None:
        self._tx = tx
        self._firsts = firsts
        self._now = iso(tx.now)
        self._heads: dict[str, int] = {}
        self._rows: list[dict[str, Any]] = []

    def repeat(self, send: _Send) -> schemas.Sent | None:
        """The first result of a send that was made before, be it in this very batch. Raises Conflict."""
        first = self._firsts.get((send.actor.user_id, send.command.client_message_id or ""))
        if first is None:
            return None
        if first.digest != send.digest:
            raise Conflict("client_message_id_reused", details={"field": "clientMessageId"})
        return _sent(first, duplicate=True)

    def take(
        self, send: _Send, conversation_id: str, recipients: int, files: Sequence[Attachment] = ()
    ) -> schemas.Sent:
        """Number a message that may be sent, and record the fact."""
        actor, command = send.actor, send.command
        type_ = attachments.message_type(files) if files else "text"
        seq = self._heads.get(conversation_id, heads.last(conversation_id)) + 1
        self._heads[conversation_id] = seq
        first = _First(new_id(), conversation_id, seq, self._now, send.digest)
        if command.client_message_id is not None:
            self._firsts[(actor.user_id, command.client_message_id)] = first
        self._rows.append(
            {
                "id": first.id,
                "conversation_id": conversation_id,
                "seq": seq,
                "sender_id": actor.user_id,
                "client_message_id": command.client_message_id,
                "request_digest": send.digest,
                "type": type_,
                "content": command.content,
                "reply_to": command.reply_to,
                "created_at": self._tx.now,
            }
        )
        self._tx.record(
            MessageSent(
                conversation_id=conversation_id,
                seq=seq,
                message=schemas.Message(
                    id=first.id,
                    conversation_id=conversation_id,
                    seq=seq,
                    client_message_id=command.client_message_id or msgspec.UNSET,
                    sender=people.summary(actor.user_id),
                    content=command.content,
                    type=type_,
                    attachments=[attachments.show(file) for file in files],
                    reply_to=command.reply_to or msgspec.UNSET,
                    status="sent",
                    delivered_count=0,
                    read_count=0,
                    recipient_count=recipients,
                    created_at=self._now,
                ),
            )
        )
        return _sent(first)

    async def store(self) -> None:
        """Write what was taken: one insert for all messages, one update for all conversations."""
        if not self._rows:
            return
        _INSERT.execute(self._tx.connection, self._rows)
        moves = [
            {"conversation": conversation_id, "head": seq, "now": self._tx.now}
            for conversation_id, seq in self._heads.items()
        ]
        _MOVE_HEAD.execute(self._tx.connection, moves)


async def _find_first(tx: Transaction, sends: list[_Send]) -> dict[tuple[str, str], _First]:
    """What was sent before under the clients' ids of these sends, by sender and id."""
    wanted = [id_ for send in sends if (id_ := send.command.client_message_id) is not None]
    if not wanted:
        return {}
    rows = await tx.connection.execute(_FIND_SENT, {"wanted": wanted})
    return {
        (row.sender_id, row.client_message_id): _First(
            row.id, row.conversation_id, row.seq, iso(row.created_at), row.request_digest
        )
        for row in rows
    }


def _sent(first: _First, *, duplicate: bool = False) -> schemas.Sent:
    return schemas.Sent(
        message_id=first.id,
        conversation_id=first.conversation_id,
        seq=first.seq,
        status="sent",
        created_at=first.created_at,
        duplicate=True if duplicate else msgspec.UNSET,
    )


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
