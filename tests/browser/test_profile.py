"""A browser that keeps its profile: what was written lasts through the end of tab, browser and server."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import BrowserContext, Error, Page, Playwright, async_playwright, expect

from tests.browser.chat_page import ChatPage
from tests.browser.chromium import launch_profile
from tests.browser.conftest import Visit
from tests.browser.watch import Watch
from tests.people import Person, Town
from tests.server import ServerProcess

WRITTEN: Final = 50
ROOM_FOR_ALL: Final = {"width": 1280, "height": 4000}


async def _open(context: BrowserContext, server: ServerProcess, conversation_id: str) -> ChatPage:
    chat = ChatPage(await context.new_page(), Watch(server.url))
    await chat.page.goto(f"{server.url}/#/c/{conversation_id}")
    await expect(chat.composer).to_be_attached()
    return chat


async def _crash(page: Page) -> None:
    """The tab's process ends without a word: nothing that waits for the end of a page runs."""
    devtools = await page.context.new_cdp_session(page)
    # The one who would answer is gone.
    crashing = asyncio.ensure_future(devtools.send("Page.crash"))
    await page.wait_for_event("crash")
    crashing.cancel()
    await asyncio.gather(crashing, return_exceptions=True)


async def _expect_all(person: Person, conversation_id: str, chats: list[ChatPage], texts: list[str]) -> None:
    """Server and pages have the same messages once; those of each tab, a name before a colon, in their order."""
    for chat in chats:
        await expect(chat.page.locator("[data-testid=message][data-id]")).to_have_count(
            len(texts), timeout=30_000
        )
        await expect(chat.messages).to_have_count(len(texts))
    page = await person.get(f"conversations/{conversation_id}/messages", limit=200)
    stored = [message["content"] for message in page["messages"]]
    for chat in chats:
        await expect(chat.texts).to_have_text(stored)
    for tab in {text.split(":")[0] for text in texts}:
        own = f"{tab}:"
        assert [text for text in stored if text.startswith(own)] == [
            text for text in texts if text.startswith(own)
        ]


@pytest.mark.parametrize("tabs", [1, 2])
async def test_all_arrives_once_and_in_order_when_tabs_crash_and_browser_and_server_start_again(
    own_server: ServerProcess, visit: Visit, tmp_path: Path, tabs: int
) -> None:
    alice, bob = await Town(own_server).people("Alice", "Bob")
    conversation_id = (await alice.direct_with(bob))["_id"]
    bob_visits = await visit(own_server, viewport=ROOM_FOR_ALL)
    await bob_visits.sign_in(bob)
    bob_chat = await bob_visits.chat(conversation_id)
    bob_visits.watch.expect_breaks()
    said = [[f"tab {tab}: {number}" for number in range(WRITTEN // tabs)] for tab in range(tabs)]

    async with async_playwright() as playwright:
        profile = await _write_and_crash(playwright, tmp_path, (own_server, alice, conversation_id), said)
        await own_server.restart()
        await bob_chat.page.evaluate("dispatchEvent(new Event('online'))")
        context = await launch_profile(playwright, profile, viewport=ROOM_FOR_ALL)
        chats = [await _open(context, own_server, conversation_id) for _ in range(tabs)]
        texts = [text for each in said for text in each]
        await _expect_all(bob, conversation_id, [*chats, bob_chat], texts)
        await context.close()


async def _write_and_crash(
    playwright: Playwright, profile: Path, where: tuple[ServerProcess, Person, str], said: list[list[str]]
) -> Path:
    """Write without a line, one tab for each of `said`, then let tabs and browser end; returns the profile's folder."""
    server, person, conversation_id = where
    context = await launch_profile(playwright, profile, viewport=ROOM_FOR_ALL)
    entrance = await context.new_page()
    await entrance.goto(f"{server.url}/login")
    await entrance.locator("input[name=email]").fill(person.email)
    await entrance.locator("input[name=password]").fill("correct horse battery staple")
    await entrance.get_by_role("button").click()
    await expect(entrance.get_by_test_id("conversation-item")).to_have_count(1)
    chats = [await _open(context, server, conversation_id) for _ in said]
    for chat in chats:
        await chat.until_connected()
    await server.kill()
    await asyncio.gather(*(chat.write(*texts) for chat, texts in zip(chats, said, strict=True)))
    waiting = chats[0].page.locator("[data-testid=message][data-status=pending]")
    await expect(waiting).to_have_count(sum(len(texts) for texts in said))
    for chat in chats:
        await _crash(chat.page)
    with contextlib.suppress(Error):  # crashed tabs do not say goodbye
        await context.close()
    return profile
