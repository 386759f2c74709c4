"""Invitations: links that let people make an account."""

from __future__ import annotations

from sqlalchemy import select

from chat import database, instance
from chat.database import Reading, Transaction
from chat.errors import BadRequest, Forbidden, NotFound
from chat.ids import new_id
from chat.models import Invitation, User
from chat.schemas import invitations as schemas
from chat.services import access, audit
from chat.services.actor import Actor
from chat.times import iso, iso_or_none


async def create_invitation(
    actor: Actor, command: schemas.CreateInvitation, base_url: str
) -> schemas.Invitation:
    """A new link; `base_url` is the address by which the actor reached us. Administrators only."""
    access.require_administrator(actor)

    async def change(tx: Transaction) -> schemas.Invitation:
        if command.expires_at is not None and command.expires_at <= tx.now:
            raise BadRequest("expires_in_past", details={"field": "expiresAt"})
        invitation = Invitation(
            id=new_id(),
            created_by=actor.user_id,
            max_uses=command.max_uses,
            uses=0,
            created_at=tx.now,
            expires_at=command.expires_at,
        )
        tx.session.add(invitation)
        audit.note(tx, "invitation.created", actor_id=actor.user_id, subject_id=invitation.id)
        return _show(invitation, base_url)

    return await database.write(change)


async def list_invitations(actor: Actor, base_url: str) -> schemas.Invitations:
    """The links that still work, the newest first. Administrators only."""
    access.require_administrator(actor)
    async with database.read() as reading:
        found = await reading.session.scalars(
            select(Invitation).where(Invitation.revoked_at.is_(None)).order_by(Invitation.created_at.desc())
        )
        return schemas.Invitations(
            invitations=[
                _show(invitation, base_url) for invitation in found if invitation.is_open(reading.now)
            ]
        )


async def revoke_invitation(actor: Actor, invitation_id: str) -> None:
    """Make a link worthless. Administrators only; raises NotFound."""
    access.require_administrator(actor)

    async def change(tx: Transaction) -> None:
        invitation = await tx.session.get(Invitation, invitation_id)
        if invitation is None or invitation.revoked_at is not None:
            raise NotFound
        invitation.revoked_at = tx.now
        audit.note(tx, "invitation.revoked", actor_id=actor.user_id, subject_id=invitation_id)

    await database.write(change)


async def inviter_name(token: str) -> str:
    """The name of the person who invites. Raises Forbidden when the link does not work (any more)."""
    async with database.read() as reading:
        invitation = await open_invitation(reading, token)
        inviter = await reading.session.get(User, invitation.created_by)
        return inviter.name if inviter is not None else ""


async def open_invitation(reading: Reading, token: str | None) -> Invitation:
    """The invitation behind the last part of a link. Raises Forbidden when it lets nobody in."""
    invitation_id = instance.current().tokens.find_invitation(token) if token else None
    invitation = await reading.session.get(Invitation, invitation_id) if invitation_id else None
    if invitation is None or not invitation.is_open(reading.now):
        raise Forbidden("invitation_invalid")
    return invitation


def _show(invitation: Invitation, base_url: str) -> schemas.Invitation:
    token = instance.current().tokens.sign_invitation(invitation.id)
    return schemas.Invitation(
        id=invitation.id,
        url=f"{base_url}/join/{token}",
        max_uses=invitation.max_uses,
        uses=invitation.uses,
        created_at=iso(invitation.created_at),
        expires_at=iso_or_none(invitation.expires_at),
    )
