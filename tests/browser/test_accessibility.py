"""axe finds nothing on any page, dialog or state, in neither theme."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import FilePayload, Route, ViewportSize, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenChat, Visit
from tests.files import PICTURE
from tests.people import Town
from tests.server import ServerProcess

WIDE = ViewportSize(width=1280, height=800)
NARROW = ViewportSize(width=1100, height=800)
PHONE = ViewportSize(width=390, height=844)
PNG = FilePayload(name="plan.png", mimeType="image/png", buffer=PICTURE)
LONG = (
    "# Not a title\n> a quote\n\n- one\n- two\n\n`code` **bold** *italic* ~~gone~~ https://example.org\n\n```\n"
    + "block, " * 40
    + "\n```"
)


async def test_the_pages_before_the_chat_are_accessible(own_server: ServerProcess, visit: Visit) -> None:
    visitor = await visit(own_server)
    visitor.watch.expect_status(401, 403, 404)
    setup = await visitor.enter("/setup")
    assert await violations(setup.page) == []

    owner = await Town(own_server).person("Olive")
    link = (await owner.post("invitations"))["url"]
    login = await visitor.enter("/login?ended=1")
    assert await violations(login.page) == []
    await login.sign_in("nobody@example.org")
    await expect(login.alert).to_be_visible()
    assert await violations(login.page) == []
    for path in (link, "/join/not-an-invitation", "/nowhere"):
        page = await visitor.enter(path)
        assert await violations(page.page) == []


async def test_the_empty_chat_and_its_dialogs_are_accessible(
    own_server: ServerProcess, open_chat: OpenChat
) -> None:
    town = Town(own_server)
    chat = await open_chat(await town.person("Olive"))
    await expect(chat.invite_link).not_to_have_value("")
    assert await violations(chat.page) == []
    await town.people("Bob", "Carla")

    for name in ("New conversation", "Invite somebody"):
        await chat.page.get_by_role("navigation").get_by_role("button", name=name).first.click()
        await expect(chat.dialog).to_be_visible()
        assert await violations(chat.page) == []
        await chat.page.keyboard.press("Escape")
    await chat.profile.click()
    await expect(chat.page.get_by_role("dialog")).to_be_visible()
    assert await violations(chat.page) == []


async def test_every_window_is_accessible(town: Town, open_chat: OpenChat) -> None:
    alice, bob, carla = await town.people("Alice", "Bob", "Carla")
    group = await alice.group_with(bob, carla, name="Garden")
    await alice.post("contacts", {"userId": bob.id})
    await alice.request("PUT", f"contacts/{carla.id}/block")
    chat = await open_chat(alice, group["_id"])
    for name in ("Profile", "Contacts", "Devices", "Keyboard shortcuts"):
        window = await chat.open_window(name)
        await expect(window.locator(".skeletons")).to_have_count(0)
        for summary in await window.locator("summary").all():
            await summary.click()
        assert await violations(chat.page) == [], name
        await chat.page.keyboard.press("Escape")

    await chat.page.keyboard.press("Control+k")
    await chat.dialog.get_by_role("combobox").fill("b")
    await expect(chat.dialog.get_by_role("option").first).to_be_visible()
    assert await violations(chat.page) == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["pane", "window"])
async def test_details_are_accessible(town: Town, open_chat: OpenChat, size: ViewportSize) -> None:
    alice, bob = await town.people("Alice", "Bob")
    group = await alice.group_with(bob, name="Garden")
    await alice.direct_with(bob)
    chat = await open_chat(alice, group["_id"])
    await chat.page.set_viewport_size(size)
    details = chat.page.get_by_role("button", name="Conversation details")
    await details.click()
    await expect(chat.details).to_be_visible()
    windows = await chat.dialog.count()
    assert windows == (0 if size == WIDE else 1)
    assert await violations(chat.page) == []
    for name in ("Edit group", "Add members", "More actions for Bob", "Leave group"):
        await chat.details.get_by_role("button", name=name).click()
        await expect(chat.dialog).to_have_count(windows + 1)
        assert await violations(chat.page) == [], name
        await chat.page.keyboard.press("Escape")
    if windows:
        await chat.page.keyboard.press("Escape")
    await chat.item("Bob").click()
    await expect(chat.title).to_have_text("Bob")
    if windows:
        await details.click()
    await expect(chat.details.get_by_role("button", name="Block")).to_be_visible()
    assert await violations(chat.page) == []


async def test_what_is_done_with_messages_is_accessible(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    direct = await alice.direct_with(bob)
    device = await bob.connect()
    first = await device.send(direct["_id"], "Who brings cake?")
    chat = await open_chat(alice, direct["_id"])
    await chat.write("I do")
    await chat.expect_status("I do", "delivered")
    await device.send(direct["_id"], "Good", replyTo=first["messageId"])
    await chat.message("I do").locator(".message__bubble").hover()
    await expect(chat.page.locator(".message-toolbar")).to_be_visible()
    assert await violations(chat.page) == []
    for intent in ("react", "info", "delete", "edit", "reply"):
        await chat.message("I do").focus()
        await chat.page.keyboard.press("Enter")
        assert await violations(chat.page) == [], "menu"
        await chat.dialog.locator(f"[data-intent={intent}]").last.click()
        if intent == "react":
            await expect(chat.dialog.locator("[data-emoji]").first).to_be_visible()
        assert await violations(chat.page) == [], intent
        await chat.page.keyboard.press("Escape")


async def test_files_on_their_way_are_accessible(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    chat = await open_chat(alice, (await alice.direct_with(bob))["_id"])
    await chat.pick(PNG)
    await chat.drag(PNG)
    assert await violations(chat.page) == []
    await chat.drop(PNG)
    await expect(chat.chosen_files).to_have_count(2)
    assert await violations(chat.page) == []
    await chat.page.set_viewport_size(PHONE)
    assert await violations(chat.page) == []

    chat.watch.expect_status(413)
    uploads: asyncio.Queue[Route] = asyncio.Queue()
    await chat.page.route("**/api/attachments", uploads.put)
    await chat.write("Look")
    upload = await uploads.get()
    await expect(chat.progress).to_be_visible()
    assert await violations(chat.page) == []
    await upload.fulfill(status=413, json={"code": "too_large", "error": "Too large."})
    await expect(chat.message("Look")).to_have_attribute("data-status", "failed")
    assert await violations(chat.page) == []


async def test_conversations_are_accessible_on_a_wide_screen_and_on_a_phone(
    town: Town, open_chat: OpenChat
) -> None:
    alice, bob, carla = await town.people("Alice", "Bob", "Carla")
    group = await bob.group_with(alice, name="Garden")
    direct = await carla.direct_with(alice)
    device = await bob.connect()
    sent = await device.send(group["_id"], LONG)
    await device.call(
        "add-reaction", {"messageId": sent["messageId"], "conversationId": group["_id"], "emoji": "🎉"}
    )
    await device.send(group["_id"], "second")
    await (await carla.connect()).send(direct["_id"], "Hello?")

    chat = await open_chat(alice)
    await expect(chat.items).to_have_count(2)
    assert await violations(chat.page) == []
    await chat.page.set_viewport_size(PHONE)
    assert await violations(chat.page) == []

    await chat.item("Garden").click()
    await chat.write("mine")
    await chat.expect_status("mine", "delivered")
    await device.call("user-added-to-group", {"conversationId": group["_id"], "newUserId": carla.id})
    await device.call("typing", {"conversationId": group["_id"], "isTyping": True})
    await expect(chat.typing).to_contain_text("Bob")
    assert await violations(chat.page) == []
    await chat.page.set_viewport_size(WIDE)
    assert await violations(chat.page) == []


async def test_what_goes_wrong_is_shown_accessibly(own_server: ServerProcess, open_chat: OpenChat) -> None:
    alice, bob = await Town(own_server).people("Alice", "Bob")
    direct = await alice.direct_with(bob)
    device = await bob.connect()
    chat = await open_chat(alice)
    await device.send(direct["_id"], "Are you there?")
    await chat.item("Bob").click()
    await chat.write("one too many e" + "\u0301" * 9)
    await expect(chat.messages.last).to_have_attribute("data-status", "failed")
    assert await violations(chat.page) == []

    chat.watch.expect_breaks()
    await device.close()
    await own_server.kill()
    await chat.write("later")
    await expect(chat.banner).to_be_visible()
    assert await violations(chat.page) == []
