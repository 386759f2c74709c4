"""Bodies that come slowly, and answers that nobody takes: what ends them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chat.transport.body_stream import EXTENSION, BodyBroken, BodyStream, with_body_streams
from chat.transport.stalled_readers import without_stalled_readers

SCOPE = {"type": "http", "method": "POST", "path": "/"}
START = {"type": "http.response.start", "status": 413, "headers": []}
Message = dict[str, Any]


def chunk(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


class Peer:
    """What is on the other end of an ASGI application: chunks that wait to be asked for, and answers that came."""

    def __init__(self, *messages: Message) -> None:
        self.waiting = list(messages)
        self.answers: list[Message] = []

    async def receive(self) -> Message:
        if not self.waiting:
            await asyncio.Event().wait()  # it has fallen silent
        return self.waiting.pop(0)

    async def send(self, message: Message) -> None:
        self.answers.append(message)


def streamed(app: Callable[[BodyStream, Any], Awaitable[None]]) -> Callable[[Peer], Awaitable[None]]:
    """An application that is given the stream of a request's body and the way to answer."""

    async def serve(peer: Peer) -> None:
        async def inner(scope: Message, receive: Any, send: Any) -> None:
            await app(scope["extensions"][EXTENSION], send)

        await with_body_streams(inner, inner, lambda _: True)(SCOPE, peer.receive, peer.send)

    return serve


async def test_chunk_stays_with_its_sender_until_it_is_asked_for() -> None:
    peer = Peer(chunk(b"a"), chunk(b"b"), chunk(b"c", more=False))
    stream = BodyStream(peer.receive)
    assert await anext(stream) == b"a"
    assert len(peer.waiting) == 2
    assert [piece async for piece in stream] == [b"b", b"c"]


async def test_body_is_broken_when_its_sender_falls_silent() -> None:
    stream = BodyStream(Peer(chunk(b"a")).receive, idle_s=0.05)
    await anext(stream)
    with pytest.raises(BodyBroken):
        await anext(stream)


async def test_body_is_broken_when_its_sender_goes() -> None:
    stream = BodyStream(Peer(chunk(b"a"), {"type": "http.disconnect"}).receive)
    await anext(stream)
    with pytest.raises(BodyBroken):
        await anext(stream)


async def test_refusal_goes_out_first_and_the_rest_of_the_body_goes_nowhere() -> None:
    peer = Peer(*(chunk(b"x") for _ in range(5)), chunk(b"", more=False))
    left: list[int] = []

    async def refuse(stream: BodyStream, send: Any) -> None:
        await send(START)
        await send({"type": "http.response.body", "body": b"no", "more_body": True})
        left.append(len(peer.waiting))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    await streamed(refuse)(peer)
    assert left == [6], "the answer does not wait for the body"
    assert peer.waiting == []
    assert (b"connection", b"close") in peer.answers[0]["headers"]
    assert [answer.get("more_body") for answer in peer.answers] == [None, True, True, False]


async def test_connection_is_kept_when_the_body_was_read() -> None:
    async def read(stream: BodyStream, send: Any) -> None:
        async for _ in stream:
            pass
        await send(START)

    peer = Peer(chunk(b"x", more=False))
    await streamed(read)(peer)
    assert peer.answers == [START]


async def test_answer_ends_when_its_reader_takes_nothing() -> None:
    async def never(message: Message) -> None:
        await asyncio.Event().wait()

    async def answer(scope: Message, receive: Any, send: Any) -> None:
        await send(START)

    with pytest.raises(TimeoutError):
        await without_stalled_readers(answer, stalled_s=0.05)(SCOPE, Peer().receive, never)
