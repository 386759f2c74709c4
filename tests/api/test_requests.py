"""Requests as such: bodies, shapes, cancelled ones; the answers under `/api` have one form."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from tests.people import Json, Person, Town, visit

MAX_BODY_BYTES = 1_000_000
BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "NaN": b'{"content":NaN}',
    "lone surrogate": rb'{"content":"\ud800"}',
    "bad UTF-8": b'{"content":"\xff"}',
    "deep": b'{"content":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "a number as text": b'{"content":5}',
    "trailing": b'{"content":"x"}{}',
    "a form": b"content=x",
}


@pytest.fixture(scope="module")
async def ada(town: Town) -> Person:
    return await town.person("Ada")


@pytest.fixture(scope="module")
async def group_id(ada: Person) -> str:
    return (await ada.group_with(name="Alone"))["_id"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", BODIES)
async def test_body_is_a_bad_request_when_it_is_malformed(ada: Person, group_id: str, kind: str) -> None:
    async with visit(ada.server, Authorization=f"Bearer {ada.access_token}") as http:
        answer = await http.post(f"/api/conversations/{group_id}/messages", content=BODIES[kind])
    assert answer.status_code == 400
    assert answer.json().keys() >= {"success", "code", "error"}
    assert answer.json()["code"] == "bad_request"


async def test_body_is_refused_when_it_says_that_it_is_too_large(ada: Person) -> None:
    url = httpx.URL(ada.server.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: {MAX_BODY_BYTES + 1}\r\n\r\n"
    writer.write(head.encode())
    assert (await asyncio.wait_for(reader.readline(), 2)).split()[1] == b"413"
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("path", ["/api/auth/login", "/login"])
async def test_body_is_refused_when_it_grows_too_large_in_chunks(ada: Person, path: str) -> None:
    """`MAX_CONTENT_LENGTH` does not see it (hole 15): the bytes are counted as they come."""
    url = httpx.URL(ada.server.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"POST {path} HTTP/1.1\r\nHost: {url.netloc.decode()}\r\nTransfer-Encoding: chunked\r\n\r\n"
    writer.write(head.encode())
    answer = asyncio.create_task(reader.readline())
    sending = asyncio.create_task(send_chunks(writer))
    await asyncio.wait({answer, sending}, return_when=asyncio.FIRST_COMPLETED)
    assert (await asyncio.wait_for(answer, 2)).split()[1] == b"413"
    sending.cancel()
    ended = await asyncio.gather(sending, return_exceptions=True)
    assert ended != [None], "all was taken"
    writer.transport.abort()


async def send_chunks(writer: asyncio.StreamWriter) -> None:
    """20 MB, much more than the buffers on the way hold."""
    for _ in range(400):
        writer.write(b"c350\r\n" + b"x" * 50_000 + b"\r\n")
        await writer.drain()


async def test_change_is_committed_and_told_when_its_caller_leaves_at_once(ada: Person, town: Town) -> None:
    """Quart cancels the handler (hole 14); the writer is not asked to stop."""
    bob = await town.person("Bob")
    group = await ada.group_with(bob)
    listener = await bob.connect()
    url = httpx.URL(ada.server.url)
    body = json.dumps({"content": "said and gone"})
    request = (
        f"POST /api/conversations/{group['_id']}/messages HTTP/1.1\r\nHost: {url.netloc.decode()}\r\n"
        f"Authorization: Bearer {ada.access_token}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    for _ in range(20):
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(request.encode())
        await writer.drain()
        writer.transport.close()
    await ada.post(f"conversations/{group['_id']}/messages", {"content": "sentinel"})
    await listener.wait_for("receive-message", lambda message: message["content"] == "sentinel")
    stored = await ada.get(f"conversations/{group['_id']}/messages")
    told = {message["_id"] for message in listener.events("receive-message")}
    later = {message["_id"] for message in stored["messages"] if message["_id"] not in told}
    await listener.until(lambda device: later <= {m["_id"] for m in device.events("receive-message")})
    numbers = sorted(message["seq"] for message in listener.events("receive-message"))
    assert numbers == list(range(1, len(numbers) + 1)), (
        "what was committed was told, what was not took no number"
    )
    await bob.disconnect()


@pytest.mark.parametrize(
    "path", ["", "no-such-route", "conversations/x/y/z", "users/me/nothing", "../secret.key"]
)
async def test_answer_is_json_when_a_route_does_not_exist(ada: Person, path: str) -> None:
    async with visit(ada.server) as http:
        answer = await http.get(f"/api/{path}", follow_redirects=False)
    assert answer.status_code == 404
    if answer.url.path.startswith("/api/"):
        assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "x"},
        {"beforeSeq": "-1"},
        {"afterSeq": "1.5"},
        {"limit": ""},
    ],
    ids=str,
)
async def test_query_is_a_bad_request_when_it_is_out_of_bounds(
    ada: Person, group_id: str, query: Json
) -> None:
    answer = await ada.request("GET", f"conversations/{group_id}/messages", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Introuvable"), ("en-GB,en;q=0.9", "Not found"), ("xx", "Introuvable")]
)
async def test_failure_is_in_the_callers_language(ada: Person, language: str, words: str) -> None:
    answer = await ada.request("GET", "conversations/none", headers={"Accept-Language": language})
    assert answer.json()["error"].startswith(words)
