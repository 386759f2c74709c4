"""Faces of people and groups."""

from __future__ import annotations

from quart import Response

from chat.api.downloads import FOR_EVER, send_file
from chat.api.registry import File, routes
from chat.api.uploads import uploaded_file
from chat.schemas.attachments import AvatarQuery
from chat.schemas.messages import Changed
from chat.schemas.users import Me
from chat.services import avatars
from chat.services.actor import Actor


@routes.on("PUT", "users/me/avatar", File, Me, limit="upload")
async def set_avatar(actor: Actor) -> Me:
    """Give oneself a face: a picture as `file` of a form. Its middle is cut out square."""
    async with uploaded_file() as offered:
        return await avatars.set_own(actor, offered)


@routes.on("DELETE", "users/me/avatar", None, Me)
async def remove_avatar(actor: Actor) -> Me:
    """Go without a face again."""
    return await avatars.remove_own(actor)


@routes.on("PUT", "conversations/{conversation_id}/avatar", File, Changed, limit="upload")
async def set_group_avatar(actor: Actor, conversation_id: str) -> Changed:
    """Give a group a picture, as `file` of a form: its owner and admins may."""
    async with uploaded_file() as offered:
        return await avatars.set_group(actor, conversation_id, offered)


@routes.on("DELETE", "conversations/{conversation_id}/avatar", None, Changed, limit="change")
async def remove_group_avatar(actor: Actor, conversation_id: str) -> Changed:
    """Take a group's picture away: its owner and admins may."""
    return await avatars.remove_group(actor, conversation_id)


@routes.on("GET", "avatars/{avatar_id}", AvatarQuery, File)
async def get_avatar(actor: Actor, avatar_id: str, query: AvatarQuery) -> Response:
    """A face as WebP, `large` (256 pixels square) or `small` (64). Its address names its content: keep it for ever."""
    return send_file(await avatars.download(actor, avatar_id, query), FOR_EVER)
