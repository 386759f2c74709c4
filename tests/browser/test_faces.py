"""Faces: chosen, cropped, seen by others at once, and initials for who has none."""

from __future__ import annotations

from playwright.async_api import FilePayload, Locator, expect

from tests.browser.album import landscape
from tests.browser.axe import violations
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import Meet, OpenChat
from tests.files import SVG, new_face, opened, picture
from tests.people import Person, Town
from tests.server import ServerProcess

PIXEL = """image => image.decode().then(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.drawImage(image, 0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
})"""
# Left red, right blue, twice as wide as high: what is cut out tells where it was dragged to.
HALVES: FilePayload = {"name": "halves.png", "mimeType": "image/png", "buffer": picture(size=(800, 400))}


async def choose(window: Locator, file: FilePayload = HALVES) -> None:
    await window.locator("[type=file]").set_input_files(file)


async def colours(person: Person) -> tuple[bool, bool]:
    """Whether the left edge and the right edge of one's face are red."""
    address = (await person.get("users/me"))["avatar"]
    face = opened((await person.request("GET", address.removeprefix("/api/"))).content).convert("RGB")
    edges = [face.getpixel((x, face.height // 2)) for x in (4, face.width - 5)]
    return tuple(isinstance(edge, tuple) and edge[0] > edge[2] for edge in edges)  # type: ignore[return-value]


def face_in(place: Locator) -> Locator:
    return place.locator(".avatar__picture")


async def test_a_face_is_cropped_by_keys_and_others_see_it_at_once(
    own_server: ServerProcess, meet: Meet
) -> None:
    alice, bob = await meet(own_server)
    window = await alice.open_window("Profile")
    await choose(window)
    crop = alice.dialog.last
    await expect(crop.get_by_role("application")).to_be_focused()
    assert await violations(alice.page) == []
    for _ in range(20):
        await alice.page.keyboard.press("ArrowLeft")
    await crop.get_by_role("button", name="Use it").click()
    await expect(face_in(window)).to_be_visible()
    await expect(face_in(alice.profile)).to_be_attached()
    await expect(alice.dialog).to_have_count(1)

    seen = face_in(bob.item("Alice"))
    red, _, blue, _ = await seen.evaluate(PIXEL)
    assert (red > 200, blue < 60) == (True, True), "the left half was dragged into the frame"
    await expect(face_in(bob.page.locator(".conversation__who"))).to_be_visible()
    assert await violations(bob.page) == []


async def test_the_crop_is_dragged_and_zoomed_and_what_is_seen_is_what_is_sent(
    town: Town, open_chat: OpenChat
) -> None:
    alice = await town.person("Alice")
    chat = await open_chat(alice)
    window = await chat.open_window("Profile")
    await choose(window)
    crop = chat.dialog.last
    frame = await crop.get_by_role("application").bounding_box()
    assert frame is not None
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    await crop.get_by_role("slider", name="Zoom").fill("0.5")
    await chat.page.mouse.move(x, y)
    await chat.page.mouse.down()
    await chat.page.mouse.move(x - 900, y, steps=4)
    await chat.page.mouse.up()
    await chat.page.mouse.wheel(0, -200)
    await crop.get_by_role("button", name="Use it").click()
    await expect(chat.dialog).to_have_count(1)
    assert await colours(alice) == (False, False)


async def test_a_face_is_removed_and_the_initials_are_back(own_server: ServerProcess, meet: Meet) -> None:
    alice, bob = await meet(own_server)
    window = await alice.open_window("Profile")
    await choose(window)
    await alice.dialog.last.get_by_role("button", name="Use it").click()
    await expect(face_in(bob.item("Alice"))).to_be_attached()
    await window.get_by_role("button", name="Remove").click()
    await expect(face_in(bob.item("Alice"))).to_have_count(0)
    await expect(window.get_by_role("button", name="Choose a picture")).to_be_visible()
    await expect(bob.item("Alice").locator("[data-initials=A]")).to_be_visible()


async def test_a_new_name_is_seen_by_who_is_there(own_server: ServerProcess, meet: Meet) -> None:
    alice, bob = await meet(own_server)
    await alice.write("Hello")
    await expect(bob.message("Hello")).to_be_visible()
    window = await alice.open_window("Profile")
    await window.get_by_label("Name").fill("Alice Martin")
    await window.get_by_role("button", name="Save").click()
    await expect(bob.title).to_have_text("Alice Martin")


async def test_what_is_no_picture_is_refused_with_a_sentence(town: Town, open_chat: OpenChat) -> None:
    chat = await open_chat(await town.person("Alice"))
    window = await chat.open_window("Profile")
    await choose(window, {"name": "face.png", "mimeType": "image/png", "buffer": SVG})
    await expect(window.get_by_role("alert")).to_contain_text("cannot be read as a picture")
    await expect(chat.dialog).to_have_count(1)
    assert await violations(chat.page) == []


async def test_a_group_gets_a_picture_from_who_may_change_it(
    own_server: ServerProcess, open_chat: OpenChat
) -> None:
    alice, bob = await Town(own_server).people("Alice", "Bob")
    group = await alice.group_with(bob, name="Garden")
    hers, his = await open_chat(alice, group["_id"]), await open_chat(bob, group["_id"])
    for chat in (hers, his):
        await chat.page.get_by_role("button", name="Conversation details").click()
    await expect(his.page.locator(".details")).to_be_visible()
    await expect(his.page.get_by_role("button", name="Choose a picture")).to_have_count(0)
    await choose(hers.page.locator(".details"))
    await hers.dialog.last.get_by_role("button", name="Use it").click()
    for chat in (hers, his):
        for place in (chat.page.locator(".details .face-field"), chat.item("Garden")):
            # Not only there, but come: what is removed in the meantime would be asked for in vain.
            await expect(face_in(place)).to_have_js_property("complete", True)
    await expect(his.system_lines.last).to_contain_text("Alice changed the group")
    await hers.page.get_by_role("button", name="Remove", exact=True).click()
    await expect(face_in(his.item("Garden"))).to_have_count(0)


async def test_a_group_begins_with_a_picture(own_server: ServerProcess, open_chat: OpenChat) -> None:
    alice, bob = await Town(own_server).people("Alice", "Bob")
    hers, his = await open_chat(alice), await open_chat(bob)
    await hers.page.get_by_test_id("new-conversation").click()
    await hers.dialog.locator("[data-new-group]").click()
    await hers.dialog.get_by_label("Group name").fill("Garden")
    await hers.dialog.get_by_role("checkbox", name="Bob").check()
    await choose(hers.dialog)
    await hers.dialog.last.get_by_role("button", name="Use it").click()
    await expect(face_in(hers.dialog)).to_be_visible()
    assert await violations(hers.page) == []
    await hers.dialog.locator("[type=submit]").click()
    await expect(hers.title).to_have_text("Garden")
    await expect(face_in(his.item("Garden"))).to_be_attached()


async def test_a_face_that_does_not_come_leaves_the_initials(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob Durand")
    await bob.offer(new_face(), "face.png", to=("PUT", "users/me/avatar"))
    direct = await alice.direct_with(bob)
    chat = await open_chat(alice)
    chat.watch.expect_status(404)
    await chat.page.route("**/api/avatars/**", lambda route: route.fulfill(status=404))
    await chat.page.goto("about:blank")
    await chat.open(direct["_id"])
    await expect(face_in(chat.page.locator(".conversation__who"))).to_have_count(0)
    face = chat.page.locator(".conversation__who [data-initials=BD]")
    assert await face.evaluate("it => getComputedStyle(it, '::before').content") == '"BD"'


async def test_faces_stand_beside_messages_members_and_notices(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    await bob.offer(landscape(1, (400, 400)), "face.jpg", to=("PUT", "users/me/avatar"))
    group = (await alice.group_with(bob, name="Garden"))["_id"]
    other = (await alice.group_with(bob, name="Orchard"))["_id"]
    await bob.post(f"conversations/{group}/messages", {"content": "Hello"})
    chat = await open_chat(alice, group)
    await expect(face_in(chat.message("Hello"))).to_be_visible()
    await bob.post(f"conversations/{other}/messages", {"content": "Look here"})
    await expect(face_in(chat.toasts)).to_be_visible()
    await chat.page.get_by_role("button", name="Conversation details").click()
    await expect(face_in(chat.page.locator(".person-row"))).to_be_visible()
    await _expect_small_pictures(chat)


async def _expect_small_pictures(chat: ChatPage) -> None:
    """On an ordinary screen 64 pixels are enough for all but the largest."""
    used = await face_in(chat.message("Hello")).evaluate("image => image.currentSrc")
    assert used.endswith("?size=small")
