"""Faces of people and groups."""

from __future__ import annotations

import pytest

from tests.files import HTML, PICTURE, huge_png, new_face, opened, picture
from tests.people import Person, Town

MINE = ("PUT", "users/me/avatar")


@pytest.fixture
async def ada(town: Town) -> Person:
    return await town.person("Ada")


async def face(person: Person, content: bytes | None = None) -> str:
    """Give somebody a face, a new one unless told; returns its address."""
    answer = await person.offer(content or new_face(), "face.png", to=MINE)
    assert answer.status_code == 200, answer.text
    return answer.json()["avatar"]  # type: ignore[no-any-return]


def path(address: str) -> str:
    return address.removeprefix("/api/")


@pytest.mark.parametrize(("size", "pixels"), [("", 256), ("?size=large", 256), ("?size=small", 64)])
async def test_face_is_cut_square_in_two_sizes_and_kept_for_ever(ada: Person, size: str, pixels: int) -> None:
    address = await face(ada, picture("JPEG", (500, 300)))
    answer = await ada.request("GET", path(address) + size)
    assert (opened(answer.content).format, opened(answer.content).size) == ("WEBP", (pixels, pixels))
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "image/webp"


async def test_everybody_sees_the_face_beside_name_and_messages(ada: Person, town: Town) -> None:
    bob = await town.person("Bob")
    pair = (await ada.direct_with(bob))["_id"]
    address = await face(ada)
    await ada.post(f"conversations/{pair}/messages", {"content": "hello"})
    conversation = await bob.get(f"conversations/{pair}")
    assert (await bob.get(f"users/{ada.id}"))["avatar"] == address
    assert conversation["lastMessage"]["sender"]["avatar"] == address
    assert {person["avatar"] for person in conversation["participants"]} == {address, None}
    assert (await bob.request("GET", path(address))).status_code == 200


async def test_another_picture_has_another_address_and_the_old_one_is_gone(ada: Person) -> None:
    first = await face(ada)
    second = await face(ada)
    assert first != second
    assert (await ada.request("GET", path(first))).status_code == 404
    assert (await ada.get("users/me"))["avatar"] == second


async def test_face_stays_when_another_one_wears_the_same(ada: Person, town: Town) -> None:
    bob = await town.person("Bob")
    content = new_face()
    address = await face(ada, content)
    assert await face(bob, content) == address
    removed = await ada.request("DELETE", "users/me/avatar")
    assert removed.json()["avatar"] is None
    assert (await ada.request("GET", path(address))).status_code == 200


async def test_face_goes_with_the_account(ada: Person, town: Town) -> None:
    address = await face(ada)
    bob = await town.person("Bob")
    await ada.request("DELETE", "users/me", {"password": "correct horse battery staple"})
    assert (await bob.request("GET", path(address))).status_code == 404


@pytest.mark.parametrize("content", [HTML, b"", huge_png(50_000, 50_000)], ids=["a page", "nothing", "huge"])
async def test_face_is_refused_when_it_is_no_picture_to_be_shown(ada: Person, content: bytes) -> None:
    answer = await ada.offer(content, "face.png", "image/png", to=MINE)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert (await ada.get("users/me"))["avatar"] is None


async def test_picture_of_a_group_is_a_change_that_everybody_hears_of(ada: Person, town: Town) -> None:
    bob = await town.person("Bob")
    group = (await ada.group_with(bob))["_id"]
    listener = await bob.connect()
    to = f"conversations/{group}/avatar"
    set_ = (await ada.offer(PICTURE, to=("PUT", to))).json()
    again = (await ada.offer(PICTURE, to=("PUT", to))).json()
    removed = (await ada.request("DELETE", to)).json()
    assert (set_["seq"], again["seq"], removed["seq"]) == (1, 1, 2)
    first = await listener.wait_for("group-updated", lambda data: data["seq"] == 1)
    second = await listener.wait_for("group-updated", lambda data: data["seq"] == 2)
    assert first["updates"]["avatar"].startswith("/api/avatars/")
    assert first["message"]["system"]["updates"] == first["updates"]
    assert second["updates"] == {"avatar": None}
    assert (await bob.get(f"conversations/{group}"))["avatar"] is None
    await bob.disconnect()


async def test_picture_of_a_group_is_its_members_alone(ada: Person, town: Town) -> None:
    bob, eve = await town.people("Bob", "Eve")
    group = (await ada.group_with(bob))["_id"]
    await ada.offer(new_face(), to=("PUT", f"conversations/{group}/avatar"))
    address = (await bob.get(f"conversations/{group}"))["avatar"]
    assert [(await person.request("GET", path(address))).status_code for person in (bob, eve)] == [200, 404]
    await ada.request("DELETE", f"conversations/{group}/members/{bob.id}")
    assert (await bob.request("GET", path(address))).status_code == 404
