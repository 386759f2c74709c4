"""No event without a test: every one of the seed, of the registers and of the documented contract has a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import chat.sockets.server  # registers all client events
import tests.seed.test_connection
import tests.seed.test_groups
import tests.seed.test_messages
import tests.seed.test_presence
from chat import events as facts
from chat.sockets.registry import events
from tests.docs import events_page
from tests.seed import table

assert chat.sockets.server.HANDLERS
ROWS = (
    tests.seed.test_connection,
    tests.seed.test_groups,
    tests.seed.test_messages,
    tests.seed.test_presence,
)

# As the seed names them.
SEED = {
    *("send-message", "receive-message", "message-delivered", "mark-conversation-as-read", "messages-read"),
    *(
        "delete-message",
        "message-deleted",
        "edit-message",
        "message-edited",
        "add-reaction",
        "remove-reaction",
    ),
    *("user-status", "typing", "user-typing", "join-conversation", "leave-conversation"),
    *("user-joined-conversation", "user-left-conversation"),
    *("user-added-to-group", "user-removed-from-group", "group-info-updated"),
    *("group-user-added", "group-updated", "reconnect", "missed-messages", "request-missed-messages"),
}
# Socket.IO's own name for a refused connection; the contract fixes what it says.
OF_THE_CLIENT = {"connect_error"}


def fact_events(kind: type[facts.Fact] = facts.Fact) -> Iterator[str]:
    """The names under which facts are told, without those that nobody is told of."""
    for inner in kind.__subclasses__():
        if event := vars(inner).get("event"):
            yield event
        yield from fact_events(inner)


def documented() -> set[str]:
    page = events_page.load()
    return set(page.client_entries) | set(page.server_entries)


def test_every_event_stands_in_the_table() -> None:
    missing = (SEED | set(events.events) | set(fact_events()) | documented()) - table.driven()
    assert not missing


def test_every_row_names_an_event_that_there_is() -> None:
    assert table.driven() - OF_THE_CLIENT == documented()


def test_every_test_of_the_folder_stands_in_the_table() -> None:
    files = {path.stem for path in Path(__file__).parent.glob("test_*.py")} - {Path(__file__).stem}
    assert files == {module.__name__.rpartition(".")[2] for module in ROWS}
