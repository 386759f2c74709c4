"""Message events."""

from __future__ import annotations

from chat.schemas import messages as schemas
from chat.services import messages, reactions, sending
from chat.services.actor import Actor
from chat.sockets.registry import events


@events.on("send-message", schemas.SendMessage, limit="send")
async def send_message(actor: Actor, command: schemas.SendMessage) -> schemas.Sent:
    return await sending.send_message(actor, command)


@events.on("edit-message", schemas.EditMessage, limit="change")
async def edit_message(actor: Actor, command: schemas.EditMessage) -> schemas.Edited:
    return await messages.edit_message(actor, command)


@events.on("delete-message", schemas.DeleteMessage, limit="change")
async def delete_message(actor: Actor, command: schemas.DeleteMessage) -> schemas.Deleted:
    return await messages.delete_message(actor, command)


@events.on("add-reaction", schemas.React, limit="change")
async def add_reaction(actor: Actor, command: schemas.React) -> schemas.Changed:
    return await reactions.add_reaction(actor, command)


@events.on("remove-reaction", schemas.React, limit="change")
async def remove_reaction(actor: Actor, command: schemas.React) -> schemas.Changed:
    return await reactions.remove_reaction(actor, command)
