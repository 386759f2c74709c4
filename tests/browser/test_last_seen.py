"""What was seen last is there at once, without a line too; it comes to what the server has, and is nobody else's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.people import Device, Person, Town
from tests.server import ServerProcess

INSTALLED: Final = "navigator.serviceWorker.ready.then(({ active }) => active.state)"
# All that is kept, by the name of its part.
KEPT: Final = """async () => {
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open("last-seen");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const all = {};
  for (const name of database.objectStoreNames) {
    const reading = database.transaction(name).objectStore(name).getAll();
    all[name] = await new Promise((resolve) => (reading.onsuccess = () => resolve(reading.result)));
  }
  database.close();
  return all;
}"""
# Resolves when a text is among what is kept.
UNTIL_KEPT: Final = f"""async (text) => {{
  const kept = {KEPT};
  while (!JSON.stringify((await kept()).threads ?? []).includes(text)) {{
    await new Promise((resolve) => setTimeout(resolve, 50));
  }}
}}"""
KEPT_WITHIN_S: Final = 10
NOTHING: Final = {"page": [], "conversations": [], "threads": []}


@dataclass
class Away:
    """Alice has seen a conversation with Bob and a group, and closed the page; Bob's device stays."""

    server: ServerProcess
    visitor: Visitor
    alice: Person
    bob: Person
    device: Device
    direct: str
    group: str
    sent: list[dict[str, Any]]

    async def come_back(self, conversation_id: str | None = None) -> ChatPage:
        """A new tab, looked at before anything has come over the line."""
        chat = ChatPage(await self.visitor.new_page(), self.visitor.watch)
        await chat.page.goto(f"/#/c/{conversation_id}" if conversation_id else "/")
        return chat


@pytest.fixture
async def away(own_server: ServerProcess, visit: Visit) -> Away:
    alice, bob = await Town(own_server).people("Alice", "Bob")
    direct = (await alice.direct_with(bob))["_id"]
    group = (await bob.group_with(alice, name="Garden"))["_id"]
    device = await bob.connect()
    sent = [await device.send(direct, f"number {number}") for number in range(5)]
    await device.send(group, "welcome")
    visitor = await visit(own_server, service_workers="allow")
    await visitor.sign_in(alice)
    chat = await visitor.chat(direct)
    await chat.page.evaluate(INSTALLED)
    await expect(chat.message("number 4")).to_be_visible()
    await _until_kept(chat.page, "number 4")
    await chat.page.close()
    visitor.watch.expect_breaks()
    return Away(own_server, visitor, alice, bob, device, direct, group, sent)


async def _until_kept(page: Page, text: str) -> None:
    await asyncio.wait_for(page.evaluate(UNTIL_KEPT, text), KEPT_WITHIN_S)


async def _kept(page: Page) -> dict[str, list[Any]]:
    return await page.evaluate(KEPT)  # type: ignore[no-any-return]


async def test_list_and_messages_are_there_and_can_be_answered_while_the_server_is_gone(away: Away) -> None:
    await away.server.kill()
    chat = await away.come_back(away.direct)
    await expect(chat.texts).to_have_text([f"number {number}" for number in range(5)])
    await expect(chat.items).to_have_count(2)
    await expect(chat.banner).to_be_visible()
    await chat.write("written in the tunnel")
    await chat.expect_status("written in the tunnel", "pending")
    await away.server.restart()
    await chat.until_connected()
    await chat.expect_status("written in the tunnel", "sent")
    page = await away.bob.get(f"conversations/{away.direct}/messages")
    assert [message["content"] for message in page["messages"]][-1] == "written in the tunnel"


async def test_a_kept_page_comes_to_what_the_server_has_when_much_has_changed(away: Away) -> None:
    for event, index, more in (
        ("edit-message", 0, {"content": "number zero"}),
        ("delete-message", 1, {}),
        ("add-reaction", 2, {"emoji": "👍"}),
    ):
        about = {"conversationId": away.direct, "messageId": away.sent[index]["messageId"], **more}
        assert (await away.device.call(event, about))["success"]
    await away.device.send(away.direct, "number 5")
    await away.bob.request("DELETE", f"conversations/{away.group}/members/{away.alice.id}")
    chat = await away.come_back(away.direct)
    texts = ["number zero", "Message deleted", *(f"number {number}" for number in range(2, 6))]
    await expect(chat.texts).to_have_text(texts)
    await expect(chat.page.locator(".reaction")).to_have_count(1)
    await expect(chat.items).to_have_count(1)
    await expect(chat.page.locator(".new-line")).to_be_visible()
    await _until_kept(chat.page, "number zero")
    assert [each["_id"] for each in (await _kept(chat.page))["conversations"]] == [away.direct]


async def test_a_link_to_what_was_not_kept_opens_it(away: Away) -> None:
    made = (await away.bob.group_with(away.alice, name="Brand new"))["_id"]
    await away.device.send(made, "first of all")
    chat = await away.come_back(made)
    await expect(chat.message("first of all")).to_be_visible()


async def test_nobody_sees_what_another_person_has_kept(away: Away) -> None:
    await away.visitor.sign_in(away.bob)
    await away.server.kill()
    chat = await away.come_back(away.direct)
    await expect(chat.banner).to_be_visible()
    await expect(chat.items).to_have_count(0)
    await expect(chat.messages).to_have_count(0)
    assert await _kept(chat.page) == NOTHING


async def test_nothing_is_kept_when_one_signs_out(away: Away) -> None:
    chat = await away.come_back(away.direct)
    await chat.until_connected()
    await chat.profile.click()
    await chat.page.get_by_role("button", name="Sign out").click()
    await expect(chat.page).to_have_url(f"{away.server.url}/login")
    assert await _kept(chat.page) == NOTHING


async def test_nothing_is_kept_when_the_session_was_ended_elsewhere(away: Away) -> None:
    away.visitor.watch.expect_status(401)
    await away.alice.request("DELETE", "sessions")
    chat = await away.come_back(away.direct)
    await expect(chat.page).to_have_url(f"{away.server.url}/login?ended=1&next=%2F%23%2Fc%2F{away.direct}")
    assert await _kept(chat.page) == NOTHING


async def test_the_page_does_without_when_the_browser_keeps_nothing(town: Town, visit: Visit) -> None:
    alice, bob = await town.people("Alice", "Bob")
    direct = (await alice.direct_with(bob))["_id"]
    visitor = await visit(town.server)
    await visitor.context.add_init_script(
        "indexedDB.open = () => { throw new DOMException('no', 'InvalidStateError'); };"
    )
    await visitor.sign_in(alice)
    chat = await visitor.chat(direct)
    await chat.write("still here")
    await chat.expect_status("still here", "sent")
