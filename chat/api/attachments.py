"""Attachments."""

from __future__ import annotations

from quart import Response

from chat.api.downloads import send_file
from chat.api.registry import File, routes
from chat.api.uploads import uploaded_file
from chat.schemas import attachments as schemas
from chat.services import attachments
from chat.services.actor import Actor


@routes.on("POST", "attachments", File, schemas.Attachment, status=201, limit="upload")
async def upload_attachment(actor: Actor) -> schemas.Attachment:
    """Send a file as `file` of a form, for a message to come: `attachments` of `send-message` takes its `_id`, once.

    A file that no message takes is gone after a day. Its type is told by its content; pictures are turned upright
    and lose everything but the picture.
    """
    async with uploaded_file() as offered:
        return await attachments.upload(actor, offered)


@routes.on("DELETE", "attachments/{attachment_id}", status=204)
async def discard_attachment(actor: Actor, attachment_id: str) -> None:
    """Throw a file of one's own away that no message has taken."""
    await attachments.discard(actor, attachment_id)


@routes.on("GET", "attachments/{attachment_id}", None, File)
async def get_attachment(actor: Actor, attachment_id: str) -> Response:
    """The file itself, or the range of it that is asked for."""
    return send_file(await attachments.download(actor, attachment_id))


@routes.on("GET", "attachments/{attachment_id}/thumbnail", None, File)
async def get_thumbnail(actor: Actor, attachment_id: str) -> Response:
    """A picture's thumbnail, as WebP."""
    return send_file(await attachments.download(actor, attachment_id, is_thumbnail=True))
