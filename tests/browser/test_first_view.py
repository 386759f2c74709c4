"""What the first view costs a line: from the page to sign in by to an open conversation."""

from __future__ import annotations

from typing import Any, Final

from playwright.async_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import Visit
from tests.people import Town

MOST_BYTES: Final = 150_000
MOST_REQUESTS: Final = 30
MESSAGES: Final = 60
# What waits a second or longer comes after the first view: the windows, the program for the time without a line.
NOTHING_LATER: Final = """(() => {
  const later = window.setTimeout;
  window.setTimeout = (run, ms, ...values) => (ms >= 1000 ? 0 : later(run, ms, ...values));
})()"""


class Transfer:
    """Counts the answers that a page gets and their bytes on the wire, headers included."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    @classmethod
    async def of(cls, page: Page) -> Transfer:
        transfer = cls()
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Network.enable")
        devtools.on("Network.loadingFinished", transfer._add)
        return transfer

    def _add(self, event: dict[str, Any]) -> None:
        self.sizes.append(event["encodedDataLength"])


async def test_the_first_view_fits_its_budget(town: Town, visit: Visit) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = (await alice.direct_with(bob))["_id"]
    device = await bob.connect()
    for number in range(MESSAGES):
        await device.send(conversation, f"number {number}: when do we meet, and who brings the cake?")
    visitor = await visit(town.server)
    await visitor.context.add_init_script(NOTHING_LATER)
    entrance = await visitor.enter("about:blank")
    transfer = await Transfer.of(entrance.page)
    await entrance.page.goto(f"/login?next=/%23/c/{conversation}")
    chat: ChatPage = await entrance.sign_in(alice.email)
    await chat.until_ready()
    await expect(chat.message(f"number {MESSAGES // 2}:")).to_be_attached()
    await expect(chat.composer).to_be_focused()
    assert sum(transfer.sizes) <= MOST_BYTES
    assert len(transfer.sizes) <= MOST_REQUESTS
