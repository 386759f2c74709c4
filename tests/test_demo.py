"""`chat demo`: believable people on which the real server runs, and nobody where real people live."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sqlite3
import stat
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server import ROOT, ServerProcess

PEOPLE = 50
MESSAGES = 1200
WITHIN_S = 60


class Demo:
    """A folder filled by the command, and a server on it."""

    def __init__(self, folder: Path) -> None:
        self.server = ServerProcess(folder)
        self.tokens = folder / "tokens.json"
        self.said = ""

    @property
    def accounts(self) -> list[dict[str, str]]:
        return json.loads(self.tokens.read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    def stored(self, query: str) -> list[Any]:
        connection = sqlite3.connect(self.server.database_path)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    async def get(self, account: dict[str, str], path: str) -> Any:
        async with httpx.AsyncClient(base_url=f"{self.server.url}/api/", timeout=30) as http:
            headers = {"Authorization": f"Bearer {account['accessToken']}"}
            response = await http.get(path, headers=headers)
        assert response.status_code == 200, response.text
        return response.json()


async def run_demo(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """`chat demo` with its data in `folder`; exit status, stdout, stderr."""
    environment = {"DATA_DIR": str(folder / "data"), "PATH": os.environ["PATH"]}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chat", "demo", *arguments),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), WITHIN_S)
    return process.returncode or 0, out.decode(), err.decode()


@pytest.fixture(scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = Demo(tmp_path_factory.mktemp("demo"))
    status, made.said, complaint = await run_demo(
        made.server.folder,
        *("--users", str(PEOPLE), "--messages", str(MESSAGES), "--tokens", str(made.tokens)),
    )
    assert status == 0, complaint
    await made.server.start()
    yield made
    await made.server.stop()


async def test_tokens_file_is_private_and_names_everybody(demo: Demo) -> None:
    assert stat.S_IMODE(demo.tokens.stat().st_mode) == 0o600
    assert [set(account) for account in demo.accounts] == [{"_id", "name", "email", "accessToken"}] * PEOPLE
    assert len({account["email"] for account in demo.accounts}) == PEOPLE


async def test_first_person_is_the_owner_and_everybodys_token_opens_the_door(demo: Demo) -> None:
    roles = [(await demo.get(account, "users/me"))["role"] for account in demo.accounts]
    assert roles == ["owner"] + ["member"] * (PEOPLE - 1)


async def test_tokens_are_good_for_a_day(demo: Demo) -> None:
    claims = demo.accounts[0]["accessToken"].split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert said["exp"] - said["iat"] == 24 * 3600


async def test_the_password_that_was_printed_signs_in(demo: Demo) -> None:
    password = demo.said.split()[-1]
    async with httpx.AsyncClient(base_url=f"{demo.server.url}/api/", timeout=30) as http:
        body = {"email": demo.accounts[7]["email"], "password": password}
        response = await http.post("auth/login", json=body)
    assert response.status_code == 200
    assert response.json()["user"]["_id"] == demo.accounts[7]["_id"]


async def test_owner_sees_pairs_and_groups_with_what_was_said_in_them(demo: Demo) -> None:
    conversations = (await demo.get(demo.accounts[0], "conversations"))["conversations"]
    assert {conversation["isGroup"] for conversation in conversations} == {True, False}
    assert len(conversations) > 10
    for conversation in conversations:
        page = await demo.get(demo.accounts[0], f"conversations/{conversation['_id']}/messages?limit=200")
        messages = page["messages"]
        assert messages == sorted(messages, key=lambda message: (message["seq"], message["createdAt"]))
        assert messages[-1] == conversation["lastMessage"]
        members = {participant["_id"] for participant in conversation["participants"]}
        assert {message["sender"]["_id"] for message in messages} <= members


async def test_changes_are_dense_when_a_client_catches_up_from_nothing(demo: Demo) -> None:
    conversations = (await demo.get(demo.accounts[0], "conversations"))["conversations"]
    for conversation in conversations:
        page = await demo.get(
            demo.accounts[0], f"conversations/{conversation['_id']}/changes?afterSeq=0&limit=200"
        )
        seqs = [change["seq"] for change in page["changes"]]
        assert seqs == list(range(1, min(200, conversation["lastSeq"]) + 1))


async def test_numbers_are_dense_and_cursors_stand_where_they_may(demo: Demo) -> None:
    numbered = """
        SELECT c.id, c.last_seq, count(n.seq), coalesce(min(n.seq), 1), coalesce(max(n.seq), 0)
        FROM conversations c LEFT JOIN (
            SELECT conversation_id, seq FROM messages UNION ALL SELECT conversation_id, seq FROM changes
        ) n ON n.conversation_id = c.id GROUP BY c.id
    """
    assert [row for row in demo.stored(numbered) if row[1:] != (row[1], row[1], 1, row[1])] == []
    assert demo.stored("SELECT count(*) FROM messages") == [(MESSAGES,)]
    wrong_cursors = """
        SELECT p.* FROM participants p JOIN conversations c ON c.id = p.conversation_id
        WHERE p.joined_seq != 0 OR p.last_read_seq > p.last_delivered_seq OR p.last_delivered_seq > c.last_seq
           OR p.last_read_seq < (SELECT coalesce(max(m.seq), 0) FROM messages m
                                 WHERE m.conversation_id = c.id AND m.sender_id = p.user_id)
    """
    assert demo.stored(wrong_cursors) == []
    assert demo.stored("SELECT count(*) FROM messages WHERE created_at > datetime('now')") == [(0,)]
    assert demo.stored("PRAGMA foreign_key_check") == []


async def test_reactions_and_corrections_are_among_what_was_said(demo: Demo) -> None:
    assert demo.stored("SELECT count(*) > 0 FROM reactions") == [(1,)]
    edited = "SELECT count(*) FROM messages WHERE edited_at IS NOT NULL"
    assert demo.stored(edited)[0][0] * 2 == demo.stored("SELECT count(*) FROM revisions")[0][0] > 0


async def test_second_run_is_refused_and_changes_nothing(demo: Demo, tmp_path: Path) -> None:
    tokens = tmp_path / "again.json"
    status, _, complaint = await run_demo(demo.server.folder, "--users", "5", "--tokens", str(tokens))
    assert status == 1
    assert complaint.startswith("causerie: demo people live here already")
    assert complaint.count("\n") == 1
    assert os.listdir(tmp_path) == []  # noqa: PTH208
    assert demo.stored("SELECT count(*) FROM users") == [(PEOPLE,)]


async def test_demo_is_refused_when_real_people_have_accounts(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    await server.start()
    async with httpx.AsyncClient(timeout=30) as http:
        body = {"name": "Ada", "email": "ada@example.org", "password": "correct horse battery"}
        assert (await http.post(f"{server.url}/api/auth/register", json=body)).status_code == 201
    await server.stop()
    status, _, complaint = await run_demo(tmp_path, "--users", "5", "--tokens", str(tmp_path / "tokens.json"))
    assert (status, complaint.count("\n")) == (1, 1)
    assert "real people have accounts here" in complaint


async def test_tokens_that_cannot_be_written_cost_no_work(tmp_path: Path) -> None:
    status, _, complaint = await run_demo(
        tmp_path, "--users", "5", "--tokens", str(tmp_path / "none" / "tokens.json")
    )
    assert (status, complaint.count("\n")) == (1, 1)
    assert "cannot be written" in complaint


@pytest.mark.parametrize("people", [1, 2, 3])
async def test_few_people_are_enough(tmp_path: Path, people: int) -> None:
    status, _, complaint = await run_demo(
        tmp_path, "--users", str(people), "--tokens", str(tmp_path / "t.json")
    )
    assert status == 0, complaint
