"""Real Chromium, a fresh context for each person, and nothing to complain of at the end of each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.chat_page import ChatPage
from tests.browser.chromium import launch
from tests.browser.visitor import Visitor
from tests.people import Person, Town
from tests.server import ServerProcess

Visit = Callable[..., Awaitable[Visitor]]
OpenChat = Callable[..., Awaitable[ChatPage]]
Meet = Callable[..., Awaitable[tuple[ChatPage, ChatPage]]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for the whole run."""
    async with async_playwright() as playwright:
        started = await launch(playwright)
        yield started
        await started.close()


@pytest.fixture
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    """Brings somebody with a browser of their own: `await visit(server, locale="fr-FR")`."""
    visitors: list[Visitor] = []

    async def arrive(server: ServerProcess, **options: Any) -> Visitor:
        visitor = await Visitor.arrive(browser, server, **options)
        visitors.append(visitor)
        return visitor

    yield arrive
    for visitor in visitors:
        await visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.watch.complaints] == []


@pytest.fixture
async def open_chat(visit: Visit) -> OpenChat:
    """A person's chat in a browser of their own: `await open_chat(alice, conversation_id)`."""

    async def open_for(person: Person, conversation_id: str | None = None, **options: Any) -> ChatPage:
        visitor = await visit(person.server, **options)
        await visitor.sign_in(person)
        return await visitor.chat(conversation_id)

    return open_for


@pytest.fixture
async def meet(open_chat: OpenChat) -> Meet:
    """Two new people of a server with their common conversation open: `alice, bob = await meet(own_server)`."""

    async def two(server: ServerProcess) -> tuple[ChatPage, ChatPage]:
        alice, bob = await Town(server).people("Alice", "Bob")
        conversation = await alice.direct_with(bob)
        return await open_chat(alice, conversation["_id"]), await open_chat(bob, conversation["_id"])

    return two
