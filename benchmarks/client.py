"""The client in a real Chromium: how soon it shows and answers, how still it stands, how smoothly it scrolls.

`bin/bench client` prints the figures. Nothing is bound to a core: browser and server share the machine, as on a laptop.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import click
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.chat_page import ChatPage
from tests.browser.chromium import launch
from tests.browser.visitor import Visitor
from tests.people import PASSWORD, Device, Person, Town
from tests.server import ServerProcess

LOADS: Final = 5
HISTORY: Final = 10_000
ARRIVING: Final = 200
SENDS_AT_ONCE: Final = 50
# A notch of a mouse wheel is about 100 px; this is a brisk turn of it.
WHEEL_PX: Final = 600
SCROLL_WITHIN_S: Final = 240
MILLI: Final = 1000
SMOOTH_MS, ROUGH_MS = 16.7, 33.4

# Gathers what the browser tells of itself, and when the chat could be used: the line is up and the composer takes keys.
OBSERVE: Final = """(() => {
  const seen = (window.seen = { lcp: 0, longTasks: [], shifts: 0, interactive: 0, frames: [], rows: 0, isAtEnd: true });
  const watch = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch("largest-contentful-paint", ({ startTime }) => (seen.lcp = startTime));
  watch("longtask", ({ startTime, duration }) => seen.longTasks.push([startTime, duration]));
  // At its end the list makes room for what is new, as it should, and the pill that counts grows with its count:
  // everything else has to stand still.
  const within = (node, place) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest(place);
  watch("layout-shift", ({ value, hadRecentInput, sources }) => {
    const wanted = seen.isAtEnd ? ".message-list__log, .message-list__pill" : ".message-list__pill";
    const isWanted = sources.every(({ node }) => within(node, wanted));
    if (!hadRecentInput && !isWanted) seen.shifts += value;
  });
  const look = () => {
    const isOnline = document.querySelector(".shell")?.dataset.connection === "online";
    const composer = document.querySelector("[data-testid=composer-input]");
    if (isOnline && composer && document.activeElement === composer) seen.interactive = performance.now();
    else requestAnimationFrame(look);
  };
  look();
})()"""
FIGURES: Final = """() => {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const { lcp, interactive, longTasks } = window.seen;
  const blocking = longTasks.filter(([start]) => start < interactive).map(([, duration]) => duration - 50);
  return { fcp: paint.startTime, lcp, interactive, blocking: blocking.reduce((sum, each) => sum + each, 0) };
}"""
TWO_FRAMES: Final = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# From here on every frame counts, and how many rows stand in the page at most.
WATCH_FRAMES: Final = """() => {
  window.seen.frames = [];
  let last = performance.now();
  const frame = (now) => {
    window.seen.frames.push(now - last);
    last = now;
    window.seen.rows = Math.max(window.seen.rows, document.querySelectorAll("[data-testid=message]").length);
    if (window.seen.frames) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""
FRAMES: Final = """() => {
  const { frames, rows } = window.seen;
  window.seen.frames = null;
  return { frames, rows };
}"""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--history", default=HISTORY, show_default=True, help="Messages to scroll through.")
def main(history: int) -> None:
    """Measure the client in Chromium, and what a first-time user's minute is made of."""
    asyncio.run(_measure(history))


async def _measure(history: int) -> None:
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        await first_minute(browser)
        async with _served() as server:
            alice, bob = await Town(server).people("Alice", "Bob")
            conversation = (await alice.direct_with(bob))["_id"]
            device = await bob.connect()
            await _say(device, conversation, history)
            await (await alice.connect()).call("mark-conversation-as-read", {"conversationId": conversation})
            chat = await _loads(browser, alice, conversation)
            await _arrivals(chat, device, conversation)
            await _scrolling(chat, history)
        await browser.close()


@asynccontextmanager
async def _served() -> AsyncIterator[ServerProcess]:
    with tempfile.TemporaryDirectory() as folder:
        # Hashing as it is for everybody, not as the tests have it.
        server = ServerProcess(Path(folder), PASSWORD_MEMORY_MB="64")
        await server.start()
        yield server
        await server.stop()


async def _say(device: Device, conversation: str, count: int) -> None:
    for start in range(0, count, SENDS_AT_ONCE):
        numbers = range(start, min(start + SENDS_AT_ONCE, count))
        texts = (f"number {number}: " + "so it goes. " * (1 + number % 9) for number in numbers)
        await asyncio.gather(*(device.send(conversation, text) for text in texts))


async def _loads(browser: Browser, person: Person, conversation: str) -> ChatPage:
    """Open the chat with nothing kept, and once more with everything kept; returns a page that is open."""
    fresh: list[dict[str, float]] = []
    again: list[dict[str, float]] = []
    for _ in range(LOADS):
        visitor = await _arrive(browser, person)
        chat = await visitor.chat(conversation)
        fresh.append(await _figures(chat.page))
        # What is kept is written when the page goes out of sight, at the latest.
        await chat.page.close()
        chat = await visitor.chat(conversation)
        again.append(await _figures(chat.page))
        await visitor.context.close()
    _tell_loads(f"first visit, median of {LOADS}", fresh)
    _tell_loads(f"next visit, median of {LOADS}", again)
    return await (await _arrive(browser, person)).chat(conversation)


async def _arrive(browser: Browser, person: Person) -> Visitor:
    visitor = await Visitor.arrive(browser, person.server)
    await visitor.context.add_init_script(OBSERVE)
    await visitor.sign_in(person)
    return visitor


async def _figures(page: Page) -> dict[str, float]:
    await page.wait_for_function("window.seen.interactive > 0")
    return await page.evaluate(FIGURES)  # type: ignore[no-any-return]


def _tell_loads(what: str, loads: list[dict[str, float]]) -> None:
    median = {name: statistics.median(load[name] for load in loads) for name in loads[0]}
    _tell(f"{what}: first contentful paint", f"{median['fcp']:.0f} ms")
    _tell(f"{what}: largest contentful paint", f"{median['lcp']:.0f} ms")
    _tell(f"{what}: composer takes keys, line is up", f"{median['interactive']:.0f} ms")
    _tell(f"{what}: total blocking time until then", f"{median['blocking']:.0f} ms")


async def _arrivals(chat: ChatPage, device: Device, conversation: str) -> None:
    """Messages arrive while one reads at the end, then while one reads further up."""
    region = chat.page.get_by_role("region", name="Messages")
    for is_at_end, place in ((True, "at the end"), (False, "further up")):
        if not is_at_end:
            await region.evaluate(f"scroller => scroller.scrollTop -= {2 * WHEEL_PX}")
            await expect(chat.page.get_by_role("button", name="Go to the newest")).to_be_visible()
            await chat.page.evaluate(TWO_FRAMES)
        await chat.page.evaluate("isAtEnd => Object.assign(window.seen, { shifts: 0, isAtEnd })", is_at_end)
        await chat.page.evaluate(WATCH_FRAMES)
        for number in range(ARRIVING):
            await device.send(conversation, f"arrival {number}" + "\n\nmore" * (number % 4))
        await expect(chat.page.locator(".conversation-item__last").first).to_have_text(
            re.compile(rf"arrival {ARRIVING - 1}\b")
        )
        seen = await chat.page.evaluate(FRAMES)
        what = f"{ARRIVING} messages arrive, reading {place}"
        _tell(f"{what}: cumulative layout shift", f"{await chat.page.evaluate('window.seen.shifts'):.4f}")
        _tell_frames(what, seen)


async def _scrolling(chat: ChatPage, history: int) -> None:
    region = chat.page.get_by_role("region", name="Messages")
    await region.hover()

    async def until(is_there: Callable[[], Awaitable[bool]], step_px: int) -> dict[str, Any]:
        await chat.page.evaluate(WATCH_FRAMES)
        async with asyncio.timeout(SCROLL_WITHIN_S):
            while not await is_there():
                await chat.page.mouse.wheel(0, step_px)
        return await chat.page.evaluate(FRAMES)  # type: ignore[no-any-return]

    async def is_at_start() -> bool:
        return await chat.page.locator(".message-list__start").count() > 0

    async def is_at_end() -> bool:
        return await chat.page.locator(".message-list__pill:not([hidden])").count() == 0

    _tell_frames(f"up through {history:,} messages, fetched on the way", await until(is_at_start, -WHEEL_PX))
    _tell_frames(f"down again through {history:,} messages", await until(is_at_end, WHEEL_PX))


def _tell_frames(what: str, seen: dict[str, Any]) -> None:
    frames = sorted(seen["frames"])
    p50, p95, p99 = (frames[min(len(frames) - 1, round(share * len(frames)))] for share in (0.5, 0.95, 0.99))
    late, rough = (sum(each > most for each in frames) / len(frames) for most in (SMOOTH_MS + 1, ROUGH_MS))
    _tell(f"{what}: frames", f"{len(frames)}, p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms")
    _tell(f"{what}: frames over {SMOOTH_MS} ms and over {ROUGH_MS} ms", f"{late:.1%}, {rough:.1%}")
    _tell(f"{what}: messages in the page at most", str(seen["rows"]))


async def first_minute(browser: Browser) -> None:
    """From the start of the server on an empty folder to the second person's first message on the first one's page."""
    began = time.monotonic()
    step = _Steps(began)
    async with _served() as server:
        step.done("the server is ready")
        first = await Visitor.arrive(browser, server)
        entrance = await first.enter("/")
        step.done("the first page asks for a name")
        chat = await entrance.make_account("Alice Martin", "alice@example.org")
        await chat.until_ready()
        await expect(chat.invite_link).not_to_have_value("")
        step.done("the owner is in, with a link to hand on")
        second = await Visitor.arrive(browser, server)
        entrance = await second.enter(await chat.invite_link.input_value())
        other = await entrance.make_account("Bob Durand", "bob@example.org", PASSWORD)
        await other.until_ready()
        step.done("the second person is in")
        await other.begin_with("Alice Martin")
        await other.write("Here I am!")
        await expect(chat.item("Bob Durand")).to_contain_text("Here I am!")
        step.done("their message is on the owner's page")
        for visitor in (first, second):
            await visitor.context.close()


class _Steps:
    """Tells how long each step took."""

    def __init__(self, began: float) -> None:
        self._began = self._last = began

    def done(self, what: str) -> None:
        now = time.monotonic()
        _tell(f"first minute: {what}", f"{now - self._last:.2f} s, {now - self._began:.2f} s in all")
        self._last = now


def _tell(what: str, figure: str) -> None:
    click.echo(f"{what:<75} {figure}")


if __name__ == "__main__":
    main()
