"""One person on three devices: what happens on one of them shows on the others, once and without a reload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat
from tests.browser.visitor import PHONE
from tests.people import Device, Town

DEVICES: Final[tuple[dict[str, Any], ...]] = (
    {},
    PHONE,
    {"viewport": {"width": 820, "height": 1180}, "has_touch": True},
)


@dataclass
class Company:
    """Alice's list on three devices; Bob writes by his own client."""

    devices: list[ChatPage]
    bob: Device
    id: str

    async def open(self) -> None:
        """Open the conversation on each device."""
        for device in self.devices:
            await device.item("Bob").click()
            await expect(device.composer).to_be_visible()


@pytest.fixture
async def company(town: Town, open_chat: OpenChat) -> Company:
    alice, bob = await town.people("Alice", "Bob")
    conversation = (await alice.direct_with(bob))["_id"]
    device = await bob.connect()
    await device.send(conversation, "Are you there?")
    return Company([await open_chat(alice, **each) for each in DEVICES], device, conversation)


async def test_what_is_written_and_changed_on_one_is_so_on_all(company: Company) -> None:
    desk, phone, tablet = company.devices
    await company.open()
    await phone.write("from the phone", "a slip")
    for device in company.devices:
        await expect(device.texts).to_have_text(["Are you there?", "from the phone", "a slip"])
    await desk.composer.press("ArrowUp")
    await desk.composer.fill("no slip")
    await desk.composer.press("Enter")
    for device in company.devices:
        await expect(device.texts).to_have_text(["Are you there?", "from the phone", "no slip"])
        await device.expect_status("from the phone", "delivered")
    await company.bob.call("mark-conversation-as-read", {"conversationId": company.id})
    for device in company.devices:
        await device.expect_status("no slip", "read")
    await expect(tablet.message("no slip").get_by_text("edited")).to_be_visible()


async def test_what_is_read_on_one_is_read_on_all(company: Company) -> None:
    desk, phone, tablet = company.devices
    for device in company.devices:
        await expect(device.item("Bob").locator(".badge")).to_have_text("1")
    await phone.item("Bob").click()
    await expect(phone.message("Are you there?")).to_be_visible()
    for device in (desk, tablet):
        await expect(device.item("Bob").locator(".badge")).to_have_count(0)
