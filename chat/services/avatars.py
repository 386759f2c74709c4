"""Faces of people and groups: square pictures in two sizes, at an address that names their content."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from chat import database, instance
from chat.database import Transaction
from chat.errors import BadRequest
from chat.models import Avatar
from chat.schemas.attachments import AvatarQuery
from chat.schemas.messages import Changed
from chat.schemas.users import Me
from chat.services import access, participants, users
from chat.services.actor import Actor
from chat.services.attachments import Download, stored
from chat.services.uploads import Offered, received

T = TypeVar("T")

# Given an address (None for no face), change who wears it.
_Put = Callable[[Transaction, str | None], Awaitable[T]]


async def set_own(actor: Actor, offered: Offered) -> Me:
    """Give oneself a face. Raises BadRequest when it is no picture, and as `uploads.received`."""
    return await _receive(actor, offered, _own(actor))


async def remove_own(actor: Actor) -> Me:
    """Go without a face again."""
    return await _remove(_own(actor))


async def set_group(actor: Actor, conversation_id: str, offered: Offered) -> Changed:
    """Give a group a picture: who may change its name may. Raises as `set_own`, NotFound, Forbidden."""
    async with database.read() as reading:  # before anything is received
        await participants.require_may_change_info(reading, actor, conversation_id)
    return await _receive(actor, offered, _of_group(actor, conversation_id))


async def remove_group(actor: Actor, conversation_id: str) -> Changed:
    """Take a group's picture away. Raises NotFound, Forbidden."""
    return await _remove(_of_group(actor, conversation_id))


async def download(actor: Actor, sha256: str, query: AvatarQuery) -> Download:
    """A face that somebody wears, or a group that the actor is in. Raises NotFound."""
    async with database.read() as reading:
        avatar = await access.avatar(reading, actor, sha256)
    wanted = avatar.large_sha256 if query.size == "large" else avatar.small_sha256
    return await stored(wanted, "avatar.webp", "image/webp")


def _own(actor: Actor) -> _Put[Me]:
    async def put(tx: Transaction, address: str | None) -> Me:
        user = await access.user(tx, actor.user_id)
        user.avatar = address
        tx.record(users.account_changed(user))
        tx.record(users.user_updated(user))
        return users.show_me(user)

    return put


def _of_group(actor: Actor, conversation_id: str) -> _Put[Changed]:
    async def put(tx: Transaction, address: str | None) -> Changed:
        conversation = await participants.require_may_change_info(tx, actor, conversation_id)
        return await participants.change_info(tx, actor, conversation, {"avatar": address})

    return put


async def _receive(actor: Actor, offered: Offered, put: _Put[T]) -> T:
    # As with attachments: what has been received whole is kept although the caller goes.
    return await asyncio.shield(asyncio.create_task(_keep(actor, offered, put)))


async def _keep(actor: Actor, offered: Offered, put: _Put[T]) -> T:
    async with received(actor, offered, "avatar") as (found, files):
        if not found.is_picture:
            raise BadRequest("not_a_picture", details={"field": "file"})
        large, small = files

        async def change(tx: Transaction) -> T:
            avatar = await tx.session.get(Avatar, large.sha256)
            if avatar is None:
                avatar = Avatar(large_sha256=large.sha256, small_sha256=small.sha256)
                tx.session.add(avatar)
            avatar.created_at = tx.now
            return await put(tx, avatar.address)

        async with instance.current().files.placed(files):
            return await database.write(change)


async def _remove(put: _Put[T]) -> T:
    async def change(tx: Transaction) -> T:
        return await put(tx, None)

    return await database.write(change)
