"""Jinja pages: signing in by form, and the chat itself."""

from __future__ import annotations

from quart import Blueprint, Quart

from chat.pages import chat, session
from chat.pages.context import template_context


def attach(app: Quart) -> None:
    """Serve all pages."""
    pages = Blueprint("pages", __name__)
    chat.attach(pages)
    session.attach(pages)
    app.register_blueprint(pages)
    app.context_processor(template_context)
