"""Files as answers: whole or in one range (RFC 9110), by content and not by claim, and nothing in them ever runs.

Quart 0.22's own `send_file` reads 8 KB at a time, is cut after a minute, fails on `bytes=-N` and lets caches share.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

from quart import Response, request

from chat import instance
from chat.files import kinds
from chat.files.names import disposition
from chat.services.attachments import Download

# Kept by the browser, for its owner, and asked for again each time: they may have been removed meanwhile.
PRIVATE: Final = "private, no-cache"
# The address names the content.
FOR_EVER: Final = "private, max-age=31536000, immutable"

_NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# Opened by itself, a file is a page of an origin of its own, in which nothing runs.
_SANDBOX: Final = f"{_NOTHING}; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
# Chromium shows no PDF in a sandbox. Its viewer, and Firefox's, run in one of their own; served as what it is, with
# `nosniff` and no source for scripts, a PDF that is also HTML stays a PDF.
_PDF_POLICY: Final = f"{_NOTHING}; object-src 'self'; style-src 'unsafe-inline'"

_INLINE: Final = kinds.PICTURES | kinds.SOUNDS | kinds.VIDEOS | {kinds.PDF}
_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


def send_file(file: Download, cache: str = PRIVATE) -> Response:
    """Answer the request under way with a file, as far as it asks for it."""
    etag = f'"{file.sha256}"'
    start, end, status = 0, file.size, HTTPStatus.OK
    if request.if_none_match.contains(file.sha256):
        start, end, status = 0, 0, HTTPStatus.NOT_MODIFIED
    elif (wanted := _wanted_range(etag, file.size)) is not None:
        start, end = wanted
        status = HTTPStatus.PARTIAL_CONTENT if start < end else HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    # A HEAD is answered as its GET, without reading anything.
    body = b"" if request.method == "HEAD" or start == end else _bytes(file, start, end)
    response = Response(body, status=status, content_type=file.content_type)
    response.timeout = None  # who reads slowly may: what is not read is not read from the disk either
    is_inline = file.content_type in _INLINE
    response.headers.update(
        {
            "Accept-Ranges": "bytes",
            "Cache-Control": cache,
            "Content-Disposition": disposition(file.name, is_inline=is_inline),
            "Content-Length": str(end - start),
            "Content-Security-Policy": _PDF_POLICY if file.content_type == kinds.PDF else _SANDBOX,
            "Cross-Origin-Resource-Policy": "same-origin",
            "ETag": etag,
            "Vary": "Authorization, Cookie",
        }
    )
    if status == HTTPStatus.PARTIAL_CONTENT:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    elif status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        response.headers["Content-Range"] = f"bytes */{file.size}"
    elif status == HTTPStatus.NOT_MODIFIED:
        del response.headers["Content-Length"]
    return response


def _wanted_range(etag: str, size: int) -> tuple[int, int] | None:
    """The bytes asked for, from and up to; an empty range for what is not there; None for the whole file.

    Several ranges at once, and what is no range, are ignored (RFC 9110, section 14.2); so is any range of another
    version than this (`If-Range`, a date included: we tell none).
    """
    if request.headers.get("If-Range", etag) != etag:
        return None
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if match is None:
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        return max(0, size - int(suffix)), size
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        return 0, 0
    return int(first), min(size, int(last) + 1) if last else size


def _bytes(file: Download, start: int, end: int) -> AsyncIterator[bytes]:
    return instance.current().files.read(file.sha256, start, end)
