"""Attachments: what is shown of a file."""

from __future__ import annotations

from typing import Literal

import msgspec

from chat.schemas.base import Schema

AvatarSize = Literal["small", "large"]


class Attachment(Schema):
    """A file beside a message, or one that waits for its message.

    `url` and `thumbnailUrl` are paths of this server. Pictures have a thumbnail, a width and a height in pixels;
    sounds and videos a duration in seconds, when it could be told.
    """

    id: str = msgspec.field(name="_id")
    name: str
    content_type: str
    size: int
    url: str
    thumbnail_url: str | msgspec.UnsetType = msgspec.UNSET
    width: int | msgspec.UnsetType = msgspec.UNSET
    height: int | msgspec.UnsetType = msgspec.UNSET
    duration: float | msgspec.UnsetType = msgspec.UNSET


class AvatarQuery(Schema):
    """Which size of a face: 64 or 256 pixels square."""

    size: AvatarSize = "large"
