"""Sentences for people, French and English, one JSON file per language and subject."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

LOCALES: Final = ("fr", "en")
_FOLDER = Path(__file__).parent


@cache
def catalogue(locale: str) -> dict[str, str]:
    """All sentences of a language: key → text with `{named}` placeholders."""
    sentences: dict[str, str] = {}
    for file in sorted((_FOLDER / locale).glob("*.json")):
        sentences.update(json.loads(file.read_text(encoding="utf-8")))
    return sentences


def translate(locale: str, key: str, **values: Any) -> str:
    """The sentence for `key` in `locale`; an unknown language falls back to French, an unknown key to itself."""
    sentence = catalogue(locale if locale in LOCALES else "fr").get(key, key)
    return sentence.format(**values) if values else sentence


def negotiate(wanted: str | None, default: str) -> str:
    """The best of our languages for an `Accept-Language` header (RFC 9110, section 12.5.4) or a plain tag."""
    for tag in _by_preference(wanted or ""):
        language = tag.split("-")[0].strip().lower()
        if language in LOCALES:
            return language
    return default


def _by_preference(header: str) -> Iterable[str]:
    weighted: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, weight = part.partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        if quality > 0:
            weighted.append((quality, tag))
    return (tag for _, tag in sorted(weighted, key=lambda pair: -pair[0]))
