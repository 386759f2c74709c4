"""The words of the demo, read from `words.json`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One thing said by one of those who talk (0 is who begins), and what it makes somebody feel."""

    speaker: int
    text: str
    emoji: str | None = None


Dialogue = list[Line]


class Words(msgspec.Struct, frozen=True):
    """A language's names and small talk."""

    first: list[str]
    last: list[str]
    groups: list[str]
    everyone: str
    direct: list[Dialogue]
    group: list[Dialogue]


@cache
def words(locale: str) -> Words:
    text = Path(__file__).with_name("words.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Words])[locale]
