"""The first story by keyboard alone."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat, Visit
from tests.people import PASSWORD, Town, register
from tests.server import ServerProcess

FARTHEST_TABS = 25
IS_WITHIN = (
    "document.activeElement === document.body || Boolean(document.activeElement.closest('dialog[open]'))"
)


async def _begin_with(chat: ChatPage, name: str) -> None:
    """Choose a person in the window that is open and begin; the field for writing has the focus then."""
    person = chat.dialog.get_by_role("checkbox", name=name)
    await expect(person).to_be_visible()
    await _tab_to(chat.page, person)
    await chat.page.keyboard.press("Space")
    await _tab_to(chat.page, chat.dialog.locator("[type=submit]"))
    await chat.page.keyboard.press("Enter")
    await expect(chat.composer).to_be_focused()


async def _tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the target has the focus; no further than a patient person would."""
    for _ in range(FARTHEST_TABS):
        if await target.evaluate("target => target === document.activeElement"):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{target} cannot be reached with {key}")


async def test_the_first_story_goes_by_keyboard_alone(own_server: ServerProcess, visit: Visit) -> None:
    visitor = await visit(own_server)
    setup = await visitor.enter("/")
    page, keyboard = setup.page, setup.page.keyboard
    await expect(setup.field("name")).to_be_focused()
    for text in ("Alice Martin", "alice@example.org", PASSWORD):
        await keyboard.type(text)
        await keyboard.press("Tab")
    await expect(setup.submit).to_be_focused()
    await keyboard.press("Enter")

    chat = ChatPage(page, visitor.watch)
    await chat.until_ready()
    await expect(chat.invite_link).not_to_have_value("")
    await _tab_to(page, chat.invite_link)
    assert await page.evaluate("getSelection().toString()") == await chat.invite_link.input_value()
    invite = (await chat.invite_link.input_value()).rsplit("/", 1)[1]
    await register(own_server, "Bob Durand", "bob@example.org", invite=invite)

    begin = page.get_by_test_id("new-conversation")
    await _tab_to(page, begin, "Shift+Tab")
    await keyboard.press("Enter")
    await expect(chat.dialog.get_by_role("searchbox")).to_be_focused()
    await keyboard.press("Escape")
    await expect(begin).to_be_focused()
    await keyboard.press("Enter")
    await expect(chat.dialog.get_by_role("searchbox")).to_be_focused()
    await keyboard.type("durand")
    await _begin_with(chat, "Bob Durand")
    await keyboard.type("Hello Bob")
    await keyboard.press("Shift+Enter")
    await keyboard.type("how are you?")
    await keyboard.press("Enter")
    await chat.expect_status("Hello Bob", "sent")
    await expect(chat.composer).to_be_focused()


async def test_conversations_are_changed_and_left_by_keyboard_alone(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    direct = await bob.direct_with(alice)
    group = await bob.group_with(alice, name="Garden")
    device = await bob.connect()
    await device.send(direct["_id"], "Are you there?")
    chat = await open_chat(alice, direct["_id"])
    page, keyboard = chat.page, chat.page.keyboard
    await expect(chat.composer).to_be_focused()
    await device.send(group["_id"], "Come in")

    await expect(chat.items.first).to_contain_text("Garden")
    await _tab_to(page, chat.items.first.get_by_role("link"), "Shift+Tab")
    await keyboard.press("ArrowDown")
    await expect(chat.items.last.get_by_role("link")).to_be_focused()
    await keyboard.press("ArrowUp")
    await keyboard.press("Enter")
    await expect(chat.message("Come in")).to_be_visible()
    await expect(chat.composer).to_be_focused()

    await _tab_to(page, chat.profile, "Shift+Tab")
    await keyboard.press("Enter")
    await _tab_to(page, page.get_by_role("button", name="Sign out"))
    await keyboard.press("Enter")
    await expect(page).to_have_url(f"{town.server.url}/login")


async def test_windows_hold_the_focus_and_give_it_back(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    chat = await open_chat(alice, (await bob.direct_with(alice))["_id"])
    page, keyboard = chat.page, chat.page.keyboard
    for name in ("Profile", "Contacts", "Devices", "Keyboard shortcuts"):
        await _tab_to(page, chat.profile, "Shift+Tab")
        await keyboard.press("Enter")
        await _tab_to(page, page.locator(".profile-menu__panel").get_by_role("button", name=name))
        await keyboard.press("Enter")
        await expect(chat.dialog).to_be_visible()
        for _ in range(FARTHEST_TABS):
            await keyboard.press("Tab")
            # Between the last element and the first one the browser's own bar has its turn: that is the body.
            assert await page.evaluate(IS_WITHIN)
        await keyboard.press("Escape")
        await expect(chat.dialog).to_have_count(0)
        await expect(chat.profile).to_be_focused()


async def test_window_opens_again_in_the_very_moment_in_which_it_has_closed(
    town: Town, open_chat: OpenChat
) -> None:
    chat = await open_chat(await town.person("Ada"))
    begin = chat.page.get_by_test_id("new-conversation")
    await begin.click()
    await expect(chat.dialog.get_by_role("searchbox")).to_be_focused()
    await begin.evaluate("begin => { document.querySelector('dialog[open]').close(); begin.click(); }")
    await expect(chat.dialog.get_by_role("searchbox")).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(chat.dialog).to_have_count(0)


async def test_a_group_is_made_written_to_and_left_by_keyboard_alone(
    own_server: ServerProcess, open_chat: OpenChat
) -> None:
    alice, bob = await Town(own_server).people("Alice", "Bob")
    await alice.post("contacts", {"userId": bob.id})
    chat = await open_chat(alice)
    page, keyboard = chat.page, chat.page.keyboard
    await _tab_to(page, page.get_by_test_id("new-conversation"))
    await keyboard.press("Enter")
    await _tab_to(page, chat.dialog.locator("[data-new-group]"))
    await keyboard.press("Enter")
    await _tab_to(page, chat.dialog.get_by_label("Group name"))
    await keyboard.type("Garden")
    await _begin_with(chat, "Bob")
    await keyboard.type("a slip")
    await keyboard.press("Enter")
    await chat.expect_status("a slip", "sent")
    await _tab_to(page, page.get_by_role("region", name="Messages"), "Shift+Tab")
    await keyboard.press("ArrowUp")
    await expect(chat.message("a slip")).to_be_focused()
    await keyboard.press("Delete")
    await _tab_to(page, chat.dialog.locator("[data-confirm]"))
    await keyboard.press("Enter")
    await expect(chat.message("a slip")).to_have_count(0)

    await _tab_to(page, page.get_by_role("button", name="Conversation details"), "Shift+Tab")
    await keyboard.press("Enter")
    await _tab_to(page, chat.details.get_by_role("button", name="Leave"))
    await keyboard.press("Enter")
    await _tab_to(page, chat.dialog.last.locator("[data-confirm]"))
    await keyboard.press("Enter")
    await expect(chat.item("Garden")).to_have_count(0)
