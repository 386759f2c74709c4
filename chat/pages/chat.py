"""The chat itself: a shell that the client fills."""

from __future__ import annotations

from quart import Blueprint, redirect, render_template, request
from quart.typing import ResponseReturnValue

from chat import instance
from chat.errors import NotFound
from chat.instance import VERSION
from chat.pages.context import page_locale, page_theme
from chat.security import cookies
from chat.services import accounts

pages = Blueprint("chat", __name__)


@pages.get("/")
async def index() -> ResponseReturnValue:
    """The chat for who has signed in; else the page that comes first."""
    if request.cookies.get(cookies.SIGNED_IN):
        return await render_template("pages/chat.html", boot=_boot())
    return redirect("/setup" if await accounts.needs_owner() else "/login")


@pages.get("/styleguide")
async def styleguide() -> str:
    """All components in all their states, for who works on them. Raises NotFound in production."""
    if not instance.current().settings.is_development:
        raise NotFound
    return await render_template("pages/styleguide.html")


def _boot() -> dict[str, object]:
    """What the client needs before it can ask."""
    settings = instance.current().settings
    return {
        "version": VERSION,
        "locale": page_locale(),
        "theme": page_theme(),
        "development": settings.is_development,
        "largestFile": settings.max_upload_bytes,
    }
