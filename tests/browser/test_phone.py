"""A phone: narrow, touched, one pane at a time."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat
from tests.browser.visitor import PHONE
from tests.people import Town

TOUCH_TARGET_PX = 44


@pytest.fixture
async def phone(town: Town, open_chat: OpenChat) -> ChatPage:
    """Alice's phone, with a conversation with Bob in the list."""
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    device = await bob.connect()
    await device.send(conversation["_id"], "Are you there?")
    return await open_chat(alice, **PHONE)


async def test_one_goes_from_the_list_into_a_conversation_and_back(phone: ChatPage) -> None:
    sidebar = phone.page.get_by_role("navigation")
    await expect(sidebar).to_be_visible()
    await expect(phone.composer).to_have_count(0)
    await phone.item("Bob").tap()
    await expect(phone.message("Are you there?")).to_be_in_viewport()
    await expect(sidebar).to_be_hidden()
    await phone.composer.fill("Yes")
    await phone.page.get_by_test_id("send-button").tap()
    await expect(phone.message("Yes")).to_be_in_viewport()

    await phone.page.get_by_role("link", name="Back to conversations").tap()
    await expect(phone.item("Bob")).to_contain_text("Yes")
    await expect(phone.composer).to_be_hidden()
    await phone.page.go_back()
    await expect(phone.message("Are you there?")).to_be_in_viewport()
    await phone.page.go_back()
    await expect(sidebar).to_be_visible()


async def test_nothing_is_wider_than_the_screen_or_too_small_for_a_finger(phone: ChatPage) -> None:
    assert await phone.overflow_px() == 0
    await _expect_targets(phone.page.locator("button:visible, a:visible, input:visible"))
    await phone.item("Bob").tap()
    await expect(phone.message("Are you there?")).to_be_visible()
    assert await phone.overflow_px() == 0
    await _expect_targets(phone.page.locator("button:visible, a:visible, textarea:visible"))


async def _expect_targets(targets: Locator) -> None:
    boxes = await targets.evaluate_all(
        """targets => targets.map((target) => {
          const { width, height } = target.getBoundingClientRect();
          return [target.outerHTML.slice(0, 100), Math.round(width), Math.round(height)];
        })"""
    )
    assert boxes
    assert [box for box in boxes if box[1] < TOUCH_TARGET_PX or box[2] < TOUCH_TARGET_PX] == []
