"""File names: kept in any script, without what could mislead people, paths or headers."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

MAX_CHARS = 120
MAX_EXTENSION_CHARS = 16
NAMELESS = "file"

# Persian, Indic scripts and emoji need them; all other characters of format are dropped, bidi overrides among them.
_JOINERS = "\u200c\u200d"
_PICTURE_ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg", ".jfif"),
    "image/png": (".png", ".apng"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
}
# RFC 8187, section 3.2.1: what stands for itself.
_ATTRIBUTE_CHARACTERS = "!#$&+-.^_`|~"


def safe_name(sent: str) -> str:
    """The name to keep for one that a client sent: the last part of a path, one line, nothing invisible."""
    # Browsers write a quotation mark so (HTML standard, multipart/form-data encoding).
    last = sent.replace("%22", '"').replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    visible = "".join(character for character in last if not _is_dropped(character))
    # Windows drops trailing dots and spaces; a leading dot hides a file elsewhere.
    cleaned = unicodedata.normalize("NFC", " ".join(visible.split())).strip(". ")
    return _shorten(cleaned) or NAMELESS


def named_as(name: str, content_type: str) -> str:
    """The name, with the ending of its type for a picture that is called something else."""
    endings = _PICTURE_ENDINGS.get(content_type)
    return name if endings is None or name.lower().endswith(endings) else f"{name}{endings[0]}"


def disposition(name: str, *, is_inline: bool) -> str:
    """The value of Content-Disposition (RFC 6266): any name in full, and in ASCII for what reads no better."""
    ascii_name = "".join(
        character if character.isascii() and character not in '"\\%' else "_" for character in name
    )
    encoded = quote(name, safe=_ATTRIBUTE_CHARACTERS)
    return f"{'inline' if is_inline else 'attachment'}; filename=\"{ascii_name}\"; filename*=UTF-8''{encoded}"


def _is_dropped(character: str) -> bool:
    if character in _JOINERS or character.isspace():
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")


def _shorten(name: str) -> str:
    if len(name) <= MAX_CHARS:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > MAX_EXTENSION_CHARS:
        return name[:MAX_CHARS].rstrip(". ")
    return f"{stem[: MAX_CHARS - len(dot) - len(extension)].rstrip('. ')}{dot}{extension}"
