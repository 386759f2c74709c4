"""Contacts."""

from __future__ import annotations

from chat.api.registry import routes
from chat.schemas import users as schemas
from chat.services import contacts
from chat.services.actor import Actor


@routes.on("GET", "contacts", schemas.ListContacts, schemas.Contacts)
async def list_contacts(actor: Actor, query: schemas.ListContacts) -> schemas.Contacts:
    return await contacts.list_contacts(actor, query)


@routes.on("POST", "contacts", schemas.AddContact, schemas.Contact, status=201)
async def add_contact(actor: Actor, command: schemas.AddContact) -> schemas.Contact:
    return await contacts.add_contact(actor, command.user_id)


@routes.on("DELETE", "contacts/{user_id}", status=204)
async def remove_contact(actor: Actor, user_id: str) -> None:
    await contacts.remove_contact(actor, user_id)


@routes.on("PUT", "contacts/{user_id}/block", None, schemas.Contact)
async def block(actor: Actor, user_id: str) -> schemas.Contact:
    return await contacts.block(actor, user_id)


@routes.on("DELETE", "contacts/{user_id}/block", status=204)
async def unblock(actor: Actor, user_id: str) -> None:
    await contacts.unblock(actor, user_id)
