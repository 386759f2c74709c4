"""What is done with a conversation from the list, by each way there: button, right button, keys, a long press."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import violations
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat
from tests.people import Device, Person, Town

LONG_PRESS = """
async link => {
  const { x, y } = link.getBoundingClientRect();
  const touch = { pointerType: "touch", isPrimary: true, bubbles: true, clientX: x + 9, clientY: y + 9 };
  link.dispatchEvent(new PointerEvent("pointerdown", touch));
}
"""


@pytest.fixture
async def bob(town: Town) -> Person:
    return await town.person("Bob")


@pytest.fixture
async def device(bob: Person) -> Device:
    return await bob.connect()


@pytest.fixture
async def chat(town: Town, bob: Person, device: Device, open_chat: OpenChat) -> ChatPage:
    alice = await town.person("Alice")
    group = await bob.group_with(alice, name="Garden")
    await bob.direct_with(alice)
    await device.send(group["_id"], "Anybody there?")
    return await open_chat(alice)


async def test_a_conversation_is_archived_by_its_button_and_had_back_by_the_toast(chat: ChatPage) -> None:
    await chat.item("Garden").hover()
    assert await violations(chat.page) == []
    await chat.page.get_by_role("button", name="More actions for Garden").click()
    await expect(chat.dialog).to_be_visible()
    assert await violations(chat.page) == []
    await chat.dialog.get_by_role("button", name="Archive").click()
    await expect(chat.items).to_have_count(1)
    await expect(chat.toasts).to_contain_text(["“Garden” is archived."])
    assert await violations(chat.page) == []
    await chat.toasts.get_by_role("button", name="Undo").click()
    await expect(chat.item("Garden")).to_be_visible()
    await expect(chat.toasts).to_have_count(0)


async def test_a_conversation_is_muted_by_the_right_button(chat: ChatPage) -> None:
    await chat.item("Garden").get_by_role("link").click(button="right")
    await chat.dialog.get_by_role("button", name="Mute").click()
    await expect(chat.item("Garden").get_by_role("img", name="Muted")).to_be_visible()
    await expect(chat.page).to_have_title("Causerie")


async def test_a_conversation_is_marked_as_read_by_keyboard_and_the_focus_comes_back(chat: ChatPage) -> None:
    link = chat.item("Garden").get_by_role("link")
    await expect(chat.page).to_have_title("(1) Causerie")
    await link.focus()
    await chat.page.keyboard.press("Shift+F10")
    await expect(chat.dialog.get_by_role("button", name="Mark as read")).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await expect(chat.page).to_have_title("Causerie")
    await expect(chat.item("Garden").locator(".badge")).to_have_count(0)
    await expect(link).to_be_focused()

    await chat.page.keyboard.press("ArrowRight")
    await chat.page.keyboard.press("Enter")
    await expect(chat.dialog.get_by_role("button", name="Mute")).to_be_focused()
    await chat.page.keyboard.press("ArrowDown")
    await chat.page.keyboard.press("Enter")
    await expect(chat.items).to_have_count(1)
    await expect(chat.item("Bob").get_by_role("link")).to_be_focused()


async def test_a_long_press_opens_the_menu_and_not_the_conversation(chat: ChatPage) -> None:
    await chat.item("Garden").get_by_role("link").evaluate(LONG_PRESS)
    await expect(chat.dialog.get_by_role("button", name="Archive")).to_be_visible()
    await expect(chat.title).to_have_count(0)


async def test_what_was_begun_stands_in_the_list_until_it_is_sent(chat: ChatPage) -> None:
    await chat.item("Garden").click()
    await chat.composer.fill("I was about to")
    await chat.items.last.click()
    await expect(chat.item("Garden")).to_contain_text("Draft: I was about to")
    await chat.page.reload()
    await chat.item("Garden").click()
    await expect(chat.composer).to_have_value("I was about to")
    await chat.composer.press("Enter")
    await chat.items.last.click()
    await expect(chat.item("Garden")).not_to_contain_text("Draft")
