"""Group events."""

from __future__ import annotations

from chat.schemas import conversations as schemas
from chat.schemas.messages import Changed
from chat.services import participants
from chat.services.actor import Actor
from chat.sockets.registry import events


@events.on("user-added-to-group", schemas.AddMember)
async def add_member(actor: Actor, command: schemas.AddMember) -> Changed:
    return await participants.add_member(actor, command)


@events.on("user-removed-from-group", schemas.RemoveMember)
async def remove_member(actor: Actor, command: schemas.RemoveMember) -> Changed:
    return await participants.remove_member(actor, command)


@events.on("group-info-updated", schemas.UpdateGroup, limit="change")
async def update_group(actor: Actor, command: schemas.UpdateGroup) -> Changed:
    return await participants.update_group(actor, command)
