"""Contacts: the people one keeps at hand, and those one does not want to hear from."""

from __future__ import annotations

from sqlalchemy import select

from chat import database
from chat.database import Transaction
from chat.errors import BadRequest, NotFound
from chat.events import AcquaintanceChanged
from chat.models import Contact, User
from chat.schemas import users as schemas
from chat.services import access, users
from chat.services.actor import Actor
from chat.times import iso


async def list_contacts(actor: Actor, command: schemas.ListContacts) -> schemas.Contacts:
    """One's contacts and blocked people by name; `query` is any part of a name.

    The cursor is the id of the last person of the page before.
    """
    async with database.read() as reading:
        query = (
            select(Contact, User)
            .join(User, User.id == Contact.user_id)
            .where(Contact.owner_id == actor.user_id, User.deleted_at.is_(None))
            .order_by(User.name, User.id)
            .limit(command.limit + 1)
        )
        if command.query:
            query = query.where(User.name.icontains(command.query, autoescape=True))
        if command.cursor is not None:
            last = await reading.session.get(User, command.cursor)
            if last is None:
                raise NotFound
            query = query.where(users.after(last))
        rows = (await reading.session.execute(query)).all()
        page = rows[: command.limit]
        shown = [_show(actor, contact, person) for contact, person in page]
    if len(rows) <= command.limit:
        return schemas.Contacts(contacts=shown, has_more=False)
    return schemas.Contacts(contacts=shown, has_more=True, next_cursor=shown[-1].id)


async def add_contact(actor: Actor, user_id: str) -> schemas.Contact:
    """Keep a person at hand. Raises NotFound; doing it again changes nothing."""
    return await _set(actor, user_id, is_contact=True)


async def remove_contact(actor: Actor, user_id: str) -> None:
    """Take a person out of the contacts; a block stays. Who is none is gone already. Raises NotFound."""
    await _set(actor, user_id, is_contact=False)


async def block(actor: Actor, user_id: str) -> schemas.Contact:
    """Hear nothing more from a person: no direct messages, no presence, either way. They are not told."""
    return await _set(actor, user_id, is_blocked=True)


async def unblock(actor: Actor, user_id: str) -> None:
    """Take a block back. Raises NotFound for an unknown person."""
    await _set(actor, user_id, is_blocked=False)


async def _set(
    actor: Actor,
    user_id: str,
    *,
    is_contact: bool | None = None,
    is_blocked: bool | None = None,
) -> schemas.Contact:
    if user_id == actor.user_id:
        raise BadRequest("contact_is_self", details={"field": "userId"})

    async def change(tx: Transaction) -> schemas.Contact:
        person = await access.user(tx, user_id)
        contact = await tx.session.get(Contact, (actor.user_id, user_id))
        if contact is None:
            contact = Contact(owner_id=actor.user_id, user_id=user_id, is_contact=False, created_at=tx.now)
            tx.session.add(contact)
        if is_contact is not None:
            contact.is_contact = is_contact
        if is_blocked is not None and is_blocked != (contact.blocked_at is not None):
            contact.blocked_at = tx.now if is_blocked else None
        tx.record(
            AcquaintanceChanged(
                owner_id=actor.user_id,
                user_id=user_id,
                is_contact=contact.is_contact,
                blocked_at=iso(contact.blocked_at) if contact.blocked_at is not None else None,
            )
        )
        shown = _show(actor, contact, person)
        if not contact.is_contact and contact.blocked_at is None:
            await tx.session.flush()
            await tx.session.delete(contact)
        return shown

    return await database.write(change)


def _show(actor: Actor, contact: Contact, person: User) -> schemas.Contact:
    shown = users.show(person, actor.user_id)
    return schemas.Contact(
        id=shown.id,
        name=shown.name,
        avatar=shown.avatar,
        is_online=shown.is_online,
        last_seen=shown.last_seen,
        is_blocked=contact.blocked_at is not None,
    )
