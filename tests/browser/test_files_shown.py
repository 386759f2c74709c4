"""Sounds, films and documents in messages, and what is said of files where there is one line for them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from playwright.async_api import FilePayload, Locator, Response, expect

from tests.browser.album import documents, film, photographs, send_files, tune
from tests.browser.axe import violations
from tests.browser.conftest import OpenChat
from tests.browser.test_phone import PHONE
from tests.files import PDF
from tests.people import Person, Town

UNTIL_IT_MOVES = """player => new Promise((resolve) =>
  player.addEventListener("timeupdate", () => player.currentTime > 0 && resolve(player.currentTime)))"""
UNTIL_PAUSED = 'player => new Promise((resolve) => player.addEventListener("pause", () => resolve(true)))'
HAVE_METADATA = 1


@dataclass
class Pair:
    alice: Person
    bob: Person
    id: str


@pytest.fixture
async def pair(town: Town) -> Pair:
    alice, bob = await town.people("Alice", "Bob")
    return Pair(alice, bob, (await alice.direct_with(bob))["_id"])


async def play_by_key(player: Locator) -> float:
    """Start a player as who has no mouse does; how far it has come when it moves."""
    moving = asyncio.create_task(player.evaluate(UNTIL_IT_MOVES))
    await player.focus()
    await player.press("Space")
    return float(await moving)


async def test_a_film_and_a_sound_play_by_keyboard_and_one_at_a_time(pair: Pair, open_chat: OpenChat) -> None:
    await send_files(pair.bob, pair.id, await film(pair.bob))
    await send_files(pair.bob, pair.id, await tune(pair.bob))
    chat = await open_chat(pair.alice, pair.id)
    video = chat.page.get_by_label("walk along the railway.webm")
    audio = chat.page.get_by_label("blackbird at five.wav")
    assert await play_by_key(video) > 0
    paused = asyncio.create_task(video.evaluate(UNTIL_PAUSED))
    assert await play_by_key(audio) > 0
    assert await paused
    await expect(chat.page.locator(".sound__words")).to_contain_text("0:42")
    assert await violations(chat.page) == []


async def test_a_long_sound_is_fetched_in_ranges_and_only_its_beginning_before_it_is_played(
    pair: Pair, open_chat: OpenChat
) -> None:
    file = await tune(pair.bob, seconds=3600)
    await send_files(pair.bob, pair.id, file)
    answers: list[Response] = []
    chat = await open_chat(pair.alice)
    chat.page.on(
        "response", lambda response: answers.append(response) if file["url"] in response.url else None
    )
    await chat.item("Bob").click()
    audio = chat.page.get_by_label("blackbird at five.wav")
    await audio.evaluate(
        "player => player.readyState || new Promise((resolve) => player.addEventListener('loadedmetadata', resolve))"
    )
    assert await audio.evaluate("player => player.readyState") >= HAVE_METADATA
    assert await audio.evaluate("player => player.duration") == pytest.approx(3600)
    await audio.evaluate(
        "player => new Promise((done) => { player.addEventListener('seeked', done); player.currentTime = 3000; })"
    )
    assert {answer.status for answer in answers} == {206}
    assert any(not answer.headers["content-range"].startswith("bytes 0-") for answer in answers)


async def test_a_document_is_saved_under_its_name(pair: Pair, open_chat: OpenChat) -> None:
    content = bytes(range(256)) * 40
    file = await pair.bob.upload(content, "budget 2026.xlsx")
    await send_files(pair.bob, pair.id, file)
    chat = await open_chat(pair.alice, pair.id)
    async with chat.page.expect_download() as coming:
        await chat.messages.get_by_role("link", name="budget 2026.xlsx").click()
    download = await coming.value
    assert download.suggested_filename == "budget 2026.xlsx"
    assert (await download.path()).read_bytes() == content


async def test_a_pdf_opens_in_a_tab_of_its_own_or_is_saved(pair: Pair, open_chat: OpenChat) -> None:
    await send_files(pair.bob, pair.id, await pair.bob.upload(PDF, "plan.pdf", "application/pdf"))
    chat = await open_chat(pair.alice, pair.id)
    shown = chat.page.get_by_role("link", name="plan.pdf PDF")
    await expect(shown).to_have_attribute("target", "_blank")
    await expect(shown).to_have_attribute("rel", "noopener")
    answer = await chat.page.context.request.get(await shown.get_attribute("href") or "")
    assert answer.headers["content-disposition"].startswith("inline")
    async with chat.page.expect_download() as coming:
        await chat.page.get_by_role("link", name="Download plan.pdf").click()
    assert (await (await coming.value).path()).read_bytes() == PDF


async def test_names_in_any_script_are_shown_and_cannot_pretend_to_end_otherwise(
    pair: Pair, open_chat: OpenChat
) -> None:
    await send_files(pair.bob, pair.id, *await documents(pair.bob))
    chat = await open_chat(pair.alice, pair.id, **PHONE)
    names = chat.page.locator("bdi.file__name")
    await expect(names).to_have_text(
        ["Plan of the beds, spring.pdf", "تقرير الحديقة 2026.xlsx", "notesgnp.exe"]
    )
    await expect(names.last).to_have_css("unicode-bidi", "isolate")
    assert await chat.overflow_px() == 0
    assert await violations(chat.page) == []


async def test_a_film_that_cannot_be_played_is_offered_to_be_saved(pair: Pair, open_chat: OpenChat) -> None:
    chat = await open_chat(pair.alice)
    chat.watch.expect_status(404)
    await send_files(pair.bob, pair.id, await film(pair.bob))
    await chat.page.route("**/api/attachments/*", lambda route: route.fulfill(status=404))
    await chat.item("Bob").click()
    await expect(chat.page.get_by_role("link", name="walk along the railway.webm")).to_contain_text(
        "cannot be played here"
    )
    assert await violations(chat.page) == []


async def test_one_line_says_what_files_a_message_without_words_has(pair: Pair, open_chat: OpenChat) -> None:
    chat = await open_chat(pair.alice)
    line = chat.item("Bob").locator(".conversation-item__last")
    for files, words in (
        (await photographs(pair.bob, 1), "Photo"),
        (await photographs(pair.bob, 3), "3 photos"),
        ([await film(pair.bob)], "Video"),
        ([await tune(pair.bob)], "Sound"),
        ((await documents(pair.bob))[:1], "Plan of the beds, spring.pdf"),
        ([await film(pair.bob), *await photographs(pair.bob, 1)], "2 files"),
    ):
        await send_files(pair.bob, pair.id, *files)
        await expect(line).to_contain_text(words)
        await expect(line.locator("svg")).to_be_attached()


async def test_the_list_says_what_files_a_message_that_waits_has(pair: Pair, open_chat: OpenChat) -> None:
    chat = await open_chat(pair.alice, pair.id)
    chat.watch.expect_breaks()
    await chat.page.route("**/api/attachments", lambda route: route.abort())
    await chat.pick(FilePayload(name="plan.zip", mimeType="application/zip", buffer=b"PK"))
    await chat.page.get_by_test_id("send-button").click()
    await expect(chat.item("Bob").locator(".conversation-item__last")).to_contain_text("plan.zip")


async def test_a_reply_and_a_notice_tell_of_a_picture(pair: Pair, open_chat: OpenChat) -> None:
    carla_group = (await pair.bob.group_with(pair.alice, name="Elsewhere"))["_id"]
    chat = await open_chat(pair.alice, pair.id)
    sent = await send_files(pair.bob, pair.id, *await photographs(pair.bob, 2))
    await pair.bob.post(
        f"conversations/{pair.id}/messages", {"content": "Which one?", "replyTo": sent["messageId"]}
    )
    await expect(chat.message("Which one?").locator(".quote__text")).to_have_text("2 photos")
    await send_files(pair.bob, carla_group, *await photographs(pair.bob, 1))
    await expect(chat.toasts).to_contain_text("Photo")


async def test_what_has_no_words_offers_neither_to_copy_nor_to_edit(pair: Pair, open_chat: OpenChat) -> None:
    await send_files(pair.alice, pair.id, *await photographs(pair.alice, 1))
    chat = await open_chat(pair.alice, pair.id)
    await chat.messages.first.focus()
    await chat.page.keyboard.press("Enter")
    offered = await chat.dialog.locator(".menu [data-intent]").evaluate_all(
        "items => items.map(({ dataset }) => dataset.intent)"
    )
    assert offered == ["reply", "info", "delete"]
