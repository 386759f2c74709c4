"""The windows: profile, devices, contacts, new group, details; each does what it says, and gives the focus back."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import OpenChat, Visit
from tests.people import PASSWORD, Town, visit

NEW_PASSWORD = "a wholly different sentence"


async def test_a_new_name_is_seen_by_the_others(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    chat = await open_chat(alice)
    window = await chat.open_window("Profile")
    await window.get_by_label("Name").fill("Alice Martin")
    await window.get_by_role("button", name="Save").click()
    await expect(window.get_by_role("status")).to_have_text("Name saved")
    assert (await bob.get(f"users/{alice.id}"))["name"] == "Alice Martin"
    await chat.page.keyboard.press("Escape")
    await expect(chat.profile).to_be_focused()


async def test_a_password_is_changed_only_by_who_knows_the_old_one(town: Town, open_chat: OpenChat) -> None:
    alice = await town.person("Alice")
    chat = await open_chat(alice)
    chat.watch.expect_status(400, 401, 403)
    window = await chat.open_window("Profile")
    await window.get_by_text("Password", exact=True).click()
    for current in ("not the old one", PASSWORD):
        await window.get_by_label("Current password").fill(current)
        await window.get_by_label("New password").fill(NEW_PASSWORD)
        await window.get_by_role("button", name="Change password").click()
        if current != PASSWORD:
            await expect(window.get_by_role("alert")).to_be_visible()
    await expect(window.get_by_role("status")).to_have_text("Password changed")
    async with visit(town.server) as http:
        signed_in = {"email": alice.email, "password": NEW_PASSWORD}
        assert (await http.post("/api/auth/login", json=signed_in)).status_code == 200


async def test_another_device_is_signed_out_from_here(town: Town, visit: Visit) -> None:
    alice = await town.person("Alice")
    here, elsewhere = await visit(town.server), await visit(town.server)
    for visitor in (here, elsewhere):
        await visitor.sign_in(alice)
    chat, other = await here.chat(), await elsewhere.chat()
    elsewhere.watch.expect_status(401)
    window = await chat.open_window("Devices")
    # This one, the other one, and the one of the access token that the tests hold.
    await expect(window.locator(".person-row")).to_have_count(3)
    await expect(window.locator(".person-row").first).to_contain_text("This device")
    await window.get_by_role("button", name="Sign all others out").click()
    await chat.dialog.last.get_by_role("button", name="Sign all others out").click()
    await expect(window.locator(".person-row")).to_have_count(1)
    await expect(other.page).to_have_url(f"{town.server.url}/login?ended=1&next=%2F")


async def test_somebody_is_found_added_written_to_blocked_and_forgiven(
    town: Town, open_chat: OpenChat
) -> None:
    alice, bob = await town.people("Alice", "Bob Durand-Unique")
    chat = await open_chat(alice)
    window = await chat.open_window("Contacts")
    await window.get_by_role("searchbox").fill("durand-uni")
    row = window.locator(".person-row")
    await expect(row).to_have_count(1)
    await row.get_by_role("button", name="Add Bob").click()
    await expect(window.get_by_role("heading", name="My contacts")).to_be_visible()
    await expect(row).to_contain_text("offline")
    bobs = await bob.connect()
    await expect(row).to_contain_text("online")

    await row.get_by_role("button", name="More actions for Bob").click()
    await chat.dialog.last.get_by_role("button", name="Block").click()
    await chat.dialog.last.get_by_role("button", name="Block").click()
    await expect(window.get_by_role("heading", name="Blocked")).to_be_visible()
    refused = await bobs.call("send-message", {"receiverId": alice.id, "content": "Hello?"})
    assert refused["code"] == "forbidden"

    await row.get_by_role("button", name="More actions for Bob").click()
    await chat.dialog.last.get_by_role("button", name="Unblock").click()
    await expect(window.get_by_role("heading", name="My contacts")).to_be_visible()
    await row.get_by_role("button", name="Write to Bob").click()
    await expect(chat.title).to_have_text("Bob Durand-Unique")
    await expect(chat.dialog).to_have_count(0)


async def test_a_group_is_made_renamed_and_given_a_description(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob Groupe")
    device = await bob.connect()
    chat = await open_chat(alice)
    await chat.begin_with("Bob Groupe", group="Garden")
    await expect(chat.title).to_have_text("Garden")
    await device.wait_for("conversation-created")

    details = chat.page.get_by_role("button", name="Conversation details")
    await details.click()
    await chat.details.get_by_role("button", name="Edit group").click()
    form = chat.dialog
    await form.get_by_label("Group name").fill("Orchard")
    await form.get_by_label("Description").fill("Apples and pears")
    await form.get_by_role("button", name="Save").click()
    await expect(chat.dialog).to_have_count(0)
    await expect(chat.details).to_contain_text("Apples and pears")
    await expect(chat.title).to_have_text("Orchard")


async def test_members_are_added_promoted_and_removed(town: Town, open_chat: OpenChat) -> None:
    alice, bob, carla = await town.people("Alice", "Bob Membre", "Carla Membre")
    group = await alice.group_with(bob, name="Garden")
    chat = await open_chat(alice, group["_id"])
    await chat.page.get_by_role("button", name="Conversation details").click()
    window = chat.details
    await window.get_by_role("button", name="Add members").click()
    picker = chat.dialog
    await picker.get_by_role("searchbox").fill("membre")
    await expect(picker.get_by_role("checkbox")).to_have_count(1)
    await picker.get_by_role("checkbox", name="Carla Membre").check()
    await picker.get_by_role("button", name="Add", exact=True).click()
    rows = window.locator(".person-row")
    await expect(rows).to_have_count(3)

    bobs = rows.filter(has_text="Bob Membre")
    await bobs.get_by_role("button", name="More actions for Bob").click()
    await chat.dialog.last.get_by_role("button", name="Make moderator").click()
    await expect(bobs).to_contain_text("Moderator")

    await rows.filter(has_text="Carla").get_by_role("button", name="More actions for Carla").click()
    await chat.dialog.last.get_by_role("button", name="Remove from the group").click()
    await chat.dialog.last.get_by_role("button", name="Remove", exact=True).click()
    await expect(rows).to_have_count(2)
    assert all(each["_id"] != group["_id"] for each in (await carla.get("conversations"))["conversations"])


async def test_the_last_admin_names_a_successor_and_leaves(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    group = await alice.group_with(bob, name="Garden")
    chat = await open_chat(alice, group["_id"])
    await chat.page.get_by_role("button", name="Conversation details").click()
    await chat.details.get_by_role("button", name="Leave group").click()
    await chat.dialog.get_by_label("Who is admin next?").select_option("Bob")
    await chat.dialog.get_by_role("button", name="Leave group").click()
    await expect(chat.dialog).to_have_count(0)
    await expect(chat.items).to_have_count(0)
    left = await bob.get(f"conversations/{group['_id']}")
    assert [(each["_id"], each["role"]) for each in left["participants"]] == [(bob.id, "admin")]


async def test_a_muted_conversation_brings_no_notice_and_no_count(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    group = await bob.group_with(alice, name="Garden")
    direct = await bob.direct_with(alice)
    chat = await open_chat(alice, group["_id"])
    await chat.page.get_by_role("button", name="Conversation details").click()
    await chat.details.get_by_role("switch", name="Mute").check()
    await chat.item("Bob").click()
    device = await bob.connect()
    await device.send(group["_id"], "nobody hears this")
    await device.send(direct["_id"], "but this")
    await expect(chat.message("but this")).to_be_visible()
    await expect(chat.item("Garden")).to_contain_text("nobody hears this")
    await expect(chat.toasts).to_have_count(0)
    await expect(chat.page).to_have_title("Causerie")
    assert (await alice.get(f"conversations/{group['_id']}"))["muted"] is True
