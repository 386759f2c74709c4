"""The program's own files as answers: compressed, kept as long as is right, and nothing else with them."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Serve
from tests.people import Town, visit
from tests.server import ROOT, ServerProcess

AS_WRITTEN = "/static/js/main.js"
COMPRESSED = {"accept_encoding": "gzip"}
PLAIN = {"accept_encoding": "identity"}


async def _address(server: ServerProcess, name: str) -> str:
    """Where the pages of a server find a file of theirs."""
    async with visit(server) as http:
        page = (await http.get("/login", follow_redirects=True)).text
    version = re.search(r"/static/(v-\w+)/", page)
    assert version is not None
    return f"/static/{version[1]}/{name}"


async def test_a_text_file_comes_compressed_to_who_can_read_that(town: Town) -> None:
    async with visit(town.server, **COMPRESSED) as http:
        answer = await http.get(AS_WRITTEN)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.text == (ROOT / "static/js/main.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br", ""])
async def test_a_text_file_comes_as_it_is_to_who_cannot(town: Town, accepted: str) -> None:
    async with visit(town.server, accept_encoding=accepted) as http:
        answer = await http.get(AS_WRITTEN)
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == (ROOT / "static/js/main.js").read_bytes()


async def test_a_picture_is_not_compressed_again(town: Town) -> None:
    async with visit(town.server, **COMPRESSED) as http:
        answer = await http.get("/static/icons/icon-192.png")
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-type"] == "image/png"
    assert answer.content == (ROOT / "static/icons/icon-192.png").read_bytes()


async def test_nothing_is_sent_twice_when_the_browser_has_that_form(town: Town) -> None:
    for form in (COMPRESSED, PLAIN):
        async with visit(town.server, **form) as http:
            etag = (await http.get(AS_WRITTEN)).headers["etag"]
            again = await http.get(AS_WRITTEN, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["vary"]) == (etag, "Accept-Encoding")


async def test_a_form_is_sent_when_the_browser_has_the_other_one(town: Town) -> None:
    async with visit(town.server) as http:
        plain = await http.get(AS_WRITTEN, headers={"Accept-Encoding": "identity"})
        conditions = {"Accept-Encoding": "gzip", "If-None-Match": plain.headers["etag"]}
        compressed = await http.get(AS_WRITTEN, headers=conditions)
    assert compressed.status_code == 200
    assert compressed.headers["etag"] != plain.headers["etag"]


async def test_head_says_what_get_does(town: Town) -> None:
    async with visit(town.server, **COMPRESSED) as http:
        got, told = await http.get(AS_WRITTEN), await http.head(AS_WRITTEN)
    names = ("content-length", "content-encoding", "content-type", "etag", "cache-control", "vary")
    assert [told.headers[name] for name in names] == [got.headers[name] for name in names]
    assert told.content == b""


async def test_a_file_stays_in_the_browser_only_under_an_address_that_names_the_version(town: Town) -> None:
    of_version = await _address(town.server, "js/main.js")
    of_another = re.sub(r"v-\w+", "v-0123456789abcdef", of_version)
    async with visit(town.server) as http:
        kept = [
            (await http.get(path)).headers["cache-control"] for path in (of_version, of_another, AS_WRITTEN)
        ]
    assert kept == ["public, max-age=31536000, immutable", "no-cache", "no-cache"]


async def test_the_first_view_comes_in_one_piece_and_in_development_as_it_is_written(serve: Serve) -> None:
    here, developed = await serve(), await serve(CHAT_ENV="development")
    async with visit(here) as http:
        joined = (await http.get(await _address(here, "js/main.js"))).text
    async with visit(developed) as http:
        page = (await http.get("/setup")).text
        written = (await http.get(AS_WRITTEN)).text
    assert 'modules["views/composer.js"] =' in joined
    assert "/static/css/entrance.css" in page
    assert written == (ROOT / "static/js/main.js").read_text(encoding="utf-8")


async def test_only_what_has_no_secret_in_it_is_compressed(town: Town) -> None:
    person, other = await town.people("Alice", "Bob")
    conversation = await person.direct_with(other)
    encodings = {}
    async with visit(town.server, **COMPRESSED) as http:
        for page in ("/login?next=/%23/x", "/setup", "/join/none"):
            encodings[page] = (await http.get(page)).headers.get("content-encoding")
        refreshed = await http.post("/api/auth/refresh-token", json={"refreshToken": person.refresh_token})
        encodings["refresh"] = refreshed.headers.get("content-encoding")
    for path in ("users/me", "conversations", "invitations", f"conversations/{conversation['_id']}/messages"):
        encodings[path] = (await person.request("GET", path)).headers.get("content-encoding")
    assert {name for name, encoding in encodings.items() if encoding} == {
        f"conversations/{conversation['_id']}/messages"
    }
