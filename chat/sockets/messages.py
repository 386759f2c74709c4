"""Message events."""

from __future__ import annotations

from chat.schemas.messages import SendMessage, Sent
from chat.services import messages
from chat.services.actor import Actor
from chat.sockets.registry import events


@events.on("send-message", SendMessage, limit="send")
async def send_message(actor: Actor, command: SendMessage) -> Sent:
    return await messages.send_message(actor, command)
