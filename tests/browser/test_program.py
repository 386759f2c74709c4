"""Installed: the program opens without a line, and is never an old one with a line."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import OpenChat, Visit
from tests.conftest import Serve
from tests.people import Town
from tests.server import ServerProcess

READY = "navigator.serviceWorker.ready.then(({ active }) => active.state)"
KEPT = "caches.keys().then(async ([name]) => (await (await caches.open(name)).keys()).length)"


async def test_the_program_opens_while_the_server_is_gone(
    own_server: ServerProcess, open_chat: OpenChat
) -> None:
    chat = await open_chat(await Town(own_server).person("Alice"), service_workers="allow")
    await chat.page.evaluate(READY)
    assert await chat.page.evaluate(KEPT) > 1
    chat.watch.expect_breaks()
    await own_server.kill()
    await chat.page.reload()
    await expect(chat.page.locator(".shell")).to_be_visible()
    await expect(chat.banner).to_be_visible()
    await own_server.start()
    await chat.until_ready()


async def test_the_manifest_names_icons_that_are_there(
    own_server: ServerProcess, open_chat: OpenChat
) -> None:
    chat = await open_chat(await Town(own_server).person("Alice"))
    href = await chat.page.locator("link[rel=manifest]").get_attribute("href")
    answer = await chat.page.context.request.get(str(href))
    icons = json.loads(await answer.text())["icons"]
    assert [Path(each["src"]).suffix for each in icons] == [".png"] * 3
    for icon in icons:
        found = await chat.page.context.request.get(icon["src"])
        assert found.headers["content-type"] == icon["type"]


async def test_the_components_are_shown_in_development_only(serve: Serve, visit: Visit) -> None:
    outside = await visit(await serve())
    outside.watch.expect_status(404)
    refused = await outside.enter("/styleguide")
    await expect(refused.page.locator(".styleguide")).to_have_count(0)

    inside = await visit(await serve(CHAT_ENV="development"))
    page = (await inside.enter("/styleguide")).page
    await expect(page.get_by_role("heading", name="Over the page")).to_be_visible()
    await expect(page.locator(".message")).to_have_count(14)
