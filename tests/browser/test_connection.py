"""Poor lines: no websocket, and no line at all for longer than five attempts."""

from playwright.async_api import Locator, Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat, Visit
from tests.people import Town
from tests.server import ServerProcess

ATTEMPTS = 5
# A look every so often, and for how long in all: no two attempts are closer together, no two as far apart.
LOOK_MS = 100
LOOKS = 300
# As behind a proxy that knows no websocket: the handshake is answered by something else.
NO_WEBSOCKET = """
window.WebSocket = class extends WebSocket {
  constructor(url) { super(url.replace("/socket.io/", "/healthz")); }
};
"""


async def _let_time_pass(page: Page, awaited: Locator) -> None:
    """Turn the page's paused clock on until something shows."""
    for _ in range(LOOKS):
        if await awaited.is_visible():
            return
        await page.clock.run_for(LOOK_MS)
    raise AssertionError(f"{awaited} does not show within {LOOKS * LOOK_MS} ms")


async def test_the_chat_is_live_when_only_polling_gets_through(
    town: Town, visit: Visit, open_chat: OpenChat
) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    behind_proxy = await visit(town.server)
    behind_proxy.watch.expect_breaks()
    await behind_proxy.context.add_init_script(NO_WEBSOCKET)
    await behind_proxy.sign_in(alice)
    chat = await behind_proxy.chat(conversation["_id"])
    other = await open_chat(bob, conversation["_id"])

    await chat.write("by polling")
    await expect(other.message("by polling")).to_be_visible()
    await other.write("it came")
    await expect(chat.message("it came")).to_be_visible()
    await chat.expect_status("by polling", "read")


async def test_five_attempts_are_counted_then_retry_is_offered_when_the_server_stays_away(
    own_server: ServerProcess, visit: Visit
) -> None:
    alice, bob = await Town(own_server).people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    visitor = await visit(own_server)
    await visitor.sign_in(alice)
    page = await visitor.new_page()
    await page.clock.install()
    chat = ChatPage(page, visitor.watch)
    await chat.open(conversation["_id"])
    visitor.watch.expect_breaks()
    # From here on the page's time passes only as fast as somebody looks.
    await page.clock.pause_at(await page.evaluate("Date.now() + 1000"))

    await own_server.kill()
    for attempt in range(1, ATTEMPTS + 1):
        await _let_time_pass(page, chat.banner.get_by_text(f"({attempt} of {ATTEMPTS})"))
    retry = chat.banner.get_by_role("button", name="Retry")
    await _let_time_pass(page, retry)
    await page.clock.resume()
    await chat.write("written without a line")
    await chat.expect_status("written without a line", "pending")

    await own_server.restart()
    await retry.click()
    await expect(chat.banner).to_be_hidden()
    await chat.expect_status("written without a line", "sent")


async def test_a_history_that_did_not_come_is_there_when_the_server_is_back(
    own_server: ServerProcess, open_chat: OpenChat
) -> None:
    alice, bob = await Town(own_server).people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    device = await bob.connect()
    await device.send(conversation["_id"], "said before")
    await device.close()
    chat = await open_chat(alice)
    chat.watch.expect_breaks()

    await own_server.kill()
    await chat.item("Bob").click()
    await expect(chat.page.get_by_role("button", name="Try again")).to_be_visible()
    await chat.write("said meanwhile")
    await own_server.restart()
    await expect(chat.texts).to_have_text(["said before", "said meanwhile"])
    await chat.expect_status("said meanwhile", "sent")
