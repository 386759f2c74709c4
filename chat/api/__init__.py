"""REST: one blueprint, its routes one noun a file."""

from __future__ import annotations

from quart import Blueprint

from chat.api import conversations, invitations, messages, openapi, sessions, users
from chat.api.registry import routes

NOUNS = (conversations, invitations, messages, sessions, users)


def blueprint() -> Blueprint:
    """All routes under `/api`, and their description."""
    api = Blueprint("api", __name__, url_prefix="/api")
    routes.attach(api)
    openapi.attach(api)
    return api
