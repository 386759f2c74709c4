"""Pictures in messages, and over the whole page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from playwright.async_api import Locator, Page, Route, WebSocketRoute, expect

from tests.browser.album import landscape, photographs, send_files
from tests.browser.axe import violations
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat
from tests.browser.fingers import drag
from tests.browser.test_phone import PHONE
from tests.people import Json, Person, Town

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value)))
  .observe({ type: "layout-shift", buffered: true });
"""
SEEN = "image => image.decode()"
PLACES = """log => [...log.querySelectorAll(".message")].map((it) => {
  const { x, y, width, height } = it.getBoundingClientRect();
  return [x, y, width, height];
})"""


@dataclass
class Album:
    """A group of Alice and Bob to which Bob has sent one picture, then four."""

    alice: Person
    bob: Person
    id: str
    files: list[Json]


@pytest.fixture
async def album(town: Town) -> Album:
    alice, bob = await town.people("Alice", "Bob")
    group = (await alice.group_with(bob, name="Album"))["_id"]
    files = await photographs(bob, 5)
    await send_files(bob, group, files[0])
    await send_files(bob, group, *files[1:], content="The next four days")
    return Album(alice, bob, group, files)


def gallery(chat: ChatPage) -> Locator:
    return chat.page.get_by_role("dialog", name="Pictures of the conversation")


def place(chat: ChatPage) -> Locator:
    return chat.page.locator(".gallery__place")


async def open_first(chat: ChatPage) -> None:
    await chat.page.get_by_role("button", name="Enlarge the picture garden-1.jpg").click()
    await expect(place(chat)).to_have_text("1 / 5")


async def width_of_picture(chat: ChatPage) -> float:
    box = await chat.page.locator(".gallery__picture").bounding_box()
    assert box is not None
    return box["width"]


async def test_pictures_stand_in_a_grid_and_show_their_thumbnails(album: Album, open_chat: OpenChat) -> None:
    chat = await open_chat(album.alice, album.id)
    pictures = chat.message("The next four days").locator(".pictures img")
    await expect(pictures).to_have_count(4)
    for picture in await pictures.all():
        await picture.evaluate(SEEN)
        assert await picture.evaluate("image => image.naturalWidth") == 640
    boxes = [await picture.bounding_box() for picture in await pictures.all()]
    assert all(box is not None and abs(box["width"] - box["height"]) < 1 for box in boxes)
    assert len({round(box["y"]) for box in boxes if box is not None}) == 2
    assert await violations(chat.page) == []


async def test_nothing_moves_while_pictures_come_in(album: Album, open_chat: OpenChat) -> None:
    arrived = asyncio.Event()

    async def hold(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    chat = await open_chat(album.alice)
    await chat.page.add_init_script(WATCH_SHIFTS)
    await chat.page.route("**/thumbnail", hold)
    await chat.page.goto("about:blank")
    await chat.open(album.id)
    await expect(chat.messages).to_have_count(2)
    before = await chat.log.evaluate(PLACES)
    settled = await chat.page.evaluate("shifts.length")
    arrived.set()
    for picture in await chat.page.locator(".message .pictures img").all():
        await picture.evaluate(SEEN)
    assert await chat.log.evaluate(PLACES) == before
    assert await chat.page.evaluate(f"shifts.slice({settled})") == []


async def test_the_gallery_is_walked_by_keys_and_gives_the_focus_back(
    album: Album, open_chat: OpenChat
) -> None:
    chat = await open_chat(album.alice, album.id)
    opened = chat.page.get_by_role("button", name="Enlarge picture 2 of 4, garden-3.jpg")
    await opened.focus()
    await chat.page.keyboard.press("Enter")
    await expect(place(chat)).to_have_text("3 / 5")
    await expect(gallery(chat).get_by_role("status")).to_have_text("Picture 3 of 5, garden-3.jpg")
    await expect(gallery(chat).locator(".gallery__who")).to_contain_text("Bob")
    for key, shown in (("ArrowRight", 4), ("End", 5), ("ArrowRight", 5), ("ArrowLeft", 4), ("Home", 1)):
        await chat.page.keyboard.press(key)
        await expect(place(chat)).to_have_text(f"{shown} / 5")
    assert await violations(chat.page) == []
    await chat.page.keyboard.press("Escape")
    await expect(gallery(chat)).to_have_count(0)
    await expect(opened).to_be_focused()


async def test_a_picture_is_zoomed_by_keys_wheel_and_double_click(album: Album, open_chat: OpenChat) -> None:
    chat = await open_chat(album.alice, album.id)
    await open_first(chat)
    whole = await width_of_picture(chat)
    await chat.page.keyboard.press("+")
    assert await width_of_picture(chat) == pytest.approx(whole * 1.5)
    await chat.page.keyboard.press("ArrowRight")
    await expect(place(chat)).to_have_text("1 / 5")
    await chat.page.keyboard.press("0")
    assert await width_of_picture(chat) == pytest.approx(whole)
    await chat.page.mouse.move(640, 400)
    await chat.page.mouse.wheel(0, -300)
    await expect(chat.page.locator(".gallery__stage--zoomed")).to_be_visible()
    await chat.page.keyboard.press("-")
    await chat.page.keyboard.press("-")
    assert await width_of_picture(chat) == pytest.approx(whole)
    await chat.page.locator(".gallery__picture").dblclick()
    assert await width_of_picture(chat) > whole * 2


async def test_a_press_beside_the_picture_closes_the_gallery_and_one_on_it_does_not(
    album: Album, open_chat: OpenChat
) -> None:
    chat = await open_chat(album.alice, album.id)
    await open_first(chat)
    await chat.page.mouse.click(640, 400)
    await chat.page.keyboard.press("ArrowRight")
    await expect(place(chat)).to_have_text("2 / 5")
    await chat.page.mouse.click(80, 700)
    await expect(gallery(chat)).to_have_count(0)


async def test_a_near_picture_is_dragged_but_not_out_of_view(album: Album, open_chat: OpenChat) -> None:
    chat = await open_chat(album.alice, album.id)
    await open_first(chat)
    await chat.page.locator(".gallery__picture").dblclick()
    await chat.page.mouse.move(200, 400)
    await chat.page.mouse.down()
    await chat.page.mouse.move(5000, 400, steps=4)
    await chat.page.mouse.up()
    box = await chat.page.locator(".gallery__picture").bounding_box()
    assert box is not None
    assert box["x"] == pytest.approx(0, abs=1)
    await expect(gallery(chat)).to_be_visible()


async def test_fingers_swipe_and_pinch(album: Album, open_chat: OpenChat) -> None:
    chat = await open_chat(album.alice, album.id, **PHONE)
    await chat.page.get_by_role("button", name="Enlarge picture 1 of 4").tap()
    await expect(place(chat)).to_have_text("2 / 5")
    await drag(chat.page, ((320, 420), (80, 430)))
    await expect(place(chat)).to_have_text("3 / 5")
    await drag(chat.page, ((80, 420), (320, 430)))
    await expect(place(chat)).to_have_text("2 / 5")
    whole = await width_of_picture(chat)
    await drag(chat.page, ((180, 420), (100, 420)), ((210, 420), (290, 420)))
    assert await width_of_picture(chat) > whole * 2
    await expect(place(chat)).to_have_text("2 / 5")
    assert await violations(chat.page) == []


async def test_the_gallery_goes_on_to_pictures_that_were_not_loaded_yet(
    album: Album, open_chat: OpenChat
) -> None:
    for number in range(60):
        await album.bob.post(f"conversations/{album.id}/messages", {"content": f"word {number}"})
    await send_files(album.bob, album.id, *await photographs(album.bob, 1, first=5))
    chat = await open_chat(album.alice, album.id)
    await expect(chat.message("word 0").first).to_be_visible()
    await chat.page.locator(".message-list__pill").click()
    await chat.page.get_by_role("button", name="Enlarge the picture garden-6.jpg").click()
    await expect(place(chat)).to_have_text("6 / 6")
    await gallery(chat).get_by_role("button", name="Previous picture").click()
    await expect(place(chat)).to_have_text("5 / 6")


async def test_the_original_is_saved_from_the_gallery(album: Album, open_chat: OpenChat) -> None:
    chat = await open_chat(album.alice, album.id)
    await open_first(chat)
    async with chat.page.expect_download() as coming:
        await gallery(chat).get_by_role("link", name="Download the picture").click()
    download = await coming.value
    assert download.suggested_filename == "garden-1.jpg"
    kept = await album.alice.request("GET", album.files[0]["url"].removeprefix("/api/"))
    assert (await download.path()).read_bytes() == kept.content


async def test_a_picture_that_is_taken_back_leaves_the_gallery(album: Album, open_chat: OpenChat) -> None:
    chat = await open_chat(album.alice, album.id)
    await open_first(chat)
    shown = (await album.bob.get(f"conversations/{album.id}/messages"))["messages"]
    first = next(message for message in shown if len(message["attachments"]) == 1)
    await album.bob.request("DELETE", f"messages/{first['_id']}")
    await expect(place(chat)).to_have_text("1 / 4")
    await expect(gallery(chat).get_by_role("img", name="garden-2.jpg")).to_be_visible()
    await chat.page.keyboard.press("Escape")
    await expect(chat.texts.first).to_have_text("Message deleted")


async def test_who_was_removed_sees_a_place_holder_where_a_picture_would_be(
    album: Album, open_chat: OpenChat
) -> None:
    """The line tells nothing any more, as it may for some seconds: what is asked for is refused all the same."""
    chat = await open_chat(album.bob)
    chat.watch.expect_status(404)
    is_silent = asyncio.Event()
    await _hold_what_is_told(chat.page, is_silent)
    await chat.page.goto("about:blank")
    await chat.open(album.id)
    await chat.page.get_by_role("button", name="Enlarge the picture garden-1.jpg").click()
    await chat.page.locator(".gallery__picture").evaluate(SEEN)
    is_silent.set()
    removed = await album.alice.request("DELETE", f"conversations/{album.id}/members/{album.bob.id}")
    assert removed.status_code == 200
    await chat.page.keyboard.press("End")
    await expect(gallery(chat).locator(".gallery__missing")).to_have_text("Not available")
    assert await violations(chat.page) == []


async def test_a_picture_that_did_not_come_is_asked_for_again_by_a_press(
    album: Album, open_chat: OpenChat
) -> None:
    chat = await open_chat(album.alice)
    chat.watch.expect_breaks()
    await chat.page.route("**/thumbnail", lambda route: route.abort())
    await chat.item("Album").click()
    missing = chat.page.locator(".missing")
    await expect(missing).to_have_count(5)
    before = await chat.log.evaluate(PLACES)
    assert await violations(chat.page) == []
    await chat.page.unroute_all()
    await chat.page.get_by_role("button", name="Enlarge the picture garden-1.jpg").click()
    await expect(missing).to_have_count(4)
    assert await chat.log.evaluate(PLACES) == before


async def test_very_long_and_very_small_pictures_keep_to_their_message(
    town: Town, open_chat: OpenChat
) -> None:
    alice, bob = await town.people("Alice", "Bob")
    direct = (await alice.direct_with(bob))["_id"]
    for size in ((2400, 60), (60, 2400), (8, 8)):
        file = await bob.upload(landscape(0, size), "odd.jpg", "image/jpeg")
        await send_files(bob, direct, file)
    chat = await open_chat(alice, direct, **PHONE)
    await expect(chat.messages).to_have_count(3)
    assert await chat.overflow_px() == 0
    boxes = [await button.bounding_box() for button in await chat.page.locator(".pictures__one").all()]
    assert [box for box in boxes if box is None or min(box["width"], box["height"]) < 44] == []


async def _hold_what_is_told(page: Page, is_silent: asyncio.Event) -> None:
    def between(client: WebSocketRoute) -> None:
        server = client.connect_to_server()
        server.on_message(lambda message: None if is_silent.is_set() else client.send(message))

    await page.route_web_socket("**/socket.io/**", between)
