"""A file in a multipart body (RFC 7578), read as it comes; nothing but the one part is taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from quart import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from chat import instance
from chat.errors import BadRequest
from chat.services.uploads import Offered, too_large
from chat.transport.body_stream import EXTENSION, BodyBroken, BodyStream

FIELD = "file"
WITHIN_S = 1800.0
# What is fed to the decoder at once, and what it may hold: a preamble, headers or an epilogue without end stop there.
PIECE_BYTES = 64 * 1024
MAX_BUFFER_BYTES = 4 * PIECE_BYTES
MAX_ENVELOPE_BYTES = MAX_BUFFER_BYTES


@asynccontextmanager
async def uploaded_file() -> AsyncIterator[Offered]:
    """The file of the request under way; its chunks are read within the block.

    Raises BadRequest for a body that is not a form with one file, comes too slowly or not whole; TooLarge for one that
    says beforehand that it is too large.
    """
    limit = instance.current().settings.max_upload_bytes
    if (request.content_length or 0) > limit + MAX_ENVELOPE_BYTES:
        raise too_large(limit)
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise _not_a_file()
    body: BodyStream = request.scope["extensions"][EXTENSION]  # type: ignore[assignment]
    events = _events(body, boundary)
    try:
        async with asyncio.timeout(WITHIN_S):
            part = await anext(events, None)
            if not isinstance(part, File) or part.name != FIELD:
                raise _not_a_file()
            yield Offered(part.filename, part.headers.get("Content-Type", ""), _chunks(events))
    except (BodyBroken, TimeoutError):
        raise BadRequest("upload_broken", details={"field": FIELD}) from None
    except (
        ValueError,
        RequestEntityTooLarge,
    ):  # werkzeug's words for what is no multipart, and for what is too much
        raise _not_a_file() from None


async def _chunks(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    """The bytes of the part, to the end of the body: a second part spoils the first."""
    async for event in events:
        if isinstance(event, Field | File):
            raise _not_a_file()
        if isinstance(event, Data) and event.data:
            yield event.data


async def _events(body: BodyStream, boundary: str) -> AsyncIterator[Event]:
    decoder = MultipartDecoder(boundary.encode("latin-1"), MAX_BUFFER_BYTES)
    async for chunk in body:
        for start in range(0, len(chunk), PIECE_BYTES):
            decoder.receive_data(chunk[start : start + PIECE_BYTES])
            for event in _decoded(decoder):
                yield event
    decoder.receive_data(None)
    for event in _decoded(decoder):
        yield event


def _decoded(decoder: MultipartDecoder) -> list[Event]:
    """What the decoder knows by now."""
    events = []
    while not isinstance(event := decoder.next_event(), NeedData):
        events.append(event)
        if isinstance(event, Epilogue):
            break
    return [event for event in events if isinstance(event, Data | File | Field)]


def _not_a_file() -> BadRequest:
    return BadRequest("not_one_file", details={"field": FIELD})
