"""axe-core over a page: what of WCAG 2.2 AA a program can see."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


async def violations(page: Page) -> list[str]:
    """What axe finds wrong in the light and in the dark theme, one line for each element."""
    return [
        f"{theme}: {violation['id']} ({violation['help']}): {node['html'][:160]} {node['failureSummary'][:400]}"
        for theme in THEMES
        for violation in await _found(page, theme)
        for node in violation["nodes"]
    ]


async def _found(page: Page, theme: Literal["light", "dark"]) -> list[dict[str, Any]]:
    await page.emulate_media(color_scheme=theme)
    # Colours on their way to another colour have the contrast of neither; what goes round for ever never arrives.
    await page.evaluate(
        """Promise.all(document.getAnimations()
          .filter((each) => each.effect.getComputedTiming().iterations !== Infinity)
          .map((each) => each.finished.catch(() => {})))"""
    )
    results = await Axe().run(page, options=RULES)
    return results.response["violations"]  # type: ignore[no-any-return]
