"""How files are answered: ranges, versions, and what a browser may do with them."""

from __future__ import annotations

import asyncio

import pytest

from tests.files import HTML, PDF, PICTURE, SVG, sound
from tests.people import Json, Person, Town

CONTENT = bytes(range(256)) * 4
SIZE = len(CONTENT)


@pytest.fixture(scope="module")
async def ada(town: Town) -> Person:
    return await town.person("Ada")


@pytest.fixture(scope="module")
async def file(ada: Person) -> Json:
    return await ada.upload(CONTENT, "data.bin")


@pytest.fixture(scope="module")
async def etag(ada: Person, file: Json) -> str:
    return (await ada.request("HEAD", f"attachments/{file['_id']}")).headers["etag"]


RANGES = {
    "bytes=0-0": (0, 1),
    "bytes=0-": (0, SIZE),
    "bytes=10-19": (10, 20),
    "bytes=1000-": (1000, SIZE),
    "bytes=1000-99999": (1000, SIZE),
    f"bytes={SIZE - 1}-": (SIZE - 1, SIZE),
    "bytes=-1": (SIZE - 1, SIZE),
    "bytes=-100": (SIZE - 100, SIZE),
    "bytes=-99999": (0, SIZE),
}
# Refused: nothing of what is asked for is there. Ignored: no range, or more than one.
UNSATISFIABLE = [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0"]
IGNORED = ["bytes=5-4", "bytes=", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,5-6", "bytes=--1", "0-1"]


@pytest.mark.parametrize("wanted", RANGES)
async def test_range_is_answered_when_it_is_there(ada: Person, file: Json, wanted: str) -> None:
    start, end = RANGES[wanted]
    answer = await ada.request("GET", f"attachments/{file['_id']}", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (206, CONTENT[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("wanted", UNSATISFIABLE)
async def test_range_is_refused_when_it_is_not_there(ada: Person, file: Json, wanted: str) -> None:
    answer = await ada.request("GET", f"attachments/{file['_id']}", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("wanted", IGNORED)
async def test_whole_file_is_answered_when_the_range_is_none(ada: Person, file: Json, wanted: str) -> None:
    answer = await ada.request("GET", f"attachments/{file['_id']}", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["accept-ranges"] == "bytes"


async def test_range_counts_only_for_the_version_that_it_is_of(ada: Person, file: Json, etag: str) -> None:
    path = f"attachments/{file['_id']}"
    same = await ada.request("GET", path, headers={"Range": "bytes=0-9", "If-Range": etag})
    other = await ada.request("GET", path, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    dated = await ada.request(
        "GET", path, headers={"Range": "bytes=0-9", "If-Range": "Mon, 23 Nov 2026 08:00:00 GMT"}
    )
    assert [answer.status_code for answer in (same, other, dated)] == [206, 200, 200]


async def test_file_is_not_sent_again_when_the_browser_has_it(ada: Person, file: Json, etag: str) -> None:
    answer = await ada.request("GET", f"attachments/{file['_id']}", headers={"If-None-Match": f'"x", {etag}'})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert answer.headers["cache-control"] == "private, no-cache"


async def test_head_tells_what_get_would(ada: Person, file: Json) -> None:
    path = f"attachments/{file['_id']}"
    for headers, status in (({}, 200), ({"Range": "bytes=5-9"}, 206), ({"Range": "bytes=9999-"}, 416)):
        head = await ada.request("HEAD", path, headers=headers)
        got = await ada.request("GET", path, headers=headers)
        assert (head.status_code, head.content) == (status, b"")
        named = {"content-length", "content-range", "content-type", "etag", "accept-ranges"}
        assert {n: head.headers.get(n) for n in named} == {n: got.headers.get(n) for n in named}


@pytest.mark.parametrize(
    ("content", "content_type", "way"),
    [
        (PICTURE, "image/png", "inline"),
        (sound(), "audio/wav", "inline"),
        (PDF, "application/pdf", "inline"),
        (HTML, "application/octet-stream", "attachment"),
        (SVG, "application/octet-stream", "attachment"),
        (b"MZ" + bytes(200), "application/x-msdownload", "attachment"),
        (b"words", "application/octet-stream", "attachment"),
    ],
)
async def test_file_runs_nothing_when_it_is_opened(
    ada: Person, content: bytes, content_type: str, way: str
) -> None:
    sent = await ada.upload(content, "file.html", "text/html")
    answer = await ada.request("GET", f"attachments/{sent['_id']}")
    policy = answer.headers["content-security-policy"]
    assert answer.headers["content-type"] == content_type
    assert answer.headers["content-disposition"].startswith(f"{way};")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert ("sandbox" in policy) is (content is not PDF)


async def test_reader_who_stops_gets_the_rest_when_they_go_on(ada: Person) -> None:
    """The server waits with what it has not read yet from the disk; nothing is cut, nothing is lost."""
    content = bytes(20_000_000)
    sent = await ada.upload(content)
    reader, writer = await asyncio.open_connection("127.0.0.1", ada.server.port, limit=65_536)
    writer.write(
        f"GET {sent['url']} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Authorization: Bearer {ada.access_token}\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"200" in head.splitlines()[0]
    assert (await ada.get("users/me"))["_id"] == ada.id  # others are answered meanwhile
    received = 0
    while chunk := await reader.read(1_000_000):
        received += len(chunk)
    assert received == len(content)
    writer.close()
