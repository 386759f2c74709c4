"""What is done now and then by itself: uploads that no message took, faces that nobody
wears, and files that nobody refers to any more.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import structlog
from sqlalchemy import select, union

from chat import database, instance
from chat.database import Reading, Transaction
from chat.errors import ChatError
from chat.models import AVATARS, Attachment, Avatar, Conversation, User
from chat.services.attachments import release

log = structlog.get_logger(__name__)

EVERY_S = 3600.0
WAITING_KEPT = timedelta(days=1)


class Housekeeper:
    """Sweeps at the start, and then every hour."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._sweep_for_ever())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await sweep()
            except ChatError as error:
                log.warning("sweep_refused", code=error.code, reason=error.key)
            except Exception:
                log.exception("sweep_failed")
            await asyncio.sleep(EVERY_S)


async def sweep() -> None:
    """Let go of uploads that waited a day for a message; remove files that nobody has referred to for a day.

    The files are gone through shelf by shelf, so that neither memory nor others notice how many there are. It also
    mends what a crash left between a file and the row that was to refer to it.
    """
    await database.write(_release_waiting)
    await database.write(_release_unworn)
    files = instance.current().files
    async for sha256s in files.old():
        if not sha256s:
            continue
        async with files.changing:
            async with database.read() as reading:
                referred = await _referred(reading, sha256s)
            await files.remove([sha256 for sha256 in sha256s if sha256 not in referred])


async def _release_waiting(tx: Transaction) -> None:
    found = await tx.session.scalars(
        select(Attachment).where(
            Attachment.message_id.is_(None), Attachment.created_at < tx.now - WAITING_KEPT
        )
    )
    await release(tx, list(found))


async def _release_unworn(tx: Transaction) -> None:
    """Faces that nobody wears any more, nor any group: another one came, or the account was closed."""
    worn = union(
        select(User.avatar).where(User.avatar.is_not(None)),
        select(Conversation.avatar).where(Conversation.avatar.is_not(None)),
    )
    query = select(Avatar).where((AVATARS + Avatar.large_sha256).not_in(worn))
    unworn = list(await tx.session.scalars(query))
    await instance.current().files.touch(
        [sha256 for avatar in unworn for sha256 in (avatar.large_sha256, avatar.small_sha256)]
    )
    for avatar in unworn:
        await tx.session.delete(avatar)


async def _referred(reading: Reading, sha256s: list[str]) -> set[str]:
    """Those of the files that something still refers to."""
    columns = (Attachment.sha256, Attachment.thumbnail_sha256, Avatar.large_sha256, Avatar.small_sha256)
    found: set[str] = set()
    for column in columns:
        found.update(await reading.session.scalars(select(column).where(column.in_(sha256s)).distinct()))
    return found
