"""The page of a failure: what happened, and the way on."""

from __future__ import annotations

from quart import Response, render_template

from chat.errors import ChatError
from chat.locales import translate
from chat.pages.context import page_locale


async def error_page(error: ChatError) -> Response:
    """A failure as a page for people."""
    locale = page_locale()
    html = await render_template(
        "pages/error.html",
        status=error.status,
        title=translate(locale, f"error_title.{error.code}"),
        detail=error.sentence(locale),
        action_url="/",
        action_label=translate(locale, "error_action"),
    )
    return Response(html, status=error.status, content_type="text/html; charset=utf-8")
