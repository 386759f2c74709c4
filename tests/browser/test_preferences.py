"""Language, theme, and the ways a session ends."""

from playwright.async_api import expect

from tests.browser.conftest import OpenChat, Visit
from tests.browser.entrance_page import EntrancePage
from tests.people import Town

FRENCH, ENGLISH = "Écrire un message", "Write a message"


async def test_language_changes_at_once_and_stays_after_a_reload(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    chat = await open_chat(alice, conversation["_id"])
    await chat.write("kept while the page changes its language")
    await chat.expect_status("kept while", "sent")
    await chat.mark()
    await expect(chat.composer).to_have_attribute("placeholder", ENGLISH)

    await chat.open_window("Profile")
    await chat.dialog.get_by_text("Français").click()
    await expect(chat.composer).to_have_attribute("placeholder", FRENCH)
    await expect(chat.dialog).to_have_accessible_name("Profil")
    await expect(chat.dialog.get_by_role("radio", name="Français")).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.locator("html")).to_have_attribute("lang", "fr")
    await expect(chat.profile).to_be_focused()
    await expect(chat.messages).to_have_count(1)
    assert await chat.is_marked()

    await chat.page.reload()
    await expect(chat.composer).to_have_attribute("placeholder", FRENCH)
    assert (await alice.get("users/me"))["locale"] == "fr"


async def test_theme_changes_at_once_and_stays_after_a_reload(town: Town, open_chat: OpenChat) -> None:
    chat = await open_chat(await town.person("Alice"), color_scheme="light")
    await chat.mark()
    body = chat.page.locator("body")
    light = await body.evaluate("body => getComputedStyle(body).backgroundColor")

    await chat.open_window("Profile")
    await chat.dialog.get_by_text("Dark").click()
    await expect(body).not_to_have_css("background-color", light)
    assert await chat.is_marked()

    dark = await body.evaluate("body => getComputedStyle(body).backgroundColor")
    await chat.page.reload()
    await expect(body).to_have_css("background-color", dark)
    await chat.until_ready()
    await expect(body).to_have_css("background-color", dark)


async def test_nothing_is_left_open_when_one_signs_out(town: Town, visit: Visit) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    visitor = await visit(town.server)
    await visitor.sign_in(alice)
    chat = await visitor.chat(conversation["_id"])
    await chat.composer.fill("a draft nobody else shall find")
    await chat.profile.click()
    await chat.page.get_by_role("button", name="Sign out").click()

    await expect(chat.page).to_have_url(f"{town.server.url}/login")
    await expect(EntrancePage(chat.page, visitor.watch).note).to_have_count(0)
    assert await chat.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []
    await chat.page.goto("/")
    await expect(chat.page).to_have_url(f"{town.server.url}/login")
    await expect(chat.page.locator(".shell")).to_have_count(0)


async def test_one_goes_on_hearing_when_signing_out_was_refused(town: Town, visit: Visit) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    visitor = await visit(town.server)
    await visitor.sign_in(alice)
    chat = await visitor.chat(conversation["_id"])
    visitor.watch.expect_status(503)
    refusal = {"code": "unavailable", "error": "Not now."}
    await chat.page.route("**/api/auth/logout", lambda route: route.fulfill(status=503, json=refusal))
    await chat.profile.click()
    await chat.page.get_by_role("button", name="Sign out").click()
    await chat.until_connected()
    await (await bob.connect()).send(conversation["_id"], "Still there?")
    await expect(chat.message("Still there?")).to_be_visible()


async def test_one_is_told_and_led_back_when_the_session_was_ended_elsewhere(
    town: Town, visit: Visit
) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    visitor = await visit(town.server)
    await visitor.sign_in(alice)
    chat = await visitor.chat(conversation["_id"])
    visitor.watch.expect_status(401)

    # All others: this one belongs to the token that REST was given.
    assert (await alice.request("DELETE", "sessions")).status_code == 204
    login = EntrancePage(chat.page, visitor.watch)
    await expect(login.title).to_have_text("Sign in")
    await expect(login.note).to_contain_text("session has ended")

    back = await login.sign_in(alice.email)
    await expect(back.title).to_have_text("Bob")
