"""One HTTP request at a time, without a library."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from chat.bench.crowd import HOST


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


async def get(port: int, path: str) -> Answer:
    """Raises OSError when nobody answers."""
    return await _request(port, f"GET {path} HTTP/1.1", "", b"")


async def post(port: int, path: str, token: str, body: Any) -> Answer:
    """POST JSON as somebody. Raises OSError when nobody answers."""
    sent = json.dumps(body).encode()
    head = (
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {len(sent)}\r\n"
    )
    return await _request(port, f"POST {path} HTTP/1.1", head, sent)


async def _request(port: int, line: str, head: str, body: bytes) -> Answer:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(f"{line}\r\nHost: {HOST}:{port}\r\nConnection: close\r\n{head}\r\n".encode() + body)
        answer_head, _, rest = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    if not answer_head:
        raise ConnectionResetError("the server hung up")
    return Answer(int(answer_head.split(b" ", 2)[1]), rest)
