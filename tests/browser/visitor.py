"""Somebody at a browser of their own: a context with its cookies and storage, and the watch over it."""

from __future__ import annotations

from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.entrance_page import EntrancePage
from tests.browser.watch import Watch
from tests.people import PASSWORD, Person
from tests.server import ServerProcess

WITHIN_MS = 10_000
LANGUAGE = "en-GB"
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}

expect.set_options(timeout=WITHIN_MS)


class Visitor:
    """A context on one server. `arrive` makes one."""

    def __init__(
        self, server: ServerProcess, context: BrowserContext, watch: Watch, language: str = LANGUAGE
    ) -> None:
        self.server = server
        self.context = context
        self.watch = watch
        self.language = language

    @classmethod
    async def arrive(cls, browser: Browser, server: ServerProcess, **options: Any) -> Visitor:
        """Open a fresh context; `options` are Playwright's for a context."""
        # A service worker would fetch for the pages, out of sight of who watches what they ask for.
        given = {"locale": LANGUAGE, "viewport": {"width": 1280, "height": 800}, "service_workers": "block"}
        chosen = {**given, **options}
        context = await browser.new_context(base_url=server.url, **chosen)
        context.set_default_timeout(WITHIN_MS)
        watch = Watch(server.url)
        await watch.follow(context)
        return cls(server, context, watch, chosen["locale"])

    async def new_page(self) -> Page:
        return await self.context.new_page()

    async def enter(self, path: str) -> EntrancePage:
        """One of the pages before the chat."""
        page = await self.new_page()
        await page.goto(path)
        return EntrancePage(page, self.watch)

    async def sign_in(self, person: Person, password: str = PASSWORD) -> None:
        """Sign in by the form's own request, for stories that begin after it. The profile speaks as the browser."""
        await person.request("PATCH", "users/me", {"locale": self.language.split("-", 1)[0]})
        answer = await self.context.request.post(
            "/login",
            form={"email": person.email, "password": password},
            headers={"Origin": self.server.url},
            max_redirects=0,
        )
        assert answer.status == 303, await answer.text()

    async def chat(self, conversation_id: str | None = None) -> ChatPage:
        """The chat in a new tab, once its list is there; with an id that conversation is open."""
        chat = ChatPage(await self.new_page(), self.watch)
        await chat.open(conversation_id)
        return chat
