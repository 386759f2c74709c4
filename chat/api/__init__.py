"""REST: one blueprint, its routes one noun a file."""

from __future__ import annotations

from quart import Blueprint

from chat.api import (
    attachments,
    avatars,
    contacts,
    conversations,
    invitations,
    messages,
    openapi,
    participants,
    sessions,
    users,
)
from chat.api.registry import routes

NOUNS = (attachments, avatars, contacts, conversations, invitations, messages, participants, sessions, users)


def blueprint() -> Blueprint:
    """All routes under `/api`, and their description."""
    api = Blueprint("api", __name__, url_prefix="/api")
    routes.attach(api)
    openapi.attach(api)
    return api
