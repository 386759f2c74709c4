"""What one does with messages: reply, edit, delete, react, copy, and who has read them; by mouse, keys and touch."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import Locator, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat
from tests.browser.visitor import PHONE
from tests.people import Device, Person, Town

HISTORY_PAGES = 3
PAGE = 50


@dataclass
class Group:
    """Alice looks at a group of three which she made; Bob and Carla act by their own clients."""

    chat: ChatPage
    alice: Person
    bob: Person
    carla: Person
    device: Device
    id: str


@pytest.fixture
async def group(town: Town, open_chat: OpenChat) -> Group:
    alice, bob, carla = await town.people("Alice", "Bob", "Carla")
    conversation = await alice.group_with(bob, carla, name="Garden")
    chat = await open_chat(alice, conversation["_id"])
    return Group(chat, alice, bob, carla, await bob.connect(), conversation["_id"])


async def _menu(chat: ChatPage, text: str) -> Locator:
    """The menu of a message, by the button that hovering brings up."""
    await chat.message(text).locator(".message__bubble").hover()
    await chat.page.locator(".message-toolbar").get_by_role("button", name="More actions").click()
    await expect(chat.dialog).to_be_visible()
    return chat.dialog


async def _choose(chat: ChatPage, text: str, action: str) -> None:
    await (await _menu(chat, text)).get_by_role("button", name=action).click()


async def test_a_reply_quotes_the_message_and_leads_back_to_it(group: Group) -> None:
    await group.device.send(group.id, "Who brings cake?")
    await _choose(group.chat, "Who brings cake?", "Reply")
    await expect(group.chat.composer).to_be_focused()
    for number in range(PAGE):
        await group.device.send(group.id, f"something else {number}\n\nin two lines")
    await group.chat.write("I do!")
    await group.chat.expect_status("I do!", "sent")

    quote = group.chat.message("I do!").locator(".quote")
    await expect(quote).to_contain_text("Bob")
    await expect(quote).to_contain_text("Who brings cake?")
    answered = group.chat.page.locator("[data-testid=message][data-seq='1']")
    await expect(answered).not_to_be_in_viewport()
    await quote.click()
    await expect(answered).to_be_in_viewport()
    await expect(answered).to_be_focused()


async def test_a_quote_leads_to_a_message_whose_history_was_not_loaded_yet(
    town: Town, open_chat: OpenChat
) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    device = await bob.connect()
    first = await device.send(conversation["_id"], "the very first words")
    for number in range(HISTORY_PAGES * PAGE):
        await device.send(conversation["_id"], f"number {number}")
    await device.send(conversation["_id"], "as I said", replyTo=first["messageId"])

    await (await alice.connect()).call("mark-conversation-as-read", {"conversationId": conversation["_id"]})
    chat = await open_chat(alice, conversation["_id"])
    quote = chat.message("as I said").locator(".quote")
    await expect(quote).to_contain_text("the very first words")
    await quote.click()
    await expect(chat.message("the very first words").first).to_be_focused()
    await expect(chat.message("the very first words").first).to_be_in_viewport()


async def test_a_quote_tells_what_it_answers_though_that_lies_far_up_and_follows_its_changes(
    group: Group, open_chat: OpenChat
) -> None:
    slip = await group.device.send(group.id, "Who brings cke?")
    for number in range(PAGE):
        await group.device.send(group.id, f"something else {number}")
    await group.device.send(group.id, "I do", replyTo=slip["messageId"])
    chat = await open_chat(group.bob, group.id)
    quote = chat.message("I do").locator(".quote__text")
    await expect(quote).to_have_text("Who brings cke?")
    change = {"messageId": slip["messageId"], "conversationId": group.id}
    await group.device.call("edit-message", {**change, "content": "Who brings cake?"})
    await expect(quote).to_have_text("Who brings cake?")
    await group.device.call("delete-message", change)
    await expect(quote).to_have_text("Message deleted")


async def test_arrow_up_edits_the_last_own_message_and_keeps_what_was_begun(group: Group) -> None:
    chat = group.chat
    await chat.write("on Mnday")
    await chat.expect_status("on Mnday", "sent")
    await group.device.send(group.id, "which?")
    await expect(chat.message("which?")).to_be_visible()
    await chat.composer.press("ArrowUp")
    await expect(chat.composer).to_have_value("on Mnday")
    await chat.composer.press("Escape")
    await expect(chat.composer).to_have_value("")
    await chat.composer.press("ArrowUp")
    await chat.composer.fill("on Monday")
    await chat.composer.press("Enter")

    await expect(chat.message("on Monday").get_by_text("edited")).to_be_visible()
    await expect(chat.composer).to_have_value("")
    await group.device.wait_for("message-edited", lambda data: data["content"] == "on Monday")


async def test_the_edited_badge_shows_how_the_message_read_before(group: Group) -> None:
    sent = await group.device.send(group.id, "at nine")
    change = {"messageId": sent["messageId"], "conversationId": group.id, "content": "at ten"}
    await group.device.call("edit-message", change)
    await group.chat.message("at ten").get_by_text("edited").click()
    await expect(group.chat.dialog.locator(".message-info__revision p")).to_have_text(["at ten", "at nine"])


async def test_a_deletion_asks_first_and_empties_the_message_for_everybody(group: Group) -> None:
    chat = group.chat
    await chat.write("a slip")
    await chat.expect_status("a slip", "sent")
    await _choose(chat, "a slip", "Delete")
    await expect(chat.dialog).to_contain_text("a slip")
    await chat.dialog.get_by_role("button", name="Cancel").click()
    await expect(chat.message("a slip")).to_be_visible()

    await _choose(chat, "a slip", "Delete")
    await chat.dialog.get_by_role("button", name="Delete", exact=True).click()
    await expect(chat.texts).to_have_text(["Message deleted"])
    await group.device.wait_for("message-deleted")


async def test_only_what_is_allowed_is_offered(group: Group, open_chat: OpenChat) -> None:
    await group.device.send(group.id, "of Bob")
    await group.chat.write("of Alice")
    await group.chat.expect_status("of Alice", "sent")
    admins = await _menu(group.chat, "of Bob")
    await expect(admins.locator(".menu__item")).to_have_text(["Reply", "Copy text", "Details", "Delete"])
    await group.chat.page.keyboard.press("Escape")

    carla = await open_chat(group.carla, group.id)
    members = await _menu(carla, "of Bob")
    await expect(members.locator(".menu__item")).to_have_text(["Reply", "Copy text", "Details"])


async def test_a_reaction_is_put_taken_back_and_joined(group: Group) -> None:
    chat = group.chat
    sent = await group.device.send(group.id, "Cake?")
    reaction = {"messageId": sent["messageId"], "conversationId": group.id, "emoji": "👍"}
    await group.device.call("add-reaction", reaction)
    chip = chat.message("Cake?").locator(".reaction")
    await chip.click()
    await expect(chip).to_have_attribute("title", "Bob, You")
    await expect(chip).to_have_attribute("aria-pressed", "true")
    await chip.click()
    await expect(chip).to_have_attribute("title", "Bob")
    await _choose(chat, "Cake?", "❤️")
    await expect(chat.message("Cake?").locator(".reaction")).to_have_count(2)


async def test_any_emoji_is_found_by_its_name_and_put(group: Group) -> None:
    chat = group.chat
    await group.device.send(group.id, "Cake?")
    await chat.message("Cake?").locator(".message__bubble").hover()
    await chat.page.locator(".message-toolbar").get_by_role("button", name="React").click()
    await chat.dialog.get_by_role("searchbox").fill("birthday")
    await chat.dialog.get_by_role("button", name="birthday cake").click()
    await expect(chat.message("Cake?").locator(".reaction")).to_contain_text("🎂")
    await expect(chat.dialog).to_have_count(0)


async def test_an_emoji_goes_where_the_cursor_stands(group: Group) -> None:
    chat = group.chat
    await chat.composer.fill("Hello there")
    await chat.composer.evaluate("field => field.setSelectionRange(5, 5)")
    await chat.page.get_by_role("button", name="Insert an emoji").click()
    await chat.dialog.get_by_role("button", name="grinning face", exact=True).click()
    await expect(chat.composer).to_have_value("Hello😀 there")
    await expect(chat.composer).to_be_focused()


async def test_the_ticks_tell_who_has_read_and_who_has_not(group: Group) -> None:
    await group.chat.write("Who reads this?")
    await group.device.wait_for("receive-message", lambda data: data["content"] == "Who reads this?")
    answer = await group.device.call("mark-conversation-as-read", {"conversationId": group.id})
    assert answer["success"]
    await group.chat.message("Who reads this?").locator(".message__tick").click()
    await expect(group.chat.dialog.locator(".message-info__part--read")).to_contain_text(
        re.compile(r"Read by\s*\S*\s*Bob\s*\d")
    )
    await expect(group.chat.dialog.locator(".message-info__part--sent")).to_contain_text("Carla")


async def test_a_copied_message_is_in_the_clipboard(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    chat = await open_chat(alice, conversation["_id"], permissions=["clipboard-read", "clipboard-write"])
    await chat.write("the **number** is 42")
    await chat.expect_status("number", "sent")
    await _choose(chat, "number", "Copy text")
    await expect(chat.toasts).to_contain_text(["Message copied"])
    assert await chat.page.evaluate("navigator.clipboard.readText()") == "the **number** is 42"


async def test_messages_are_walked_and_acted_on_by_keyboard_alone(group: Group) -> None:
    chat, keyboard = group.chat, group.chat.page.keyboard
    await group.device.send(group.id, "first of Bob")
    await chat.write("mine")
    await chat.expect_status("mine", "sent")
    await group.device.send(group.id, "last of Bob")
    await expect(chat.message("last of Bob")).to_be_visible()

    await chat.page.get_by_role("region", name="Messages").focus()
    await keyboard.press("ArrowUp")
    await expect(chat.message("last of Bob")).to_be_focused()
    await keyboard.press("ArrowUp")
    await keyboard.press("ArrowUp")
    await expect(chat.message("first of Bob")).to_be_focused()
    await keyboard.press("Enter")
    await expect(chat.dialog.locator(".quick-reactions__one").first).to_be_focused()
    await keyboard.press("Enter")
    await expect(chat.message("first of Bob").locator(".reaction")).to_have_attribute("title", "You")
    await expect(chat.message("first of Bob")).to_be_focused()

    await keyboard.press("ArrowDown")
    await keyboard.press("e")
    await expect(chat.composer).to_have_value("mine")
    await keyboard.press("Escape")
    await chat.message("last of Bob").focus()
    await keyboard.press("r")
    await expect(chat.composer).to_be_focused()
    await keyboard.type("answered")
    await keyboard.press("Enter")
    await expect(chat.message("answered").locator(".quote")).to_contain_text("last of Bob")


async def test_a_long_press_opens_the_menu_and_scrolling_does_not(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    await (await bob.connect()).send(conversation["_id"], "press me")
    chat = await open_chat(alice, conversation["_id"], **PHONE)
    box = await chat.message("press me").locator(".message__bubble").bounding_box()
    assert box is not None
    finger = await chat.page.context.new_cdp_session(chat.page)
    at = {"x": box["x"] + 20, "y": box["y"] + 12}

    await finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    moved = {"x": at["x"], "y": at["y"] - 60}
    await finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [moved]})
    await finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await expect(chat.dialog).to_have_count(0)

    await finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    await expect(chat.dialog).to_be_visible()
    await finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await chat.dialog.get_by_role("button", name="👍").tap()
    await expect(chat.message("press me").locator(".reaction")).to_contain_text("👍")
