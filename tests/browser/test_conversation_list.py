"""The list: what it shows of each conversation, how it is searched and filtered, and the ways to jump."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import OpenChat
from tests.people import Town


async def test_the_list_is_filtered_by_what_is_unread_a_group_or_put_away(
    town: Town, open_chat: OpenChat
) -> None:
    alice, bob, carla = await town.people("Alice", "Bob", "Carla")
    group = await alice.group_with(bob, name="Garden")
    await alice.direct_with(bob)
    direct = await alice.direct_with(carla)
    await (await carla.connect()).send(direct["_id"], "unread")
    chat = await open_chat(alice)
    kinds = chat.page.get_by_role("group", name="Filter conversations")
    await expect(chat.items).to_have_count(3)
    for kind, names in (("Unread", ["Carla"]), ("Groups", ["Garden"])):
        await kinds.get_by_role("button", name=kind).click()
        await expect(chat.items).to_contain_text(names)
        await expect(chat.items).to_have_count(1)
    await kinds.get_by_role("button", name="Archived").click()
    await expect(chat.page.get_by_text("Nothing archived.")).to_be_visible()

    await chat.page.goto(f"/#/c/{group['_id']}")
    await chat.page.get_by_role("button", name="Conversation details").click()
    await chat.details.get_by_role("switch", name="Archive").check()
    await expect(chat.items).to_contain_text(["Garden"])
    await kinds.get_by_role("button", name="All").click()
    await expect(chat.items).to_have_count(2)
    await expect(chat.item("Garden")).to_have_count(0)
    await chat.page.get_by_role("searchbox").fill("gard")
    await expect(chat.items).to_contain_text(["Garden"])


async def test_ctrl_k_leads_to_a_conversation_and_to_a_person(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    await town.person("Zoé Saut-Unique")
    await alice.group_with(bob, name="Garden")
    chat = await open_chat(alice)
    keyboard = chat.page.keyboard
    await keyboard.press("Control+k")
    await expect(chat.dialog.get_by_role("combobox")).to_be_focused()
    await keyboard.type("gar")
    await expect(chat.dialog.get_by_role("option", selected=True)).to_have_text("Garden")
    await keyboard.press("Enter")
    await expect(chat.title).to_have_text("Garden")
    await expect(chat.composer).to_be_focused()

    await keyboard.press("Control+k")
    await expect(chat.dialog.get_by_role("combobox")).to_be_focused()
    await keyboard.type("saut-uni")
    await expect(chat.dialog.get_by_role("option", selected=True)).to_have_text("Zoé Saut-Unique")
    await keyboard.press("Enter")
    await expect(chat.title).to_have_text("Zoé Saut-Unique")


async def test_a_deletion_elsewhere_brings_a_notice(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    group = await bob.group_with(alice, name="Garden")
    direct = await bob.direct_with(alice)
    device = await bob.connect()
    sent = await device.send(group["_id"], "a slip")
    chat = await open_chat(alice, direct["_id"])
    await device.call("delete-message", {"messageId": sent["messageId"], "conversationId": group["_id"]})
    await expect(chat.toasts).to_contain_text(["A message was deleted."])
