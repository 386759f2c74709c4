"""Long conversations: smooth, with only what is near the view in the page, and the reader's place kept."""

from __future__ import annotations

import asyncio
import re
from typing import Final

import pytest
from playwright.async_api import Route, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat
from tests.people import Device, Town

MESSAGES: Final = 600
MOST_DRAWN: Final = 120
# Scrolls to the top again and again until the beginning has come; the most messages that were in the page at once.
SCROLL_UP: Final = """async (scroller) => {
  let most = 0;
  while (!scroller.querySelector(".message-list__start")) {
    scroller.scrollTop = 0;
    await new Promise(requestAnimationFrame);
    most = Math.max(most, scroller.querySelectorAll(".message").length);
  }
  scroller.scrollTop = 0;
  return most;
}"""
ARRIVING: Final = 40
# What moved without being asked to; the pill that counts grows with its count.
TWO_FRAMES: Final = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
WATCH_SHIFTS: Final = """() => {
  window.shifts = [];
  const note = ({ value, sources }) => {
    const moved = sources.map(({ node }) => node?.className).filter((name) => name !== "message-list__pill");
    if (moved.length > 0) window.shifts.push([value, moved]);
  };
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: "layout-shift" });
}"""
# Where a message's top stands in the window, in pixels.
PLACE: Final = "message => message.getBoundingClientRect().top"
# Where it ends: its top moves when it turns out not to be the first of its group.
END: Final = "message => message.getBoundingClientRect().bottom"
FIRST_IN_VIEW: Final = """scroller => [...scroller.querySelectorAll(".message")].find(
  (message) => message.getBoundingClientRect().top > scroller.getBoundingClientRect().top)"""
WHEEL_PX: Final = 300
# A message of one line.
LOWEST_PX: Final = 20


@pytest.fixture
async def long_talk(town: Town, open_chat: OpenChat) -> tuple[ChatPage, Device, str]:
    """Alice's page with a conversation of some hundred messages of unlike heights, all from Bob."""
    alice, bob = await town.people("Alice", "Bob")
    conversation = (await alice.direct_with(bob))["_id"]
    device = await bob.connect()
    for number in range(MESSAGES):
        await device.send(conversation, f"number {number}." + "\n\nmore" * (number % 7))
    await (await alice.connect()).call("mark-conversation-as-read", {"conversationId": conversation})
    chat = await open_chat(alice, conversation)
    await expect(chat.message(f"number {MESSAGES - 1}.")).to_be_in_viewport()
    return chat, device, conversation


async def test_only_what_is_near_the_view_is_in_the_page_all_the_way_up_and_back(
    long_talk: tuple[ChatPage, Device, str],
) -> None:
    chat, _, _ = long_talk
    region = chat.page.get_by_role("region", name="Messages")
    most = await region.evaluate(SCROLL_UP)
    await expect(chat.message("number 0.")).to_be_in_viewport()
    assert most <= MOST_DRAWN
    await chat.page.get_by_role("button", name="Go to the newest").click()
    await expect(chat.message(f"number {MESSAGES - 1}.")).to_be_in_viewport()
    assert await chat.messages.count() <= MOST_DRAWN


async def test_the_scroll_bar_tells_how_long_the_conversation_is(
    long_talk: tuple[ChatPage, Device, str],
) -> None:
    chat, _, _ = long_talk
    region = chat.page.get_by_role("region", name="Messages")
    await region.evaluate(SCROLL_UP)
    await expect(chat.message("number 0.")).to_be_in_viewport()
    assert await region.evaluate("scroller => scroller.scrollHeight") > MESSAGES * LOWEST_PX
    await region.evaluate("scroller => scroller.scrollTop = scroller.scrollHeight / 2")
    await chat.page.evaluate(TWO_FRAMES)
    shown = await (await region.evaluate_handle(FIRST_IN_VIEW)).inner_text()
    number = int(shown.split("number ")[1].split(".")[0])
    assert MESSAGES * 0.3 < number < MESSAGES * 0.7


async def test_the_place_is_kept_while_newer_messages_come_in(
    long_talk: tuple[ChatPage, Device, str],
) -> None:
    chat, device, conversation = long_talk
    region = chat.page.get_by_role("region", name="Messages")
    await region.evaluate("scroller => scroller.scrollTop = scroller.scrollTop - 300")
    read = chat.message(f"number {MESSAGES - 6}.")
    before = await read.evaluate(PLACE)
    await device.send(conversation, "something new below")
    await expect(chat.page.get_by_role("button", name="1 new message")).to_be_visible()
    assert abs(await read.evaluate(PLACE) - before) <= 1

    await region.evaluate(SCROLL_UP)
    await expect(chat.message("number 0.")).to_be_in_viewport()
    await chat.page.get_by_role("button", name="1 new message").click()
    await expect(chat.message("something new below")).to_be_in_viewport()


async def test_the_place_is_kept_while_older_messages_come_in_above(
    long_talk: tuple[ChatPage, Device, str],
) -> None:
    chat, _, _ = long_talk
    region = chat.page.get_by_role("region", name="Messages")
    asked, may_come = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        asked.set()
        await may_come.wait()
        await route.continue_()

    await chat.page.route(re.compile(r"/messages\?.*beforeSeq="), hold)
    await region.hover()
    async with asyncio.timeout(10):
        while not asked.is_set():
            await chat.page.mouse.wheel(0, -WHEEL_PX)
    await chat.page.evaluate(TWO_FRAMES)
    read = (await region.evaluate_handle(FIRST_IN_VIEW)).as_element()
    before = await read.evaluate(END)
    held = await region.evaluate("scroller => scroller.scrollHeight")
    may_come.set()
    grown = "([scroller, held]) => scroller.scrollHeight > held"
    await chat.page.wait_for_function(grown, arg=[await region.element_handle(), held])
    assert abs(await read.evaluate(END) - before) <= 1


async def test_nothing_shifts_while_messages_arrive_below_what_one_reads(
    long_talk: tuple[ChatPage, Device, str],
) -> None:
    chat, device, conversation = long_talk
    region = chat.page.get_by_role("region", name="Messages")
    await region.evaluate("scroller => scroller.scrollTop = scroller.scrollTop - 1500")
    await expect(chat.page.get_by_role("button", name="Go to the newest")).to_be_visible()
    await chat.page.evaluate(TWO_FRAMES)
    await chat.page.evaluate(WATCH_SHIFTS)
    for number in range(ARRIVING):
        await device.send(conversation, f"arrival {number}" + "\n\nmore" * (number % 4))
    await expect(chat.page.get_by_role("button", name=f"{ARRIVING} new messages")).to_be_visible()
    assert await chat.page.evaluate("window.shifts") == []
