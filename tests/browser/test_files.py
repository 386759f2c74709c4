"""Files on their way into a message: picked, pasted, dropped, looked at, taken out again, refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat
from tests.browser.visitor import PHONE
from tests.conftest import Serve
from tests.files import PDF, picture, sound
from tests.people import Json, Town

WIDE: dict[str, Any] = {}
TOUCH_TARGET_PX = 44
PNG = FilePayload(name="plan.png", mimeType="image/png", buffer=picture())
JPEG = FilePayload(name="shed.jpg", mimeType="image/jpeg", buffer=picture("JPEG", (400, 300)))
PAPER = FilePayload(name="rules.pdf", mimeType="application/pdf", buffer=PDF)
SOUND = FilePayload(name="bell.wav", mimeType="audio/wav", buffer=sound())
LARGE = FilePayload(name="film.mov", mimeType="video/quicktime", buffer=bytes(20_000))
LIMIT_MB = "0.01"
# A film of a few frames, made by the browser itself.
FILM = """async () => {
  const canvas = document.createElement("canvas");
  const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm" });
  const isDone = new Promise((resolve) => (recorder.ondataavailable = ({ data }) => resolve(data)));
  recorder.start();
  for (let frame = 0; frame < 10; frame += 1) {
    canvas.getContext("2d").fillRect(frame, 0, 9, 9);
    await new Promise(requestAnimationFrame);
  }
  recorder.stop();
  const bytes = new Uint8Array(await (await isDone).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}"""


async def _film(page: Page) -> FilePayload:
    made = base64.b64decode(await page.evaluate(FILM))
    return FilePayload(name="bees.webm", mimeType="video/webm", buffer=made)


@pytest.mark.parametrize("device", [WIDE, PHONE], ids=["wide", "phone"])
async def test_files_picked_pasted_and_dropped_arrive_in_one_message_in_their_order(
    town: Town, open_chat: OpenChat, device: dict[str, Any]
) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation_id = (await alice.direct_with(bob))["_id"]
    chat = await open_chat(alice, conversation_id, **device)
    other = await open_chat(bob, conversation_id, **device)

    await chat.pick(PNG, PAPER)
    await chat.paste(JPEG)
    await chat.drop(SOUND, await _film(chat.page))
    await expect(chat.chosen_files).to_have_count(5)
    assert await chat.overflow_px() == 0
    await chat.composer.fill("All of it")
    await chat.page.get_by_test_id("send-button").click()
    await chat.expect_status("All of it", "delivered")

    await expect(chat.chosen_files).to_have_count(0)
    await expect(chat.pending_files).to_have_count(0)
    await expect(other.message("All of it")).to_be_visible()
    (message,) = await _messages(bob.get, conversation_id)
    kinds = {each["name"]: each["contentType"] for each in message["attachments"]}
    assert list(kinds.items()) == [
        ("plan.png", "image/png"),
        ("rules.pdf", "application/pdf"),
        ("shed.jpg", "image/jpeg"),
        ("bell.wav", "audio/wav"),
        ("bees.webm", "video/webm"),
    ]


async def _messages(get: Any, conversation_id: str) -> list[Json]:
    return (await get(f"conversations/{conversation_id}/messages"))["messages"]  # type: ignore[no-any-return]


async def test_files_go_without_a_word(chat: ChatPage) -> None:
    send = chat.page.get_by_test_id("send-button")
    await expect(send).to_be_disabled()
    await chat.pick(PNG)
    await expect(send).to_be_enabled()
    await chat.composer.press("Enter")
    await expect(chat.messages).to_have_attribute("data-status", "sent")


@pytest.fixture
async def chat(town: Town, open_chat: OpenChat) -> ChatPage:
    """Alice's conversation with Bob, who is not there."""
    alice, bob = await town.people("Alice", "Bob")
    return await open_chat(alice, (await alice.direct_with(bob))["_id"])


async def test_a_chosen_file_is_shown_and_said(chat: ChatPage) -> None:
    await chat.pick(JPEG)
    await expect(chat.chosen_files).to_contain_text("shed.jpg")
    await expect(chat.chosen_files).to_contain_text("3.1 kB")
    await expect(chat.chosen_files.locator("img")).to_be_visible()
    await expect(chat.page.locator(".composer-files [role=status]")).to_have_text(
        "1 file goes with this message, 3.1 kB"
    )


async def test_files_are_taken_out_by_keyboard_and_the_focus_stays_near(chat: ChatPage) -> None:
    await chat.pick(PNG, PAPER, SOUND)
    remove = chat.chosen_files.get_by_role("button")
    await remove.nth(1).focus()
    await chat.page.keyboard.press("Enter")
    await expect(chat.chosen_files).to_have_count(2)
    await expect(remove.nth(1)).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await expect(remove.first).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await expect(chat.composer).to_be_focused()


async def test_a_file_that_was_taken_out_can_be_picked_again(chat: ChatPage) -> None:
    await chat.pick(PNG)
    await chat.chosen_files.get_by_role("button").click()
    await chat.pick(PNG)
    await expect(chat.chosen_files).to_have_count(1)


async def test_what_is_pressed_for_files_is_large_enough_for_a_finger(
    town: Town, open_chat: OpenChat
) -> None:
    alice, bob = await town.people("Alice", "Bob")
    chat = await open_chat(alice, (await alice.direct_with(bob))["_id"], **PHONE)
    await chat.pick(PNG)
    for target in (chat.file_input, chat.chosen_files.get_by_role("button")):
        box = await target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= TOUCH_TARGET_PX


async def test_a_long_name_stays_within_its_message_on_a_phone(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    chat = await open_chat(alice, (await alice.direct_with(bob))["_id"], **PHONE)
    await chat.page.route("**/api/attachments", lambda _: None)
    await chat.pick({**PAPER, "name": f"{'minutes of the meeting ' * 4}.pdf"})
    await chat.composer.press("Enter")
    await expect(chat.pending_files).to_be_visible()
    name = await chat.pending_files.bounding_box()
    bubble = await chat.page.locator(".message__bubble").bounding_box()
    assert name
    assert bubble
    assert name["x"] + name["width"] <= bubble["x"] + bubble["width"]


async def test_chosen_files_wait_for_who_comes_back_to_the_conversation(
    town: Town, open_chat: OpenChat
) -> None:
    alice, bob, carla = await town.people("Alice", "Bob", "Carla")
    await alice.direct_with(carla)
    chat = await open_chat(alice, (await alice.direct_with(bob))["_id"])
    await chat.pick(PNG, PAPER)
    await chat.item("Carla").click()
    await expect(chat.title).to_have_text("Carla")
    await expect(chat.chosen_files).to_have_count(0)
    await chat.item("Bob").click()
    await expect(chat.chosen_files).to_have_count(2)


async def test_a_file_that_is_too_large_is_refused_at_once_and_nothing_else_is_lost(
    serve: Serve, open_chat: OpenChat
) -> None:
    alice, bob = await Town(await serve(MAX_UPLOAD_MB=LIMIT_MB)).people("Alice", "Bob")
    chat = await open_chat(alice, (await alice.direct_with(bob))["_id"])
    await chat.composer.fill("Look")
    await chat.pick(PNG, LARGE, PAPER)
    await expect(chat.toasts).to_contain_text("“film.mov” is too large (20 kB): 10 kB at most.")
    await expect(chat.chosen_files).to_have_count(2)
    await expect(chat.composer).to_have_value("Look")


async def test_no_more_files_are_taken_than_a_message_carries(chat: ChatPage) -> None:
    await chat.pick(*[PNG] * 19)
    await chat.pick(*[PAPER] * 2)
    await expect(chat.toasts).to_contain_text("A message carries 20 files at most")
    await expect(chat.chosen_files).to_have_count(20)


async def test_a_text_with_its_own_picture_beside_it_is_pasted_as_text(chat: ChatPage) -> None:
    await chat.paste(PNG, text_type="text/rtf")
    await chat.paste(PAPER)
    await expect(chat.chosen_files).to_have_count(1)
    await expect(chat.chosen_files).to_contain_text("rules.pdf")


async def test_the_drop_zone_says_what_it_is_for_and_goes_with_the_files(chat: ChatPage) -> None:
    zone = chat.page.get_by_role("status").filter(has_text="Drop files here")
    carried = await chat.drag(PNG)
    await expect(zone).to_be_visible()
    await chat.page.dispatch_event(".conversation", "dragleave", {"dataTransfer": carried})
    await expect(zone).to_have_count(0)


async def test_files_dropped_beside_the_conversation_leave_the_page_as_it_is(chat: ChatPage) -> None:
    await chat.mark()
    carried = await chat.drag(PNG, to=".sidebar")
    is_refused = await chat.page.locator(".sidebar").evaluate(
        """(sidebar, dataTransfer) =>
          !sidebar.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }))""",
        carried,
    )
    assert is_refused
    await expect(chat.chosen_files).to_have_count(0)


async def test_files_wait_while_a_sent_message_is_changed(chat: ChatPage) -> None:
    await chat.write("Mistake")
    await chat.expect_status("Mistake", "sent")
    await chat.pick(PNG)
    await chat.composer.press("ArrowUp")
    await expect(chat.chosen_files).to_be_hidden()
    await chat.drop(PAPER)
    await expect(chat.toasts).to_contain_text("finish the edit first")
    await chat.composer.press("Escape")
    await expect(chat.chosen_files).to_have_count(1)
    await expect(chat.chosen_files).to_be_visible()


async def test_text_and_files_stay_with_their_writer_when_the_browser_has_no_room(chat: ChatPage) -> None:
    devtools = await chat.page.context.new_cdp_session(chat.page)
    origin = await chat.page.evaluate("location.origin")
    await devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1})
    await chat.pick(JPEG)
    await chat.write("Look")
    await expect(chat.toasts).to_contain_text("no room left")
    await expect(chat.chosen_files).to_have_count(1)
    await expect(chat.composer).to_have_value("Look")
    await expect(chat.messages).to_have_count(0)
