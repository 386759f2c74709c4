"""Files: sending them, what becomes of them, who gets them back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.files import PDF, PICTURE, animation, incoming, opened, picture, sound, until
from tests.people import Json, Person, Town, visit
from tests.server import ServerProcess

ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825
CONTENT = bytes(range(256)) * 2000


@pytest.fixture(scope="module")
async def ada(town: Town) -> Person:
    return await town.person("Ada")


@pytest.fixture(scope="module")
async def bob(town: Town) -> Person:
    return await town.person("Bob")


@pytest.fixture(scope="module")
async def pair(ada: Person, bob: Person) -> str:
    return (await ada.direct_with(bob))["_id"]  # type: ignore[no-any-return]


async def send(sender: Person, conversation_id: str, *files: Json, **more: str) -> Json:
    body = {"attachments": [file["_id"] for file in files], **more}
    return await sender.post(f"conversations/{conversation_id}/messages", body)  # type: ignore[no-any-return]


async def status(person: Person, file: Json) -> int:
    return (await person.request("GET", f"attachments/{file['_id']}")).status_code


def kept(server: ServerProcess) -> list[Path]:
    """All files in the store of a server, those being received too."""
    return [path for path in (server.folder / "data" / "files").rglob("*") if path.is_file()]


async def test_file_comes_back_byte_for_byte_when_it_was_sent(ada: Person) -> None:
    sent = await ada.upload(CONTENT, "data.bin")
    back = await ada.request("GET", f"attachments/{sent['_id']}")
    assert (back.content, sent["size"], sent["name"]) == (CONTENT, len(CONTENT), "data.bin")
    assert sent["url"] == f"/api/attachments/{sent['_id']}"
    assert "thumbnailUrl" not in sent


async def test_empty_file_is_taken(ada: Person) -> None:
    sent = await ada.upload(b"", "empty.txt")
    back = await ada.request("GET", f"attachments/{sent['_id']}")
    assert (sent["size"], back.status_code, back.content) == (0, 200, b"")


async def test_picture_is_turned_upright_and_loses_all_but_the_picture(ada: Person) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[ORIENTATION], exif[DESCRIPTION] = 6, "where I live"
    exif.get_ifd(GPS)[2] = (48.0, 51.0, 24.0)
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>secret</x:xmpmeta>"
    taken = picture("JPEG", (80, 60), exif=exif, xmp=xmp, comment=b"to myself")
    sent = await ada.upload(taken + b"<script>behind the end</script>", "photo.jpg", "image/jpeg")
    back = (await ada.request("GET", f"attachments/{sent['_id']}")).content
    assert (sent["contentType"], sent["width"], sent["height"]) == ("image/jpeg", 60, 80)
    shown = opened(back)
    assert shown.size == (60, 80)
    top, bottom = shown.convert("RGB").getpixel((30, 10)), shown.convert("RGB").getpixel((30, 70))
    assert (top[0] > 200, bottom[2] > 200) == (True, True), "red was left, and is above now"
    assert dict(shown.getexif()) == {}
    assert [
        word for word in (b"where I live", b"secret", b"myself", b"script", b"Exif") if word in back
    ] == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
async def test_picture_has_its_type_its_size_and_a_thumbnail(ada: Person, kind: str) -> None:
    sent = await ada.upload(picture(kind, (1400, 700)), "picture", "text/html")
    thumbnail = await ada.request("GET", f"attachments/{sent['_id']}/thumbnail")
    assert (sent["contentType"], sent["width"], sent["height"]) == (f"image/{kind.lower()}", 1400, 700)
    assert sent["thumbnailUrl"] == f"/api/attachments/{sent['_id']}/thumbnail"
    assert thumbnail.headers["content-type"] == "image/webp"
    assert (opened(thumbnail.content).format, opened(thumbnail.content).size) == ("WEBP", (640, 320))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
async def test_animation_keeps_its_frames_and_their_time(ada: Person, kind: str) -> None:
    sent = await ada.upload(animation(5, (20, 20), kind), "moving")
    back = (await ada.request("GET", f"attachments/{sent['_id']}")).content
    shown = opened(back)
    durations = []
    for frame in range(shown.n_frames):
        shown.seek(frame)
        shown.load()
        durations.append(shown.info["duration"])
    assert durations == [20, 30, 40, 20, 30]


async def test_length_is_told_when_a_sound_was_sent(ada: Person) -> None:
    sent = await ada.upload(sound(seconds=2), "voice.wav")
    assert (sent["contentType"], sent["duration"]) == ("audio/wav", 2.0)


@pytest.mark.parametrize(
    ("contents", "kind"),
    [
        ((PICTURE, PICTURE), "image"),
        ((sound(),), "audio"),
        ((PDF,), "file"),
        ((PICTURE, PDF), "file"),
    ],
)
async def test_message_is_of_the_kind_of_its_files(
    ada: Person, bob: Person, pair: str, contents: tuple[bytes, ...], kind: str
) -> None:
    listener = await bob.connect()
    files = [await ada.upload(content) for content in contents]
    sent = await send(ada, pair, *files)
    told = await listener.wait_for("receive-message", lambda message: message["_id"] == sent["messageId"])
    assert (told["type"], told["content"], told["attachments"]) == (kind, "", files)
    history = (await bob.get(f"conversations/{pair}/messages"))["messages"]
    assert (history[-1]["type"], history[-1]["attachments"]) == (kind, files)
    await bob.disconnect()


async def test_socket_sends_files_too(ada: Person, bob: Person, pair: str) -> None:
    device = await ada.connect()
    file = await ada.upload(PICTURE, "face.png")
    answer = await device.send(pair, "look", attachments=[file["_id"]])
    told = await device.wait_for("receive-message", lambda message: message["_id"] == answer["messageId"])
    assert (told["content"], told["type"], told["attachments"]) == ("look", "image", [file])
    changes = await device.call("get-changes", {"conversationId": pair, "afterSeq": answer["seq"] - 1})
    assert changes["changes"][0]["data"]["attachments"] == [file]
    await ada.disconnect()


async def test_what_is_said_to_be_missing_are_the_files_when_one_of_them_was_let_go(
    ada: Person, pair: str
) -> None:
    files = [await ada.upload(PICTURE), await ada.upload(PDF)]
    await ada.request("DELETE", f"attachments/{files[1]['_id']}")
    body = {"attachments": [file["_id"] for file in files]}
    answer = await ada.request("POST", f"conversations/{pair}/messages", body)
    assert answer.status_code == 404
    assert answer.json()["details"] == {"field": "attachments"}


async def test_files_come_with_a_first_message_to_a_person_and_with_a_reply(town: Town) -> None:
    carol, dan = await town.people("Carol", "Dan")
    device = await carol.connect()
    files = [await carol.upload(PICTURE), await carol.upload(PDF)]
    first = await device.call("send-message", {"receiverId": dan.id, "attachments": [files[0]["_id"]]})
    await device.send(first["conversationId"], "", attachments=[files[1]["_id"]], replyTo=first["messageId"])
    history = (await dan.get(f"conversations/{first['conversationId']}/messages"))["messages"]
    assert [message["attachments"] for message in history] == [[files[0]], [files[1]]]
    await carol.disconnect()


async def test_file_is_its_uploaders_alone_until_a_message_takes_it(
    ada: Person, bob: Person, pair: str
) -> None:
    file = await ada.upload(CONTENT)
    assert (await status(ada, file), await status(bob, file)) == (200, 404)
    await send(ada, pair, file)
    assert (await status(ada, file), await status(bob, file)) == (200, 200)


async def test_file_is_taken_once(ada: Person, pair: str) -> None:
    file = await ada.upload(CONTENT)
    await send(ada, pair, file)
    again = await ada.request(
        "POST", f"conversations/{pair}/messages", {"attachments": [file["_id"]], "content": "again"}
    )
    assert (again.status_code, again.json()["code"]) == (404, "not_found")


async def test_one_message_wins_when_two_want_the_same_file_at_once(ada: Person, pair: str) -> None:
    file = await ada.upload(CONTENT)
    path, body = f"conversations/{pair}/messages", {"attachments": [file["_id"]]}
    answers = await asyncio.gather(*(ada.request("POST", path, body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 404, 404, 404]


async def test_resend_gives_the_first_answer_when_its_files_are_taken_by_then(ada: Person, pair: str) -> None:
    file = await ada.upload(CONTENT)
    number = "6c1b0f6e-4d5a-4c5f-9c53-0d7f3b1c2a01"
    first = await send(ada, pair, file, clientMessageId=number)
    second = await send(ada, pair, file, clientMessageId=number)
    assert second == {**first, "duplicate": True}


async def test_message_is_not_stored_at_all_when_one_of_its_files_does_not_exist(
    ada: Person, pair: str
) -> None:
    file = await ada.upload(CONTENT)
    before = (await ada.get(f"conversations/{pair}"))["lastSeq"]
    answer = await ada.request(
        "POST", f"conversations/{pair}/messages", {"attachments": [file["_id"], "none"]}
    )
    assert answer.status_code == 404
    assert (await ada.get(f"conversations/{pair}"))["lastSeq"] == before
    await send(ada, pair, file)  # and the file is still to be had


async def test_files_are_gone_when_their_message_is_deleted(ada: Person, bob: Person, pair: str) -> None:
    file = await ada.upload(PICTURE)
    sent = await send(ada, pair, file)
    await ada.request("DELETE", f"messages/{sent['messageId']}")
    assert (await status(ada, file), await status(bob, file)) == (404, 404)
    (message,) = (await bob.get(f"conversations/{pair}/messages", limit=1))["messages"]
    assert (message["deleted"], message["attachments"]) == (True, [])


async def test_uploader_throws_a_file_away_before_it_is_sent(ada: Person, pair: str) -> None:
    file = await ada.upload(CONTENT)
    assert (await ada.request("DELETE", f"attachments/{file['_id']}")).status_code == 204
    assert await status(ada, file) == 404


async def test_file_of_a_message_cannot_be_thrown_away_apart_from_it(ada: Person, pair: str) -> None:
    file = await ada.upload(CONTENT)
    await send(ada, pair, file)
    assert (await ada.request("DELETE", f"attachments/{file['_id']}")).status_code == 404


async def test_removed_member_downloads_nothing_more(town: Town) -> None:
    owner, member = await town.people("Owner", "Member")
    group = (await owner.group_with(member))["_id"]
    theirs, file = await member.upload(PICTURE), await owner.upload(CONTENT)
    await send(member, group, theirs)
    await send(owner, group, file)
    assert [await status(member, one) for one in (theirs, file)] == [200, 200]
    await owner.request("DELETE", f"conversations/{group}/members/{member.id}")
    assert [await status(member, one) for one in (theirs, file)] == [404, 404]
    thumbnail = await member.request("GET", f"attachments/{theirs['_id']}/thumbnail")
    assert thumbnail.status_code == 404


async def test_content_is_kept_once_when_two_people_send_the_same(serve: Serve) -> None:
    server = await serve()
    ada, bob = await Town(server).people("Ada", "Bob")
    one, other = await ada.upload(CONTENT, "one"), await bob.upload(CONTENT, "other")
    assert one["_id"] != other["_id"]
    assert len(kept(server)) == 1


async def test_nothing_is_left_of_a_file_that_is_too_large(serve: Serve) -> None:
    server = await serve(MAX_UPLOAD_MB="0.1")
    ada = await Town(server).person("Ada")
    exact, over = await ada.offer(bytes(104_857)), await ada.offer(bytes(104_858))
    assert (exact.status_code, over.status_code) == (201, 413)
    assert over.json()["details"] == {"field": "file", "limit": 104_857}
    assert [path.stat().st_size for path in kept(server)] == [104_857]


async def test_quota_counts_what_a_person_keeps_and_gives_room_back(serve: Serve) -> None:
    server = await serve(UPLOAD_QUOTA_MB="0.1")
    ada, bob = await Town(server).people("Ada", "Bob")
    first = await ada.upload(bytes(60_000))
    refused = await ada.offer(bytes(60_000))
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert refused.json()["details"] == {"field": "file", "quota": 104_857}
    await bob.upload(bytes(60_000))  # everybody has room of their own
    await ada.request("DELETE", f"attachments/{first['_id']}")
    await ada.upload(bytes(60_000))


async def test_seventh_upload_waits_when_six_are_under_way(ada: Person) -> None:
    before = len(incoming(ada.server))
    held = [await begin_upload(ada) for _ in range(6)]
    await until(lambda: len(incoming(ada.server)) == before + len(held))
    refused = await ada.offer(b"x")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    for writer in held:
        writer.close()
        await writer.wait_closed()


async def begin_upload(person: Person) -> asyncio.StreamWriter:
    """An upload that has begun and goes no further: its first answer would come at its end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", person.server.port)
    writer.write(
        b"POST /api/attachments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
        b"Expect: 100-continue\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        b"Authorization: Bearer " + person.access_token.encode() + b"\r\n\r\n"
    )
    assert b"100" in await reader.readline()
    writer.write(b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nbegun')
    await writer.drain()
    return writer


async def test_page_shows_files_by_its_cookie(serve: Serve) -> None:
    server = await serve()
    ada = await Town(server).person("Ada")
    file = await ada.upload(PICTURE)
    async with visit(server, Sec_Fetch_Site="same-origin") as browser:
        await browser.post("/login", data={"email": ada.email, "password": "correct horse battery staple"})
        assert (await browser.get(file["url"])).content == (
            await ada.request("GET", f"attachments/{file['_id']}")
        ).content
        assert (await browser.get("/api/users/me")).status_code == 401, "the cookie opens files only"
        foreign = await browser.get(file["url"], headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 401
        for session in (await ada.get("sessions"))["sessions"]:
            if not session["current"]:
                await ada.request("DELETE", f"sessions/{session['_id']}")
        assert (await browser.get(file["url"])).status_code == 401, "it ends with its session"
