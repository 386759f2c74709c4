"""A line of the slowest kind: everything takes longer, nothing is lost, and what was seen is there at once."""

from __future__ import annotations

from typing import Final

from playwright.async_api import expect

from tests.browser.conftest import OpenChat
from tests.browser.test_history import SCROLL_UP
from tests.people import Town
from tests.server import ServerProcess

# What browsers' own tools call "Slow 3G".
SLOW_3G: Final = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
MESSAGES: Final = 120
WITHIN_MS: Final = 30_000


async def test_one_can_read_write_and_come_back_when_the_line_is_slow(
    own_server: ServerProcess, open_chat: OpenChat
) -> None:
    alice, bob = await Town(own_server).people("Alice", "Bob")
    conversation = (await alice.direct_with(bob))["_id"]
    device = await bob.connect()
    for number in range(MESSAGES):
        await device.send(conversation, f"number {number}.")
    await (await alice.connect()).call("mark-conversation-as-read", {"conversationId": conversation})
    chat = await open_chat(alice, conversation)
    devtools = await chat.page.context.new_cdp_session(chat.page)
    await devtools.send("Network.enable")
    await devtools.send("Network.emulateNetworkConditions", SLOW_3G)

    await chat.write("slowly")
    await chat.expect_status("slowly", "delivered")
    await device.send(conversation, "but surely")
    await expect(chat.message("but surely")).to_be_visible()

    chat.watch.expect_breaks()
    await own_server.kill()
    await chat.write("on the way")
    await own_server.restart()
    await chat.expect_status("on the way", "sent")

    await chat.page.reload()
    await expect(chat.message("on the way")).to_be_visible(timeout=WITHIN_MS)
    await chat.page.get_by_role("region", name="Messages").evaluate(SCROLL_UP)
    await expect(chat.message("number 0.")).to_be_in_viewport()
