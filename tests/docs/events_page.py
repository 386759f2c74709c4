"""Reads `docs/SOCKET_IO_EVENTS.md`: its entries and their examples."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.server import ROOT

PAGE = ROOT / "docs/SOCKET_IO_EVENTS.md"
CLIENT_EVENTS = "Client → server"
SERVER_EVENTS = "Server → client"
_EXAMPLE = re.compile(r"```json\n(.*?)```", re.DOTALL)
_OPTIONAL = re.compile(r"`(\w+)\?(?:: \w+)?`")


@dataclass(frozen=True)
class Example:
    """What a client emits, what it is answered, and what that makes others hear.

    `after` names events whose examples come first, `tells` who hears which server event.
    """

    emit: str
    data: Any
    answer: Any
    by: str = "Camille"
    after: tuple[str, ...] = ()
    tells: tuple[tuple[str, tuple[str, ...]], ...] = ()


class EventsPage:
    """The page, taken apart."""

    def __init__(self, text: str) -> None:
        self.client_entries = _entries(text, CLIENT_EVENTS)
        self.server_entries = _entries(text, SERVER_EVENTS)
        self.optional = frozenset(_OPTIONAL.findall(text))
        self.failure = _example(json.loads(_first_example(_section(text, "Answers"))))

    def client_example(self, event: str) -> Example:
        return _example(json.loads(_first_example(self.client_entries[event])))

    def server_example(self, event: str) -> Any:
        """The data of a server event, shapes such as `<Message>` spelled out."""
        example = json.loads(_first_example(self.server_entries[event]))
        assert example["event"] == event, f"the entry {event} shows another event"
        return self.spelled_out(example["data"])

    def spelled_out(self, value: Any) -> Any:
        match value:
            case "<Message>":
                return _without_timestamp(self.server_example("receive-message"))
            case "<Conversation>":
                return _without_timestamp(self.server_example("conversation-created"))
            case dict():
                return {key: self.spelled_out(inner) for key, inner in value.items()}
            case list():
                return [self.spelled_out(inner) for inner in value]
            case _:
                return value


def load() -> EventsPage:
    return EventsPage(PAGE.read_text(encoding="utf-8"))


def _section(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def _entries(text: str, title: str) -> dict[str, str]:
    """Event → its entry."""
    parts = re.split(r"^### `([^`]+)`$", _section(text, title), flags=re.MULTILINE)
    names = parts[1::2]
    assert len(names) == len(set(names)), "an event has two entries"
    return dict(zip(names, parts[2::2], strict=True))


def _first_example(entry: str) -> str:
    found = _EXAMPLE.search(entry)
    assert found is not None, f"an entry without an example: {entry[:80]}"
    return found[1]


def _example(raw: dict[str, Any]) -> Example:
    tells = tuple((event, tuple(names)) for event, names in raw.pop("tells", {}).items())
    return Example(**{**raw, "after": tuple(raw.get("after", ())), "tells": tells})


def _without_timestamp(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != "timestamp"}
