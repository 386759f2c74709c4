"""The pages before the chat: set up, sign in, join."""

from __future__ import annotations

from playwright.async_api import Locator, Page

from tests.browser.chat_page import ChatPage
from tests.browser.watch import Watch
from tests.people import PASSWORD


class EntrancePage:
    """A form in a card."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page = page
        self.watch = watch
        self.title: Locator = page.get_by_role("heading", level=1)
        self.alert: Locator = page.get_by_role("alert")
        self.note: Locator = page.get_by_role("status")
        self.submit: Locator = page.get_by_role("button")

    def field(self, name: str) -> Locator:
        return self.page.locator(f"input[name={name}]")

    async def make_account(self, name: str, email: str, password: str = PASSWORD) -> ChatPage:
        await self.field("name").fill(name)
        return await self.sign_in(email, password)

    async def sign_in(self, email: str, password: str = PASSWORD) -> ChatPage:
        await self.field("email").fill(email)
        await self.field("password").fill(password)
        await self.submit.click()
        return ChatPage(self.page, self.watch)
