"""The attack list of files: each with its answer, and nothing left behind by any."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.files import HTML, PDF, PICTURE, SVG, animation, huge_png, incoming, opened, picture, until
from tests.people import Json, Person, Town
from tests.server import ServerProcess

BOUNDARY = "boundary"


@pytest.fixture
async def ada(town: Town) -> Person:
    return await town.person("Ada")


@pytest.fixture(autouse=True)
async def nothing_is_left(shared_server: ServerProcess) -> AsyncIterator[None]:
    """After each: no temporary file, and the server is well."""
    yield
    await until(lambda: not incoming(shared_server))  # a broken connection is noticed in its own time
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"{shared_server.url}/readyz")).status_code == 200


async def got(person: Person, file: Json) -> httpx.Response:
    return await person.request("GET", f"attachments/{file['_id']}")


def form(*parts: bytes, end: bytes = b"--boundary--\r\n") -> bytes:
    """A multipart body of these parts (head and content)."""
    return b"".join(b"--boundary\r\n" + part + b"\r\n" for part in parts) + end


def part(content: bytes = b"x", name: str = "file", filename: str | None = "x") -> bytes:
    called = f'; filename="{filename}"' if filename is not None else ""
    return f'Content-Disposition: form-data; name="{name}"{called}\r\n\r\n'.encode() + content


async def post(person: Person, body: bytes, content_type: str = "") -> httpx.Response:
    headers = {"Content-Type": content_type or f"multipart/form-data; boundary={BOUNDARY}"}
    headers["Authorization"] = f"Bearer {person.access_token}"
    async with httpx.AsyncClient(base_url=person.server.url) as http:
        return await http.post("/api/attachments", content=body, headers=headers, timeout=60)


PLAIN_DOWNLOADS = {
    "SVG as a picture": (SVG, "image/svg+xml"),
    "SVG as PNG": (SVG, "image/png"),
    "HTML as a picture": (HTML, "image/gif"),
    "script behind a GIF's first letters": (b"GIF89a=1;alert(1)//", "image/gif"),
    "script behind a WebP's first letters": (b"RIFF\x10\0\0\0WEBP=1;alert(1)", "image/webp"),
    "50,000 × 50,000 pixels": (huge_png(50_000, 50_000), "image/png"),
    "7,100 × 7,100 pixels": (huge_png(7_100, 7_100), "image/png"),
    "10,000 frames": (animation(10_000), "image/gif"),
    "501 frames": (animation(501), "image/gif"),
    "half a picture": (picture("PNG", (300, 300))[:400], "image/png"),
    "half a JPEG": (picture("JPEG", (300, 300))[:700], "image/jpeg"),
    "a picture for old printers": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "image/png"),
}


@pytest.mark.parametrize("kind", PLAIN_DOWNLOADS)
async def test_file_is_a_plain_download_when_it_is_no_picture_to_be_shown(ada: Person, kind: str) -> None:
    content, claimed = PLAIN_DOWNLOADS[kind]
    sent = await ada.upload(content, "picture.png", claimed)
    answer = await got(ada, sent)
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-type"] in ("application/octet-stream", "application/postscript")
    assert sent.keys() & {"thumbnailUrl", "width"} == set()


async def test_picture_that_is_also_a_script_is_only_a_picture_afterwards(ada: Person) -> None:
    sent = await ada.upload(
        picture("GIF", comment=b"*/=1;alert(1)/*") + b"<script>alert(1)</script>", "a.gif"
    )
    answer = await got(ada, sent)
    assert answer.headers["content-type"] == "image/gif"
    assert b"alert" not in answer.content
    assert opened(answer.content).size == (40, 30)


async def test_pdf_that_is_also_a_page_stays_a_pdf(ada: Person) -> None:
    answer = await got(ada, await ada.upload(PDF + HTML, "a.html", "text/html"))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_page_before_a_pdf_is_no_pdf(ada: Person) -> None:
    answer = await got(ada, await ada.upload(HTML + PDF, "a.pdf", "application/pdf"))
    assert answer.headers["content-type"] == "application/octet-stream"


async def test_picture_with_a_lying_name_gets_the_ending_of_its_content(ada: Person) -> None:
    assert (await ada.upload(PICTURE, "run.html", "text/html"))["name"] == "run.html.png"


NAMES = {
    "../../etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    "/etc/shadow": "shadow",
    "..": "file",
    ".htaccess": "htaccess",
    "nul\0byte.txt": "nulbyte.txt",
    "photo\u202egpj.exe": "photogpj.exe",
    "\u2066\u200b\ufeff": "file",
    "two\nlines\r\nX-Evil: 1": "two lines X-Evil: 1",
    "été — 写真 — صورة — תמונה — รูป.png": "été — 写真 — صورة — תמונה — รูป.png",
    "می‌خواهم.pdf": "می‌خواهم.pdf",
    "👨‍👩‍👧.jpeg": "👨‍👩‍👧.jpeg",
    'say "hi"; filename=x.exe': 'say "hi"; filename=x.exe',
    "x" * 400 + ".tar": "x" * 116 + ".tar",
    "trailing. . ": "trailing",
}


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
async def test_name_survives_in_any_script_and_harms_nothing(ada: Person, name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    response = await post(ada, form(part(filename=quoted)))
    wanted = NAMES[name].replace("\n", "")
    if "%0" in quoted:
        wanted = "two%0Alines%0D%0AX-Evil: 1"  # as browsers write them; a name may hold such letters
    assert response.json()["name"] == wanted
    answer = await got(ada, response.json())
    assert "x-evil" not in answer.headers
    disposition = answer.headers["content-disposition"]
    assert disposition.isascii()
    assert disposition.isprintable()
    assert disposition.count('"') == 2


MALFORMED = {
    "nothing": b"",
    "no end": form(part(), end=b""),
    "no part": form(),
    "no name": form(b"Content-Disposition: form-data\r\n\r\nx"),
    "no headers": form(b"\r\nx"),
    "a field": form(part(filename=None)),
    "another name": form(part(name="picture")),
    "a field before": form(part(name="a", filename=None), part()),
    "a field behind": form(part(), part(name="a", filename=None)),
    "two files": form(part(), part()),
    "10,000 parts": form(*(part(filename=f"{n}") for n in range(10_000))),
    "headers without end": b"--boundary\r\n" + b"X: " + b"y" * 2_000_000,
    "preamble without end": b"y" * 2_000_000,
    "epilogue without end": form(part()) + b"y" * 2_000_000,
    "bytes that are no text in the headers": form(b'Content-Disposition: form-data; name="\xff"\r\n\r\nx'),
    "another boundary": form(part()).replace(b"boundary", b"bounder"),
}


@pytest.mark.parametrize("kind", MALFORMED)
async def test_body_is_a_bad_request_when_it_is_not_one_file(ada: Person, kind: str) -> None:
    response = await post(ada, MALFORMED[kind])
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "multipart/form-data", "multipart/mixed; boundary=boundary", "text/plain"],
)
async def test_body_is_a_bad_request_when_it_is_no_form(ada: Person, content_type: str) -> None:
    response = await post(ada, form(part()), content_type)
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


HEAD = (
    "POST /api/attachments HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    "Content-Type: multipart/form-data; boundary=boundary\r\nAuthorization: Bearer {token}\r\n"
)


async def begin(person: Person, more: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection and send the head of an upload, and of its part."""
    reader, writer = await asyncio.open_connection("127.0.0.1", person.server.port)
    writer.write(HEAD.format(token=person.access_token).encode() + more.encode() + b"\r\n\r\n")
    return reader, writer


async def test_nothing_is_left_when_the_sender_leaves_in_the_middle(ada: Person) -> None:
    _, writer = await begin(ada, "Content-Length: 1000000")
    writer.write(form(part(b"y" * 500_000), end=b""))
    await writer.drain()
    await until(lambda: bool(incoming(ada.server)))
    writer.close()
    await writer.wait_closed()


async def test_upload_without_end_is_refused_while_it_goes_on(ada: Person) -> None:
    reader, writer = await begin(ada, "Transfer-Encoding: chunked")
    piece = form(part(b""), end=b"")

    async def go_on() -> None:
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        while True:
            writer.write(b"10000\r\n" + b"z" * 65_536 + b"\r\n")
            await writer.drain()

    sending = asyncio.create_task(go_on())
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
    assert answer.splitlines()[0].split()[1] == b"413"
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    writer.transport.abort()


@pytest.mark.parametrize("token", ["", "none"])
async def test_stranger_is_refused_before_anything_is_read(ada: Person, token: str) -> None:
    """The answer comes at once, and the rest of what they send goes nowhere."""
    reader, writer = await asyncio.open_connection("127.0.0.1", ada.server.port)
    writer.write(HEAD.format(token=token).encode() + b"Content-Length: 40000000\r\n\r\n")
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 2)
    assert answer.splitlines()[0].split()[1] == b"401"
    assert incoming(ada.server) == []
    writer.transport.abort()


async def test_length_over_the_limit_is_refused_before_anything_is_read(ada: Person) -> None:
    reader, writer = await begin(ada, "Content-Length: 90000000")
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 2)
    assert answer.splitlines()[0].split()[1] == b"413"
    writer.transport.abort()


async def test_refusal_is_read_by_a_client_that_sends_all_first(ada: Person) -> None:
    """It is not cut off while it writes (see LINGER_S): it learns why."""
    response = await ada.offer(b"x" * 60_000_000)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


async def test_connections_of_refused_senders_are_closed(ada: Person) -> None:
    reader, writer = await begin(ada, "Content-Length: 90000000")
    writer.write(b"y" * 3_000_000)
    async with asyncio.timeout(15):
        rest = await reader.read()
    assert b"413" in rest.splitlines()[0]
    assert b"connection: close" in rest.lower()
    writer.transport.abort()


async def test_anothers_upload_is_not_found_in_the_words_for_what_does_not_exist(
    ada: Person, town: Town
) -> None:
    eve = await town.person("Eve")
    theirs = (await ada.upload(PICTURE))["_id"]
    group = (await eve.group_with(name="Eve's"))["_id"]
    for path, method, body in (
        ("attachments/{}", "GET", None),
        ("attachments/{}/thumbnail", "GET", None),
        ("attachments/{}", "DELETE", None),
        (f"conversations/{group}/messages", "POST", {"attachments": ["{}"]}),
    ):
        real, invented = [
            await eve.request(method, path.format(id_), body and {"attachments": [id_]})
            for id_ in (theirs, "none")
        ]
        assert (real.status_code, real.json()) == (404, invented.json())
