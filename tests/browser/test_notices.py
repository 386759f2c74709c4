"""What calls for attention: words in the corner, the count in the title and the tab's picture, what counts as read."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat, Visit
from tests.people import Person, Town

READ_AFTER_MS = 1000
HIDE = """isHidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


async def _favicon(page: Page) -> str:
    """The name of the picture that the tab shows."""
    address = await page.locator("link[rel=icon]").get_attribute("href")
    return (address or "").rsplit("/", 1)[1].split("?")[0]


@pytest.fixture
async def people(town: Town) -> list[Person]:
    return await town.people("Alice", "Bob")


@pytest.fixture
async def chat(people: list[Person], open_chat: OpenChat) -> ChatPage:
    alice, bob = people
    return await open_chat(alice, (await alice.direct_with(bob))["_id"])


async def test_one_is_told_of_being_added_to_a_group_and_of_its_new_name(
    chat: ChatPage, people: list[Person]
) -> None:
    alice, bob = people
    device = await bob.connect()
    group = (await bob.group_with(name="Garden"))["_id"]
    await device.call("user-added-to-group", {"conversationId": group, "newUserId": alice.id})
    await expect(chat.toasts).to_contain_text(["Garden"])
    await expect(chat.toasts).to_contain_text(["You are now part of this group."])
    await device.call("group-info-updated", {"conversationId": group, "updates": {"name": "Orchard"}})
    await expect(chat.toasts).to_contain_text(["Garden", "The group is now called “Orchard”."])
    await chat.toasts.last.get_by_role("button", name="Orchard").click()
    await expect(chat.title).to_have_text("Orchard")


async def test_what_nobody_looked_at_for_a_second_stays_unread_in_title_and_tab(
    visit: Visit, people: list[Person]
) -> None:
    alice, bob = people
    direct = (await alice.direct_with(bob))["_id"]
    device = await bob.connect()
    visitor = await visit(alice.server)
    await visitor.sign_in(alice)
    page = await visitor.new_page()
    await page.clock.install()
    chat = ChatPage(page, visitor.watch)
    await chat.open(direct)
    await page.evaluate(HIDE, True)
    await device.send(direct, "Are you there?")
    await expect(page).to_have_title("(1) Causerie")
    await page.clock.run_for(5 * READ_AFTER_MS)
    await device.wait_for("message-delivered")
    assert await _favicon(page) == "favicon-unread.svg"
    assert device.events("messages-read") == []

    await page.evaluate(HIDE, False)
    await page.clock.run_for(READ_AFTER_MS + 100)
    await device.wait_for("messages-read")
    await expect(page).to_have_title("Causerie")
    assert await _favicon(page) == "favicon.svg"


async def test_a_mouse_that_rests_on_a_tick_is_told_who_has_got_the_message_and_when(chat: ChatPage) -> None:
    await chat.write("Hello")
    await chat.expect_status("Hello", "sent")
    await chat.message("Hello").locator(".message__tick").hover()
    tip = chat.page.get_by_role("tooltip")
    await expect(tip).to_contain_text("Has not reached")
    await expect(tip).to_contain_text("Bob")
    assert await violations(chat.page) == []
    await tip.hover()
    await expect(tip).to_be_visible()
    await chat.page.keyboard.press("Escape")
    await expect(tip).to_have_count(0)
