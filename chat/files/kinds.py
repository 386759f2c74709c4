"""Types of files, by content: what is a picture, what plays, what may be shown in place."""

from __future__ import annotations

from typing import Final, Literal

Kind = Literal["image", "video", "audio", "file"]

# Of these nothing is known but their bytes; browsers do nothing with them but save them.
UNKNOWN: Final = "application/octet-stream"
PDF: Final = "application/pdf"
# Only what the worker has decoded and written anew ever gets one of these.
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
SOUNDS: Final = frozenset(
    {"audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm", "audio/wav", "audio/flac", "audio/aac"}
)
VIDEOS: Final = frozenset({"video/mp4", "video/webm", "video/ogg", "video/quicktime"})

_OTHER_NAMES: Final = {"audio/x-wav": "audio/wav", "audio/x-flac": "audio/flac"}
# Containers that carry sound alone or pictures too; their first bytes do not tell which.
_EITHER: Final = frozenset({"mp4", "ogg", "webm"})


def settle(found: str | None, claimed: str) -> str:
    """The type to keep for what the content was `found` to be, when it is no picture.

    The claim decides one thing only: whether a container that holds either is sound or video. Both are played, and
    neither runs anything.
    """
    if found is None or found in PICTURES:
        return UNKNOWN
    found = _OTHER_NAMES.get(found, found)
    family, _, container = found.partition("/")
    claimed_family, _, claimed_container = claimed.partition(";")[0].strip().lower().partition("/")
    if container in _EITHER and claimed_container == container and claimed_family in ("audio", "video"):
        family = claimed_family
    return f"{family}/{container}"


def kind_of(content_type: str) -> Kind:
    """What a client does with it: show, play, or offer to save."""
    if content_type in PICTURES:
        return "image"
    if content_type in VIDEOS:
        return "video"
    return "audio" if content_type in SOUNDS else "file"
