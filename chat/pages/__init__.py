"""Jinja pages: signing in by form, and the chat itself."""

from __future__ import annotations

from quart import Quart

from chat.pages import assets, chat, program, session
from chat.pages.context import template_context


def attach(app: Quart) -> None:
    """Serve all pages."""
    app.register_blueprint(chat.pages)
    app.register_blueprint(session.pages)
    app.register_blueprint(program.pages)
    app.register_blueprint(assets.pages)
    app.context_processor(template_context)
