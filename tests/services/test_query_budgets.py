"""What each event and route may ask of the database: so many statements, however much there is, each by an index."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.security.world import EVENTS, ROUTES
from tests.services.query_world import Size, Statement, query_world

SMALL = Size(conversations=3, members=8, messages=30, devices=4)
LARGE = Size(conversations=30, members=60, messages=400, devices=20)

# Ending all other sessions comes last: there would be none left to end.
ACTIONS = sorted([*EVENTS, *ROUTES], key=lambda name: name == "DELETE sessions")

# Statements for each event and route. Over REST one more than the rule itself needs: who calls?
BUDGETS = {
    "add-reaction": 5,
    "delete-message": 5,
    "edit-message": 5,
    "get-changes": 5,
    "group-info-updated": 6,
    "join-conversation": 0,
    "leave-conversation": 0,
    "mark-conversation-as-delivered": 5,
    "mark-conversation-as-read": 5,
    "reconnect": 5,
    "remove-reaction": 4,
    "request-missed-messages": 5,
    "send-message": 2,
    "typing": 0,
    "user-added-to-group": 15,
    "user-removed-from-group": 11,
    "POST attachments": 4,
    "DELETE attachments/{attachment_id}": 3,
    "GET attachments/{attachment_id}": 2,
    "GET attachments/{attachment_id}/thumbnail": 2,
    "PUT users/me/avatar": 5,
    "DELETE users/me/avatar": 3,
    "PUT conversations/{conversation_id}/avatar": 10,
    "DELETE conversations/{conversation_id}/avatar": 7,
    "GET avatars/{avatar_id}": 2,
    "GET contacts": 2,
    "POST contacts": 3,
    "DELETE contacts/{user_id}": 5,
    "PUT contacts/{user_id}/block": 4,
    "DELETE contacts/{user_id}/block": 5,
    "GET conversations": 8,
    "POST conversations": 17,
    "GET conversations/{conversation_id}": 7,
    "GET conversations/{conversation_id}/changes": 6,
    "PUT conversations/{conversation_id}/read": 6,
    "PATCH conversations/{conversation_id}": 7,
    "PUT conversations/{conversation_id}/preferences": 8,
    "POST invitations": 3,
    "GET invitations": 2,
    "DELETE invitations/{invitation_id}": 4,
    "GET conversations/{conversation_id}/messages": 5,
    "POST conversations/{conversation_id}/messages": 3,
    "GET messages/{message_id}": 4,
    "PATCH messages/{message_id}": 6,
    "DELETE messages/{message_id}": 6,
    "GET messages/{message_id}/history": 3,
    "GET messages/{message_id}/receipts": 3,
    "PUT messages/{message_id}/reactions/{emoji}": 6,
    "DELETE messages/{message_id}/reactions/{emoji}": 5,
    "POST conversations/{conversation_id}/members": 16,
    "PATCH conversations/{conversation_id}/members/{user_id}": 10,
    "DELETE conversations/{conversation_id}/members/{user_id}": 12,
    "POST conversations/{conversation_id}/leave": 12,
    "POST auth/register": 10,
    "POST auth/login": 4,
    "POST auth/refresh-token": 3,
    "POST auth/logout": 4,
    "GET sessions": 2,
    "DELETE sessions/{session_id}": 4,
    "GET users/me": 2,
    "PATCH users/me": 3,
    "DELETE users/me": 7,
    "POST users/me/password": 7,
    "GET users": 2,
    "GET users/{user_id}": 2,
    "DELETE sessions": 4,
}

# What may be gone through from one end to the other, and why.
MAY_BE_SCANNED = {
    "newest_messages": "of a conversation, UNREAD_AMONG at most",
    "unread": "of those, UNREAD_MOST at most",
    "start": "where each of one's conversations is caught up from",
    "given_wanted": "the conversations or messages that are asked for, as they are handed over",
    "given_whose": "who says where they stand, as it is handed over",
    "given_moves": "how far people have come, as it is handed over",
    "moves": "the same, as a table",
    "anon_1": "one row: is there any account?",
    "invitations": "an administrator lists all there are",
    "users": "a part of a name is looked for in all names, in their order, until the page is full",
}
# What the plan calls values and subqueries that have no name.
NAMELESS = r"\(subquery-\d+\)|\d+ CONSTANT ROWS|CONSTANT ROW"

Asked = Mapping[str, list[Statement]]


@pytest.fixture(scope="session")
async def asked(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Size, Asked]:
    """What the database was asked for each event and route, at both sizes."""
    found = {}
    for size in (SMALL, LARGE):
        async with query_world(size, tmp_path_factory.mktemp("queries"), migrated) as world:
            found[size] = {name: await world.ask(name) for name in ACTIONS}
    return found


@pytest.fixture(scope="session")
def schema(migrated: Path) -> Iterable[sqlite3.Connection]:
    with closing(sqlite3.connect(migrated)) as connection:
        yield connection


def scanned(schema: sqlite3.Connection, statement: Statement) -> set[str]:
    """The tables and subqueries that SQLite goes through from one end to the other for a statement."""
    plan = schema.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.values)
    steps = [row[3] for row in plan]
    return {
        step.split()[1]
        for step in steps
        if step.startswith("SCAN ") and not re.match(f"SCAN ({NAMELESS})", step)
    }


@pytest.mark.parametrize("name", ACTIONS)
def test_action_keeps_its_budget_however_much_there_is(asked: dict[Size, Asked], name: str) -> None:
    counted = {size: len(asked[size][name]) for size in (SMALL, LARGE)}
    assert counted == dict.fromkeys((SMALL, LARGE), BUDGETS.get(name)), asked[LARGE][name]


def test_no_budget_speaks_of_what_does_not_exist() -> None:
    assert set(BUDGETS) <= {*ACTIONS}


@pytest.mark.parametrize("name", ACTIONS)
def test_action_finds_by_an_index_what_grows(
    asked: dict[Size, Asked], schema: sqlite3.Connection, name: str
) -> None:
    found = {table for statement in asked[LARGE][name] for table in scanned(schema, statement)}
    assert found <= set(MAY_BE_SCANNED)


def test_scan_is_noticed(schema: sqlite3.Connection) -> None:
    search = Statement("SELECT id FROM messages WHERE content = ?", ("anything",))
    assert scanned(schema, search) == {"messages"}
