"""What is written while nobody can hear it: kept, sent in order, once, and the same on every page in the end."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from playwright.async_api import Page, WebSocket, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import Visit
from tests.people import Person, Town
from tests.server import ServerProcess

WRITTEN_OFFLINE = 50
WRITTEN_EACH = 15
# Only messages near the view are in the page: here all of them are.
ROOM_FOR_ALL = {"width": 1280, "height": 4000}
KILLED_AFTER = 5


async def _history(person: Person, conversation_id: str) -> list[tuple[str, str]]:
    """Ids and texts as the server has them, oldest first."""
    page = await person.get(f"conversations/{conversation_id}/messages", limit=200)
    return [(message["_id"], message["content"]) for message in page["messages"]]


async def _expect_all(person: Person, conversation_id: str, chats: list[ChatPage], texts: list[str]) -> None:
    """Every text is on the server once, and every page shows what the server has, in the same order."""
    for chat in chats:
        await expect(chat.messages).to_have_count(len(texts))
        await expect(chat.page.locator("[data-testid=message]:not([data-id])")).to_have_count(0)
    history = await _history(person, conversation_id)
    assert Counter(text for _, text in history) == Counter(texts)
    for chat in chats:
        assert await chat.shown_ids() == [message_id for message_id, _ in history]
        await expect(chat.texts).to_have_text([text for _, text in history])


async def test_both_pages_show_each_message_once_when_the_server_is_killed_while_they_write(
    own_server: ServerProcess, visit: Visit
) -> None:
    people = await Town(own_server).people("Alice", "Bob")
    conversation_id = (await people[0].direct_with(people[1]))["_id"]
    chats = []
    for person in people:
        visitor = await visit(own_server)
        await visitor.sign_in(person)
        chats.append(await visitor.chat(conversation_id))
        await chats[-1].mark()
        visitor.watch.expect_breaks()
    texts = [[f"{person.name} {number}" for number in range(WRITTEN_EACH)] for person in people]

    async def kill_amid() -> None:
        await expect(chats[0].messages.nth(KILLED_AFTER)).to_be_attached()
        await own_server.kill()

    await asyncio.gather(kill_amid(), *(chat.write(*said) for chat, said in zip(chats, texts, strict=True)))
    await chats[0].write("into the void")
    await expect(chats[0].message("into the void")).to_have_attribute("data-status", "pending")
    await own_server.restart()

    await _expect_all(people[0], conversation_id, chats, [*texts[0], *texts[1], "into the void"])
    for chat, said in zip(chats, texts, strict=True):
        assert await chat.is_marked()
        own = await chat.page.locator(".message--own .message__text").all_inner_texts()
        assert own[:WRITTEN_EACH] == said


@pytest.mark.parametrize("tabs", [1, 2])
async def test_all_arrive_in_order_and_once_when_written_offline_and_the_page_was_closed(
    own_server: ServerProcess, visit: Visit, tabs: int
) -> None:
    alice, bob = await Town(own_server).people("Alice", "Bob")
    conversation_id = (await alice.direct_with(bob))["_id"]
    alice_visits, bob_visits = [await visit(own_server, viewport=ROOM_FOR_ALL) for _ in range(2)]
    await alice_visits.sign_in(alice)
    await bob_visits.sign_in(bob)
    bob_chat = await bob_visits.chat(conversation_id)
    chats = [await alice_visits.chat(conversation_id) for _ in range(tabs)]
    alice_visits.watch.expect_breaks()
    bob_visits.watch.expect_breaks()

    await own_server.kill()
    each = WRITTEN_OFFLINE // tabs
    texts = [[f"tab {tab} says {number}" for number in range(each)] for tab in range(tabs)]
    await asyncio.gather(*(chat.write(*said) for chat, said in zip(chats, texts, strict=True)))
    for chat in chats:
        # Every tab shows what all of them hold.
        await expect(chat.page.locator("[data-testid=message][data-status=pending]")).to_have_count(
            WRITTEN_OFFLINE
        )
    for chat in chats:
        await chat.page.close()
    await own_server.restart()
    # His page may have used up its attempts by now, and would wait half a minute for the next.
    await bob_chat.page.evaluate("dispatchEvent(new Event('online'))")

    sent = SentMessages()
    pages = [await alice_visits.new_page() for _ in range(tabs)]
    for page in pages:
        sent.follow(page)
    chats = [ChatPage(page, alice_visits.watch) for page in pages]
    await asyncio.gather(*(chat.open(conversation_id) for chat in chats))
    await _expect_all(alice, conversation_id, [*chats, bob_chat], [text for said in texts for text in said])
    for said in texts:
        in_order = [text for _, text in await _history(alice, conversation_id) if text in said]
        assert in_order == said
    assert sent.count == WRITTEN_OFFLINE


class SentMessages:
    """Counts what pages send over their websockets."""

    def __init__(self) -> None:
        self.count = 0

    def follow(self, page: Page) -> None:
        page.on("websocket", self._follow_socket)

    def _follow_socket(self, socket: WebSocket) -> None:
        socket.on("framesent", self._count)

    def _count(self, frame: str | bytes) -> None:
        self.count += isinstance(frame, str) and '"send-message"' in frame
