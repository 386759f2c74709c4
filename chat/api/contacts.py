"""Contacts."""

from __future__ import annotations

from chat.api.registry import routes
from chat.schemas import users as schemas
from chat.services import contacts
from chat.services.actor import Actor


@routes.on("GET", "contacts", schemas.ListContacts, schemas.Contacts)
async def list_contacts(actor: Actor, query: schemas.ListContacts) -> schemas.Contacts:
    """One's contacts and blocked people by name; `query` is any part of a name."""
    return await contacts.list_contacts(actor, query)


@routes.on("POST", "contacts", schemas.AddContact, schemas.Contact, status=201)
async def add_contact(actor: Actor, command: schemas.AddContact) -> schemas.Contact:
    """Put somebody into one's address book; once is enough."""
    return await contacts.add_contact(actor, command.user_id)


@routes.on("DELETE", "contacts/{user_id}", status=204)
async def remove_contact(actor: Actor, user_id: str) -> None:
    """Take somebody out of one's address book."""
    await contacts.remove_contact(actor, user_id)


@routes.on("PUT", "contacts/{user_id}/block", None, schemas.Contact)
async def block(actor: Actor, user_id: str) -> schemas.Contact:
    """Block somebody: no direct messages and no presence between the two. They are not told."""
    return await contacts.block(actor, user_id)


@routes.on("DELETE", "contacts/{user_id}/block", status=204)
async def unblock(actor: Actor, user_id: str) -> None:
    """Lift a block."""
    await contacts.unblock(actor, user_id)
