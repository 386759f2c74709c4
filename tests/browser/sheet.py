"""The screenshot sheet: every state at two widths, in both themes and languages, for people to look at.

`python -m tests.browser.sheet` (or `bin/test --screens`) writes it into `screens/`, which git ignores; open
`screens/index.html`. Names of scenes as arguments limit it to them. Each state is shown
to axe, too; what that finds is told at the end, and makes the run a failure.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final, Literal

from playwright.async_api import Browser, async_playwright

from tests.browser import scenes
from tests.browser.axe import violations
from tests.browser.chromium import launch
from tests.browser.play import Play, Stage, make_play
from tests.browser.scenes import Scene
from tests.browser.visitor import PHONE, Visitor
from tests.people import PASSWORD, Town
from tests.server import ROOT, ServerProcess

FOLDER: Final = ROOT / "screens"
LANGUAGES: Final = {"fr": "fr-FR", "en": "en-GB"}
LOOKED_AT_IN: Final = "en"
DEVICES: Final[dict[str, dict[str, Any]]] = {
    "390": PHONE,
    "1280": {"viewport": {"width": 1280, "height": 800}},
}
THEMES: Final[tuple[Literal["light"], Literal["dark"]]] = ("light", "dark")


class Sheet:
    """Takes the pictures and keeps their names, and what axe finds in them."""

    def __init__(self, wanted: set[str]) -> None:
        self._wanted = wanted
        self._taken: dict[str, list[str]] = {}
        self.found: list[str] = []

    async def shoot(self, stages: dict[str, Stage], played: list[Scene]) -> None:
        """Play each scene on each stage, and take it in both themes."""
        for scene in played:
            name = scene.__name__
            if self._wanted and name not in self._wanted:
                continue
            for kind, stage in stages.items():
                await scene(stage)
                for theme in THEMES:
                    await stage.page.emulate_media(color_scheme=theme)
                    file = f"{name}-{kind}-{theme}.png"
                    await stage.page.screenshot(path=FOLDER / file, animations="disabled")
                    self._taken.setdefault(name, []).append(file)
                # What axe looks at is the same in every language.
                if kind.endswith(LOOKED_AT_IN):
                    self.found += [f"{name}-{kind}: {each}" for each in await violations(stage.page)]

    def write_index(self) -> int:
        """One page with all of them; returns how many there are."""
        rows = "".join(
            f"<h2>{name}</h2><p>" + "".join(f'<img src="{file}" alt="{file}" height="480">' for file in files)
            for name, files in self._taken.items()
        )
        page = f"<!doctype html><meta charset=utf-8><title>Causerie: {len(self._taken)} states</title>{rows}"
        (FOLDER / "index.html").write_text(page, encoding="utf-8")
        return sum(map(len, self._taken.values()))


@asynccontextmanager
async def stages(
    browser: Browser, server: ServerProcess, language: str, play: Play | None = None
) -> AsyncIterator[dict[str, Stage]]:
    """A stage for each width; with a play, signed in as its first person."""
    async with AsyncExitStack() as stack:
        made = {}
        for width, device in DEVICES.items():
            visitor = await Visitor.arrive(browser, server, locale=LANGUAGES[language], **device)
            stack.push_async_callback(visitor.context.close)
            if play:
                await visitor.sign_in(play.people[0], play.password)
            made[f"{width}-{language}"] = Stage(visitor, await visitor.new_page(), play or Play())
        yield made


async def shoot_beginnings(sheet: Sheet, browser: Browser, folder: Path) -> None:
    """The pages before the chat, and the chat of somebody who is alone in it."""
    server = ServerProcess(folder / "empty", DEFAULT_LOCALE="en")
    await server.start()
    for language in LANGUAGES:
        async with stages(browser, server, language) as made:
            await sheet.shoot(made, scenes.BEFORE_THE_OWNER)
    owner = await Town(server).person("Camille Moreau")
    invite = (await owner.post("invitations"))["url"].rsplit("/", 1)[1]
    for language in LANGUAGES:
        async with stages(browser, server, language) as made:
            for stage in made.values():
                stage.play.invite = invite
            await sheet.shoot(made, scenes.BEFORE_THE_CHAT)
        async with stages(browser, server, language, Play([owner], PASSWORD)) as made:
            await sheet.shoot(made, scenes.ALONE)
    await server.stop()


async def shoot_company(sheet: Sheet, browser: Browser, folder: Path) -> None:
    """The chat among many people, and what is left of it when the server goes."""
    server = ServerProcess(folder / "full")
    play = await make_play(server, folder / "tokens.json")
    async with AsyncExitStack() as stack:
        stack.push_async_callback(play.leave)
        for language in LANGUAGES:
            async with stages(browser, server, language, play) as made:
                await sheet.shoot(made, scenes.AMONG_OTHERS)
        open_pages: dict[str, Stage] = {}
        for language in LANGUAGES:
            made = await stack.enter_async_context(stages(browser, server, language, play))
            for stage in made.values():
                await scenes.direct(stage)
            open_pages |= made
        await play.leave()
        await server.kill()
        await sheet.shoot(open_pages, scenes.WITHOUT_SERVER)


async def main(wanted: set[str]) -> int:
    """Make the sheet anew; returns how many elements axe finds fault with."""
    if not wanted:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    sheet = Sheet(wanted)
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        with tempfile.TemporaryDirectory() as folder:
            await shoot_beginnings(sheet, browser, Path(folder))
            await shoot_company(sheet, browser, Path(folder))
        await browser.close()
    taken = sheet.write_index()
    sys.stderr.write(f"{taken} pictures: {(FOLDER / 'index.html').relative_to(ROOT)}\n")
    sys.stderr.writelines(f"{each}\n" for each in sheet.found)
    return len(sheet.found)


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(main(set(sys.argv[1:]))) else 0)
