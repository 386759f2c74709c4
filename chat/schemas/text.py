"""Text that people write: what is taken, what is cleaned, what is refused."""

from __future__ import annotations

import re
import unicodedata

from chat.errors import BadRequest, TooLarge

CONTENT_MAX_CHARS = 5000
NAME_MAX_CHARS = 80
DESCRIPTION_MAX_CHARS = 500
EMOJI_MAX_CHARS = 24
MAX_COMBINING_RUN = 8  # Vietnamese needs 2, Zalgo needs hundreds

# Cc, Cf, Zs, … carry no ink: a text of these alone shows nothing.
_INKLESS = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
_INKLESS_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_ZERO_WIDTH_JOINER = "\u200d"
_BEYOND_LATIN = re.compile("[^\u0000-\u02ff]")
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def content(text: str) -> str:
    """A message's text. Raises BadRequest when it shows nothing or cannot be kept, TooLarge over 5,000 characters."""
    if len(text) > CONTENT_MAX_CHARS:
        raise TooLarge("content_too_long", limit=CONTENT_MAX_CHARS)
    _require_storable(text, "content")
    if not _shows_something(text):
        raise BadRequest("content_empty", details={"field": "content"})
    return text


def line(text: str, field: str, limit: int = NAME_MAX_CHARS) -> str:
    """A single line such as a name: trimmed, composed, without controls that could disguise it.

    Raises BadRequest naming `field`.
    """
    _require_storable(text, field)
    cleaned = unicodedata.normalize("NFC", " ".join(text.split()))
    if len(cleaned) > limit:
        raise TooLarge("text_too_long", field=field, limit=limit, details={"field": field})
    if not _shows_something(cleaned):
        raise BadRequest("text_empty", field=field, details={"field": field})
    if any(_disguises(character) for character in cleaned):
        raise BadRequest("text_invisible", field=field, details={"field": field})
    return cleaned


def paragraph(text: str, field: str, limit: int = DESCRIPTION_MAX_CHARS) -> str:
    """A longer text that may be empty, such as a description."""
    _require_storable(text, field)
    if len(text) > limit:
        raise TooLarge("text_too_long", field=field, limit=limit, details={"field": field})
    return text.strip()


def emoji(value: str) -> str:
    """One real emoji (Unicode's RGI sequences, with or without their variation selectors). Raises BadRequest."""
    from emoji import is_emoji  # its tables take 3 MB, which an idle server can do without

    if len(value) > EMOJI_MAX_CHARS or not is_emoji(value):
        raise BadRequest("not_an_emoji", details={"field": "emoji"})
    return value


def _require_storable(text: str, field: str) -> None:
    if "\x00" in text:
        raise BadRequest("text_unstorable", field=field, details={"field": field})
    if _BEYOND_LATIN.search(text) is None:  # neither surrogates nor combining marks: what most people write
        return
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadRequest("text_unstorable", field=field, details={"field": field})
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MAX_COMBINING_RUN:
            raise BadRequest("text_unstorable", field=field, details={"field": field})


def _shows_something(text: str) -> bool:
    first = text[:1]
    return (first.isascii() and first.isalnum()) or any(
        unicodedata.category(character) not in _INKLESS
        and not unicodedata.combining(character)
        and character not in _INKLESS_LETTERS
        for character in text
    )


def _disguises(character: str) -> bool:
    if character in _BIDI_CONTROLS:
        return True
    return unicodedata.category(character) in ("Cc", "Cf") and character != _ZERO_WIDTH_JOINER
