"""Where a request comes from (hole 10 of the stack): the peer, or what a trusted proxy says, and nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.people import PASSWORD, Person, Town, visit
from tests.server import ServerProcess


@pytest.fixture(scope="module")
async def behind_proxy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Person]:
    server = ServerProcess(tmp_path_factory.mktemp("proxied"), TRUSTED_PROXIES="127.0.0.1,10.0.0.0/8")
    await server.start()
    yield await Town(server).person("Pat")
    await server.stop()


async def address_seen(person: Person, forwarded: str) -> str:
    """The address that a session opened with that header is listed with."""
    async with visit(person.server, X_Forwarded_For=forwarded) as http:
        answer = await http.post("/api/auth/login", json={"email": person.email, "password": PASSWORD})
        headers = {"Authorization": f"Bearer {answer.json()['accessToken']}"}
        sessions = (await http.get("/api/sessions", headers=headers)).json()["sessions"]
    (address,) = [session["ip"] for session in sessions if session["current"]]
    return address  # type: ignore[no-any-return]


async def test_forwarded_address_counts_for_nothing_when_the_peer_is_no_proxy_of_ours(town: Town) -> None:
    assert await address_seen(await town.person("Ada"), "203.0.113.9") == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("2001:db8::9", "2001:db8::9"),
        ("", "127.0.0.1"),
    ],
)
async def test_address_is_the_last_that_is_no_proxy_when_a_proxy_is_trusted(
    behind_proxy: Person, forwarded: str, address: str
) -> None:
    assert await address_seen(behind_proxy, forwarded) == address


async def test_invitation_link_names_the_host_that_the_proxy_was_asked_for(behind_proxy: Person) -> None:
    headers = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "chat.example",
    }
    made = await behind_proxy.request("POST", "invitations", {}, headers=headers)
    assert made.json()["url"].startswith("https://chat.example/join/")
