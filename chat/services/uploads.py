"""Receiving files from people: counted, written aside, looked into; kept by `attachments` and `avatars`."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from chat import instance
from chat.errors import ChatError, RateLimited, TooLarge
from chat.files.inspection import Found, Purpose
from chat.files.store import Sealed
from chat.services.actor import Actor

# What a browser sends side by side to one host.
UPLOADS_AT_ONCE = 6
_RETRY_AFTER_S = 1.0

# A number of bytes, and what is raised beyond it.
Bound = tuple[int, ChatError]

# What the worker leaves of a picture (see chat.files.worker).
_MADE: dict[Purpose, tuple[str, ...]] = {"attachment": ("picture", "thumbnail"), "avatar": ("large", "small")}

_under_way: Counter[str] = Counter()


@dataclass(frozen=True, slots=True)
class Offered:
    """What a client says of a file that it sends; nothing of it is believed."""

    name: str
    content_type: str
    chunks: AsyncIterator[bytes]


@asynccontextmanager
async def received(
    actor: Actor, offered: Offered, purpose: Purpose, *bounds: Bound
) -> AsyncIterator[tuple[Found, Sequence[Sealed]]]:
    """Receive a file: what is in it, and what is to be kept of it, to be put into place within the block.

    That is the file itself; a picture and its thumbnail; or of a picture for an avatar the large and the small one.
    Raises TooLarge over the limit for a file, what the `bounds` say, RateLimited with too many under way, Unavailable
    when it cannot be written, and what reading it raises. Nothing is left of it in any case.
    """
    here = instance.current()
    limit = here.settings.max_upload_bytes
    with _one_more(actor):
        async with here.files.workspace() as folder:
            source = folder / "source"
            chunks = _counted(offered.chunks, [(limit, too_large(limit)), *bounds])
            written = await here.files.write(source, chunks)
            found = await here.inspector.inspect(source, purpose, offered.content_type, limit)
            kept = [written]
            if found.is_picture:
                kept = [await here.files.seal(folder / name) for name in _MADE[purpose]]
            yield found, kept


def too_large(limit: int) -> TooLarge:
    """The refusal of a file of more than `limit` bytes."""
    return TooLarge("file_too_large", limit=f"{limit / 2**20:g}", details={"field": "file", "limit": limit})


async def _counted(chunks: AsyncIterator[bytes], bounds: Sequence[Bound]) -> AsyncIterator[bytes]:
    """The same chunks, until there are too many bytes."""
    total = 0
    async for chunk in chunks:
        total += len(chunk)
        for most, refusal in bounds:
            if total > most:
                raise refusal
        yield chunk


@contextmanager
def _one_more(actor: Actor) -> Iterator[None]:
    """Count an upload while it is under way. Raises RateLimited."""
    if _under_way[actor.user_id] >= UPLOADS_AT_ONCE:
        raise RateLimited(_RETRY_AFTER_S)
    _under_way[actor.user_id] += 1
    try:
        yield
    finally:
        _under_way[actor.user_id] -= 1
        if not _under_way[actor.user_id]:
            del _under_way[actor.user_id]
