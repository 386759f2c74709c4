"""Nothing that people say, and nothing that opens a door, is ever in the log: not even when something goes wrong."""

from __future__ import annotations

import contextlib
import json
import sqlite3

import websockets

from tests.conftest import Serve
from tests.people import PASSWORD, Person, Town, visit
from tests.server import ServerProcess
from tests.sockets.raw import RawPolling, RawSocket, refusal

SAID = "canary-in-a-message"
TYPED = "canary-in-a-password"
NAMED = "canary-in-a-name"


async def talk_and_stumble(ada: Person, bob: Person, group_id: str) -> None:
    """The ordinary and the broken, each with a canary in it."""
    device = await ada.connect()
    sent = await device.send(group_id, SAID)
    await device.call(
        "edit-message", {"messageId": sent["messageId"], "conversationId": group_id, "content": f"{SAID} 2"}
    )
    await device.call("group-info-updated", {"conversationId": group_id, "updates": {"name": NAMED}})
    await device.call("send-message", {"conversationId": group_id, "content": [SAID]})
    await device.call(f"no-such-event {SAID}", {"content": SAID})
    await device.close()
    await bob.request("POST", f"conversations/{group_id}/messages", {"content": SAID, "replyTo": SAID})
    await bob.request("GET", f"users?query={NAMED}")
    async with visit(ada.server) as http:
        await http.post("/api/auth/login", json={"email": ada.email, "password": TYPED})
        await http.post("/login", data={"email": ada.email, "password": TYPED})
        await http.post("/api/auth/login", content=f'{{"email":"{ada.email}","password":"{TYPED}"')
        await http.post("/api/auth/refresh-token", json={"refreshToken": ada.refresh_token})
        await http.get("/api/users/me", params={"token": ada.access_token})
        await http.get(f"/join/{SAID}")
    await refusal(ada.server, {"token": f"{ada.access_token}x"})
    async with RawPolling(ada.server) as polling:
        await polling.post(f'40{{"token":"{ada.access_token}"')
    for garbage in (
        SAID,
        f'42["{SAID}"',
        f'451-["{SAID}"]',
        f"5{SAID}",
        f'40{{"token":"{ada.access_token}"}}x',
    ):
        async with RawSocket(ada.server) as socket:
            await socket.sign_in(ada)
            with contextlib.suppress(websockets.exceptions.ConnectionClosed):
                await socket.send(garbage)
                await socket.ask(json.dumps(["get-changes", {"conversationId": SAID}]))


def break_the_tables(server: ServerProcess) -> None:
    """What a damaged file or a bad migration does: from now on statements fail inside the server."""
    with sqlite3.connect(server.database_path) as file:
        for table in ("messages", "participants"):
            file.execute(f"ALTER TABLE {table} RENAME TO {table}_gone")


async def test_log_holds_no_word_name_address_or_token_when_all_sorts_of_things_went_wrong(
    serve: Serve,
) -> None:
    server = await serve()
    ada, bob = await Town(server).people("Ada", "Bob")
    group_id = (await ada.group_with(bob))["_id"]
    await talk_and_stumble(ada, bob, group_id)
    device = await bob.connect()
    break_the_tables(server)
    await device.call("send-message", {"conversationId": group_id, "content": SAID})
    await bob.request("GET", f"conversations/{group_id}/messages")
    await bob.disconnect()
    await server.stop()
    log = server.log_text()
    assert "error" in log, "without a failure in it the log proves nothing"
    secrets = {
        "message": SAID,
        "password": TYPED,
        "right password": PASSWORD,
        "name": NAMED,
        "e-mail": ada.email,
        "access token": ada.access_token.rpartition(".")[2],
        "refresh token": ada.refresh_token.rpartition(".")[2],
        "secret key": (server.folder / "data" / "secret.key").read_text(encoding="ascii").strip(),
    }
    assert {kind for kind, secret in secrets.items() if secret in log} == set()


async def test_event_and_route_are_answered_without_a_traceback_when_the_server_fails_inside(
    serve: Serve,
) -> None:
    """Hole 8 of the stack: stock handlers that raise never answer."""
    server = await serve()
    ada, bob = await Town(server).people("Ada", "Bob")
    group_id = (await ada.group_with(bob))["_id"]
    device = await ada.connect()
    break_the_tables(server)
    answers = [
        await device.call(event, {"conversationId": group_id, "afterSeq": 0, "content": "x"})
        for event in ("send-message", "get-changes", "mark-conversation-as-read")
    ]
    response = await ada.request("GET", f"conversations/{group_id}")
    answers.append(response.json())
    assert {answer["code"] for answer in answers} <= {"internal", "unavailable"}
    assert [answer for answer in answers if "Traceback" in str(answer) or "messages" in answer["error"]] == []
    assert (await device.call("no-such-event"))["code"] == "bad_request", "the connection is still of use"
    await device.close()
