"""Naming somebody: the list in the composer, the name in the message, the notice that a silence does not stop."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import violations
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat
from tests.browser.visitor import PHONE
from tests.people import Person, Town

FINGER_PX = 44


@pytest.fixture
async def people(town: Town) -> list[Person]:
    return await town.people("Alice", "Bob Durand", "Bianca", "Carla")


@pytest.fixture
async def chat(people: list[Person], open_chat: OpenChat) -> ChatPage:
    group = await people[0].group_with(*people[1:], name="Garden")
    return await open_chat(people[0], group["_id"])


async def test_a_name_is_found_chosen_and_written_by_keyboard_alone(chat: ChatPage) -> None:
    options = chat.page.get_by_role("listbox", name="People to mention").get_by_role("option")
    await chat.composer.press_sequentially("Hello @b")
    await expect(options).to_have_text(["Bianca", "Bob Durand"])
    assert await violations(chat.page) == []
    await chat.composer.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await expect(chat.composer).to_have_attribute("aria-activedescendant", "mention-1")
    await chat.composer.press("Tab")
    await expect(options).to_have_count(0)
    await expect(chat.composer).to_have_value("Hello @Bob Durand ")
    await chat.composer.press_sequentially("and @car")
    await chat.composer.press("Enter")
    await chat.composer.press("Enter")
    await expect(chat.message("Hello").locator(".mention")).to_have_text(["@Bob Durand", "@Carla"])


async def test_escape_closes_the_list_for_this_name_only(chat: ChatPage) -> None:
    options = chat.page.get_by_role("option")
    await chat.composer.press_sequentially("@b")
    await expect(options).to_have_count(2)
    await chat.composer.press("Escape")
    await chat.composer.press_sequentially("i")
    await expect(options).to_have_count(0)
    await chat.composer.press_sequentially(" @c")
    await expect(options).to_have_text(["Carla"])
    await chat.composer.press("Escape")
    await chat.composer.press("Enter")
    await expect(chat.message("@bi @c")).to_be_visible()


async def test_a_name_is_chosen_by_a_press_and_the_field_keeps_the_focus(chat: ChatPage) -> None:
    await chat.composer.press_sequentially("@")
    await chat.page.get_by_role("option", name="Carla").click()
    await expect(chat.composer).to_have_value("@Carla ")
    await expect(chat.composer).to_be_focused()


async def test_a_finger_chooses_a_name_and_the_keyboard_stays(
    people: list[Person], open_chat: OpenChat
) -> None:
    group = await people[0].group_with(*people[1:], name="Garden")
    chat = await open_chat(people[0], group["_id"], **PHONE)
    await chat.composer.tap()
    await chat.composer.press_sequentially("@b")
    option = chat.page.get_by_role("option", name="Bob Durand")
    assert await option.evaluate("each => each.getBoundingClientRect().height") >= FINGER_PX
    await option.tap()
    await expect(chat.composer).to_have_value("@Bob Durand ")
    await expect(chat.composer).to_be_focused()


async def test_ones_own_name_stands_out_more_and_code_names_nobody(
    chat: ChatPage, people: list[Person]
) -> None:
    device = await people[1].connect()
    conversation = chat.page.url.rsplit("/", 1)[1]
    await device.send(conversation, "**@Alice** and @Carla, not `@Bianca`, nor me@Carla")
    mentions = chat.message("not").locator(".mention")
    await expect(mentions).to_have_text(["@Alice", "@Carla"])
    await expect(mentions.first).to_have_class("mention mention--me")
    assert await violations(chat.page) == []


async def test_a_mention_is_heard_through_a_silence_but_not_out_of_the_archive(
    chat: ChatPage, people: list[Person]
) -> None:
    alice, bob, *_ = people
    muted = chat.page.url.rsplit("/", 1)[1]
    archived = (await bob.group_with(alice, name="Attic"))["_id"]
    direct = (await bob.direct_with(alice))["_id"]
    await expect(chat.items).to_have_count(3)
    await alice.request("PUT", f"conversations/{muted}/preferences", {"muted": True})
    await alice.request("PUT", f"conversations/{archived}/preferences", {"archived": True})
    await chat.open(direct)
    await chat.page.reload()
    await chat.until_ready()
    device = await bob.connect()
    await device.send(muted, "nobody hears this")
    await device.send(archived, "nor this, @Alice")
    await device.send(muted, "but this, @Alice")
    await expect(chat.toasts).to_contain_text(["Bob Durand mentioned you · Garden"])
    await expect(chat.toasts).to_have_count(1)
