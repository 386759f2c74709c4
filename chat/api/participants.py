"""Members of groups."""

from __future__ import annotations

from chat.api.registry import routes
from chat.schemas import conversations as schemas
from chat.schemas.messages import Changed
from chat.services import participants
from chat.services.actor import Actor


@routes.on("POST", "conversations/{conversation_id}/members", schemas.NewMember, Changed, status=201)
async def add_member(actor: Actor, conversation_id: str, command: schemas.NewMember) -> Changed:
    """Take somebody into a group: its owner, admins and moderators may, into a role up to their own."""
    return await participants.add_member(
        actor,
        schemas.AddMember(conversation_id=conversation_id, new_user_id=command.user_id),
        command.role,
    )


@routes.on("PATCH", "conversations/{conversation_id}/members/{user_id}", schemas.MemberRole, Changed)
async def change_role(
    actor: Actor, conversation_id: str, user_id: str, command: schemas.MemberRole
) -> Changed:
    """Give a member another role, up to one's own: owner and admins may."""
    return await participants.change_role(actor, conversation_id, user_id, command)


@routes.on("DELETE", "conversations/{conversation_id}/members/{user_id}", None, Changed)
async def remove_member(actor: Actor, conversation_id: str, user_id: str) -> Changed:
    """Take somebody out of a group; with one's own id, leave it."""
    return await participants.remove_member(
        actor, schemas.RemoveMember(conversation_id=conversation_id, removed_user_id=user_id)
    )


@routes.on("POST", "conversations/{conversation_id}/leave", schemas.LeaveGroup, Changed)
async def leave_group(actor: Actor, conversation_id: str, command: schemas.LeaveGroup) -> Changed:
    """Leave a group. Its last admin names a successor, unless nobody is left."""
    return await participants.leave_group(actor, conversation_id, command)
