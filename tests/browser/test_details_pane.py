"""A conversation's details: a third pane where there is room for one, else a window."""

from __future__ import annotations

from playwright.async_api import ViewportSize, expect

from tests.browser.conftest import OpenChat
from tests.people import Town

NARROW = ViewportSize(width=1100, height=800)
WIDE = ViewportSize(width=1280, height=800)


async def test_the_pane_stands_beside_the_messages_and_follows_the_open_conversation(
    town: Town, open_chat: OpenChat
) -> None:
    alice, bob = await town.people("Alice", "Bob")
    group = await alice.group_with(bob, name="Garden")
    await alice.direct_with(bob)
    chat = await open_chat(alice, group["_id"])
    pane = chat.page.get_by_role("complementary", name="Conversation details")
    button = chat.page.get_by_role("button", name="Conversation details")
    await expect(button).to_have_attribute("aria-expanded", "false")
    await button.click()
    await expect(pane).to_contain_text("2 members")
    await expect(chat.dialog).to_have_count(0)
    await expect(button).to_have_attribute("aria-expanded", "true")
    await chat.item("Bob").click()
    await expect(pane.get_by_role("button", name="Block")).to_be_visible()
    await expect(chat.composer).to_be_focused()
    assert await chat.overflow_px() == 0


async def test_the_pane_stays_open_over_a_reload_until_it_is_closed(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    group = await alice.group_with(bob, name="Garden")
    chat = await open_chat(alice, group["_id"])
    button = chat.page.get_by_role("button", name="Conversation details")
    await button.click()
    await expect(chat.details).to_be_visible()
    await chat.page.reload()
    await expect(chat.details).to_contain_text("2 members")
    await chat.details.get_by_role("switch", name="Mute").focus()
    await chat.page.keyboard.press("Escape")
    await expect(chat.details).to_have_count(0)
    await expect(button).to_be_focused()
    await chat.page.reload()
    await chat.until_ready()
    await expect(button).to_have_attribute("aria-expanded", "false")


async def test_the_details_are_a_window_where_there_is_no_room_for_a_pane(
    town: Town, open_chat: OpenChat
) -> None:
    alice, bob = await town.people("Alice", "Bob")
    group = await alice.group_with(bob, name="Garden")
    chat = await open_chat(alice, group["_id"])
    button = chat.page.get_by_role("button", name="Conversation details")
    await button.click()
    await expect(chat.details).to_be_visible()
    await chat.page.set_viewport_size(NARROW)
    await expect(chat.details).to_have_count(0)
    await button.click()
    await expect(chat.dialog).to_contain_text("2 members")
    await chat.page.keyboard.press("Escape")
    await expect(button).to_be_focused()
    await chat.page.set_viewport_size(WIDE)
    await expect(chat.details).to_be_visible()
    await expect(chat.dialog).to_have_count(0)
