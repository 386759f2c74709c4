"""Who is typing: relayed, never stored, and over by itself."""

from __future__ import annotations

import asyncio

from chat.schemas import conversations as schemas
from chat.schemas.base import Schema
from chat.services import access
from chat.services.actor import Actor
from chat.services.people import people
from chat.sockets import live
from chat.sockets.registry import events

# A client says it again every 3 s; one that has gone silent types no more.
TYPING_EXPIRES_S = 6.0


class UserTyping(Schema):
    """The data of `user-typing`."""

    conversation_id: str
    sender_id: str
    user_id: str
    user_name: str
    is_typing: bool


class TypingUsers:
    """Who types where, each with the moment at which it is taken to be over."""

    def __init__(self) -> None:
        self._expiries: dict[tuple[str, str], asyncio.TimerHandle] = {}

    def begin(self, actor: Actor, conversation_id: str) -> None:
        self._forget(actor, conversation_id)
        self._expiries[(conversation_id, actor.user_id)] = asyncio.get_running_loop().call_later(
            TYPING_EXPIRES_S, self.end, actor, conversation_id
        )
        _tell(actor, conversation_id, is_typing=True)

    def end(self, actor: Actor, conversation_id: str) -> None:
        """They have stopped; who was not typing stops nothing."""
        if self._forget(actor, conversation_id):
            _tell(actor, conversation_id, is_typing=False)

    def end_all(self, actor: Actor) -> None:
        """They have gone."""
        for conversation_id, user_id in list(self._expiries):
            if user_id == actor.user_id:
                self.end(actor, conversation_id)

    def _forget(self, actor: Actor, conversation_id: str) -> bool:
        expiry = self._expiries.pop((conversation_id, actor.user_id), None)
        if expiry is None:
            return False
        expiry.cancel()
        return True


typing_users = TypingUsers()


@events.on("typing", schemas.Typing, limit="typing")
async def typing(actor: Actor, command: schemas.Typing) -> None:
    access.require_participant(actor, command.conversation_id)
    if command.is_typing:
        typing_users.begin(actor, command.conversation_id)
    else:
        typing_users.end(actor, command.conversation_id)


def _tell(actor: Actor, conversation_id: str, *, is_typing: bool) -> None:
    live.relay(
        conversation_id,
        "user-typing",
        UserTyping(
            conversation_id=conversation_id,
            sender_id=actor.user_id,
            user_id=actor.user_id,
            user_name=people.summary(actor.user_id).name,
            is_typing=is_typing,
        ),
        besides_user=actor.user_id,
    )
