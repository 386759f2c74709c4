"""Attachments: files from their upload to the end of the message that carries them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import structlog
from sqlalchemy import func, select

from chat import database, instance
from chat.database import AnyRow, Reading, Transaction
from chat.errors import NotFound, TooLarge
from chat.files.inspection import Found
from chat.files.kinds import kind_of
from chat.files.names import named_as, safe_name
from chat.files.store import Sealed
from chat.ids import new_id
from chat.models import Attachment, Message
from chat.schemas import attachments as schemas
from chat.schemas.messages import MessageType
from chat.services import access
from chat.services.actor import Actor
from chat.services.uploads import Offered, received

log = structlog.get_logger(__name__)

URL = "/api/attachments"


@dataclass(frozen=True, slots=True)
class Download:
    """A file that somebody may have, and how it is called."""

    sha256: str
    size: int
    name: str
    content_type: str


async def upload(actor: Actor, offered: Offered) -> schemas.Attachment:
    """Keep a file for a message to come; until then it is its uploader's alone, and a day later it is gone.

    Raises TooLarge over the limit for a file or the person's quota, RateLimited with too many under way, Unavailable
    when it cannot be kept, and what reading it raises; then nothing is left of it. What has been received whole is
    kept although the caller goes.
    """
    return await asyncio.shield(asyncio.create_task(_upload(actor, offered)))


async def discard(actor: Actor, attachment_id: str) -> None:
    """Throw a file of one's own away that no message has taken. Raises NotFound."""

    async def change(tx: Transaction) -> None:
        (waiting,) = await access.waiting_attachments(tx, actor, [attachment_id])
        await release(tx, [waiting])

    await database.write(change)


async def download(actor: Actor, attachment_id: str, *, is_thumbnail: bool = False) -> Download:
    """A file that the actor may have now, or its thumbnail. Raises NotFound."""
    async with database.read() as reading:
        found = await access.attachment(reading, actor, attachment_id)
    if not is_thumbnail:
        return await stored(found.sha256, found.name, found.content_type)
    if found.thumbnail_sha256 is None:
        raise NotFound
    return await stored(found.thumbnail_sha256, f"{found.name}.webp", "image/webp")


async def stored(sha256: str, name: str, content_type: str) -> Download:
    """A file of the store, ready to be read. Raises NotFound when the disk has lost it."""
    size = await instance.current().files.size(sha256)
    if size is None:
        log.error("file_lost", sha256=sha256)
        raise NotFound
    return Download(sha256, size, name, content_type)


async def attach(tx: Transaction, message_id: str, attachments: Sequence[Attachment]) -> None:
    """Give files to a message that has just been stored."""
    for position, attachment in enumerate(attachments):
        attachment.message_id, attachment.position = message_id, position
    await tx.session.flush()


async def release_of(tx: Transaction, message: Message) -> None:
    """Let go of the files of a message that is being deleted."""
    if message.type in ("text", "system"):
        return
    found = await tx.session.scalars(select(Attachment).where(Attachment.message_id == message.id))
    await release(tx, list(found))


async def load_shown(
    reading: Reading, messages: Sequence[Message | AnyRow]
) -> dict[str, list[schemas.Attachment]]:
    """The files of those messages that have any, by message, in their order; no query when none has."""
    ids = [message.id for message in messages if message.type not in ("text", "system")]
    shown: defaultdict[str, list[schemas.Attachment]] = defaultdict(list)
    if ids:
        found = await reading.session.scalars(
            select(Attachment).where(Attachment.message_id.in_(ids)).order_by(Attachment.position)
        )
        for attachment in found:
            shown[attachment.message_id or ""].append(show(attachment))
    return shown


def show(attachment: Attachment) -> schemas.Attachment:
    url = f"{URL}/{attachment.id}"
    return schemas.Attachment(
        id=attachment.id,
        name=attachment.name,
        content_type=attachment.content_type,
        size=attachment.size,
        url=url,
        thumbnail_url=f"{url}/thumbnail" if attachment.thumbnail_sha256 else msgspec.UNSET,
        width=attachment.width or msgspec.UNSET,
        height=attachment.height or msgspec.UNSET,
        duration=attachment.duration or msgspec.UNSET,
    )


def message_type(attachments: Sequence[Attachment]) -> MessageType:
    """What a message with these files is: of their kind when they are of one, else `file`."""
    kinds = {kind_of(attachment.content_type) for attachment in attachments}
    return kinds.pop() if len(kinds) == 1 else "file"


async def _upload(actor: Actor, offered: Offered) -> schemas.Attachment:
    async with database.read() as reading:
        room = await _room(reading, actor)
    async with received(actor, offered, "attachment", (room, _over_quota())) as (found, files):
        return await _keep(actor, offered.name, found, files)


async def _keep(actor: Actor, name: str, found: Found, sealed: Sequence[Sealed]) -> schemas.Attachment:
    """Put files into their places, and the row that refers to them into the database."""
    original, thumbnail = sealed[0], sealed[1] if len(sealed) > 1 else None

    async def change(tx: Transaction) -> schemas.Attachment:
        if original.size > await _room(tx, actor):
            raise _over_quota()
        attachment = Attachment(
            id=new_id(),
            uploader_id=actor.user_id,
            position=0,
            name=named_as(safe_name(name), found.content_type),
            content_type=found.content_type,
            size=original.size,
            sha256=original.sha256,
            thumbnail_sha256=thumbnail and thumbnail.sha256,
            width=found.width,
            height=found.height,
            duration=found.duration,
            created_at=tx.now,
        )
        tx.session.add(attachment)
        return show(attachment)

    async with instance.current().files.placed(sealed):
        return await database.write(change)


async def release(tx: Transaction, attachments: Sequence[Attachment]) -> None:
    """Refer to these files no more; the disk is freed when nobody has for a day (see chat.files.store)."""
    await instance.current().files.touch(
        [sha256 for found in attachments for sha256 in (found.sha256, found.thumbnail_sha256) if sha256]
    )
    for attachment in attachments:
        await tx.session.delete(attachment)


async def _room(reading: Reading, actor: Actor) -> int:
    """How many bytes the person may keep besides what they keep. Raises TooLarge when there are none left."""
    query = select(func.coalesce(func.sum(Attachment.size), 0)).where(Attachment.uploader_id == actor.user_id)
    kept: int = (await reading.session.execute(query)).scalar_one()
    room = instance.current().settings.upload_quota_bytes - kept
    if room <= 0:
        raise _over_quota()
    return room


def _over_quota() -> TooLarge:
    quota = instance.current().settings.upload_quota_bytes
    return TooLarge("quota_exceeded", limit=f"{quota / 2**20:g}", details={"field": "file", "quota": quota})
