"""Invitations."""

from __future__ import annotations

from chat.api.registry import routes
from chat.caller import origin
from chat.schemas import invitations as schemas
from chat.services import invitations
from chat.services.actor import Actor


@routes.on("POST", "invitations", schemas.CreateInvitation, schemas.Invitation, status=201)
async def create_invitation(actor: Actor, command: schemas.CreateInvitation) -> schemas.Invitation:
    """A link that lets people make an account: administrators may."""
    return await invitations.create_invitation(actor, command, origin().url)


@routes.on("GET", "invitations", None, schemas.Invitations)
async def list_invitations(actor: Actor) -> schemas.Invitations:
    """The links that still let somebody in, the newest first: administrators may."""
    return await invitations.list_invitations(actor, origin().url)


@routes.on("DELETE", "invitations/{invitation_id}", status=204)
async def revoke_invitation(actor: Actor, invitation_id: str) -> None:
    """Make a link worthless: administrators may."""
    await invitations.revoke_invitation(actor, invitation_id)
