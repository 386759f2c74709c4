"""Fingers on the glass: Playwright itself can only tap."""

from __future__ import annotations

from playwright.async_api import Page

Point = tuple[float, float]
STEPS = 8


async def drag(page: Page, *fingers: tuple[Point, Point]) -> None:
    """Put fingers down, move each from its first point to its second, and lift them: one swipes, two pinch."""
    session = await page.context.new_cdp_session(page)

    async def touch(kind: str, share: float | None) -> None:
        points = [] if share is None else [_between(*finger, share) for finger in fingers]
        touched = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    await touch("touchStart", 0)
    for step in range(1, STEPS + 1):
        await touch("touchMove", step / STEPS)
    await touch("touchEnd", None)


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
