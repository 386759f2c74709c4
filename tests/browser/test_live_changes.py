"""What others do shows at once: edits, deletions, reactions, the group's changes, who writes and who is there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat
from tests.people import Device, Json, Person, Town


@dataclass
class Group:
    """Alice looks at a group of three; Bob and Carla act by their own clients."""

    chat: ChatPage
    alice: Person
    bob: Person
    carla: Person
    device: Device
    id: str

    async def send(self, content: str) -> Json:
        return await self.device.send(self.id, content)

    async def act(self, event: str, **data: object) -> None:
        """Bob does something in the group."""
        answer = await self.device.call(event, {"conversationId": self.id, **data})
        assert answer["success"], answer


@pytest.fixture
async def group(town: Town, open_chat: OpenChat) -> Group:
    alice, bob, carla = await town.people("Alice", "Bob", "Carla")
    conversation = await bob.group_with(alice, carla, name="Garden")
    chat = await open_chat(alice, conversation["_id"])
    return Group(chat, alice, bob, carla, await bob.connect(), conversation["_id"])


async def test_an_edit_replaces_the_text_and_says_so(group: Group) -> None:
    sent = await group.send("on Mnday")
    await group.act("edit-message", messageId=sent["messageId"], content="on Monday")
    message = group.chat.message("on Monday")
    await expect(message.get_by_text("edited")).to_be_visible()
    await expect(group.chat.messages).to_have_count(1)


async def test_a_deletion_leaves_a_place_holder(group: Group) -> None:
    sent = await group.send("a slip")
    await group.send("what stays")
    await group.act("delete-message", messageId=sent["messageId"])
    await expect(group.chat.texts).to_have_text(["Message deleted", "what stays"])


async def test_reactions_gather_under_the_message_and_go(group: Group) -> None:
    sent = await group.send("Cake?")
    await group.act("add-reaction", messageId=sent["messageId"], emoji="👍")
    carla = await group.carla.connect()
    reaction = {"messageId": sent["messageId"], "conversationId": group.id, "emoji": "👍"}
    await carla.call("add-reaction", reaction)
    reactions = group.chat.message("Cake?").locator(".reaction")
    await expect(reactions).to_have_text("👍 2", use_inner_text=True)
    await expect(reactions).to_have_attribute("title", "Bob, Carla")
    await group.act("remove-reaction", messageId=sent["messageId"], emoji="👍")
    await expect(reactions).to_have_attribute("title", "Carla")
    await carla.call("remove-reaction", reaction)
    await expect(reactions).to_have_count(0)


async def test_a_new_name_shows_everywhere_and_stands_in_the_history(group: Group) -> None:
    await group.act("group-info-updated", updates={"name": "Orchard"})
    await expect(group.chat.title).to_have_text("Orchard")
    await expect(group.chat.items).to_contain_text(["Orchard"])
    await expect(group.chat.system_lines).to_have_text(["Bob renamed the group “Orchard”"])


async def test_members_come_and_go_with_a_line_each(group: Group, town: Town) -> None:
    dan = await town.person("Dan")
    await expect(group.chat.presence).to_contain_text("3 members")
    await group.act("user-added-to-group", newUserId=dan.id)
    await expect(group.chat.presence).to_contain_text("4 members")
    await group.act("user-removed-from-group", removedUserId=dan.id)
    await expect(group.chat.presence).to_contain_text("3 members")
    await expect(group.chat.system_lines).to_have_text(["Bob added Dan", "Bob removed Dan"])


async def test_the_page_goes_back_to_the_list_when_one_is_removed(group: Group) -> None:
    await group.act("user-removed-from-group", removedUserId=group.alice.id)
    await expect(group.chat.composer).to_have_count(0)
    await expect(group.chat.items).to_have_count(0)
    await expect(group.chat.toasts).to_contain_text(["You are no longer part of this group."])


async def test_one_sees_who_writes_until_the_message_has_come(group: Group) -> None:
    await group.act("typing", isTyping=True)
    await expect(group.chat.typing).to_have_text("Bob is typing…")
    await expect(group.chat.item("Garden")).to_contain_text("typing…")
    await group.send("Here it is")
    await expect(group.chat.message("Here it is")).to_be_visible()
    await expect(group.chat.typing).to_have_text("")


async def test_one_sees_who_is_there(group: Group, open_chat: OpenChat) -> None:
    await expect(group.chat.presence).to_contain_text("1 online")
    carla = await group.carla.connect()
    await expect(group.chat.presence).to_contain_text("2 online")
    await carla.close()
    await expect(group.chat.presence).to_contain_text("1 online")


async def test_a_message_elsewhere_brings_a_notice_that_leads_there(group: Group) -> None:
    direct = await group.bob.direct_with(group.alice)
    await group.device.send(direct["_id"], "psst")
    await expect(group.chat.page).to_have_title("(1) Causerie")
    await group.chat.toasts.filter(has_text="psst").get_by_role("button", name="Bob").click()
    await expect(group.chat.message("psst")).to_be_visible()
    await expect(group.chat.page).to_have_title("Causerie")
