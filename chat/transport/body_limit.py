"""A bound on request bodies that counts bytes as they come: a chunked upload passes `MAX_CONTENT_LENGTH`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]


class _BodyTooLarge(Exception):
    pass


def with_body_limit(app: AsgiApp, max_bytes: int, refusal: Callable[[Any], dict[str, Any]]) -> AsgiApp:
    """Wrap an ASGI application: a larger body is answered 413 with the JSON of `refusal(scope)`."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if _declared_length(scope) > max_bytes:
            await _refuse(send, refusal(scope))
            return
        received = 0
        has_answered = False

        async def counted_receive() -> Any:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > max_bytes:
                    raise _BodyTooLarge
            return message

        async def watched_send(message: Any) -> None:
            nonlocal has_answered
            has_answered = True
            await send(message)

        try:
            await app(scope, counted_receive, watched_send)
        except _BodyTooLarge:
            if not has_answered:
                await _refuse(send, refusal(scope))

    return wrapped


def _declared_length(scope: Any) -> int:
    for name, value in scope["headers"]:
        if bytes(name).lower() == b"content-length" and bytes(value).isdigit():
            return int(value)
    return 0


async def _refuse(send: Any, body: dict[str, Any]) -> None:
    text = json.dumps(body, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": text})
