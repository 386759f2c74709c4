"""Making accounts: the owner's first, then by invitation, openly, or not at all."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest

from tests.conftest import Serve
from tests.people import PASSWORD, Json, Town, visit
from tests.server import ServerProcess

ELSEWHERE = "203.0.113.9"


async def sign_up(server: ServerProcess, *, headers: Json | None = None, **fields: str) -> httpx.Response:
    account = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD, **fields}
    async with visit(server) as http:
        return await http.post("/api/auth/register", json=account, headers=headers)


async def new_invitation(town: Town, **limits: object) -> Json:
    assert town.owner is not None
    made: Json = await town.owner.post("invitations", limits)
    return made | {"token": made["url"].rsplit("/", 1)[1]}


async def test_one_becomes_the_owner_when_five_race_for_the_first_account(serve: Serve) -> None:
    server = await serve()
    answers = await asyncio.gather(*(sign_up(server, email=f"ada{n}@example.org") for n in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 403, 403, 403, 403]
    roles = [answer.json()["user"]["role"] for answer in answers if answer.status_code == 201]
    assert roles == ["owner"]


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": ELSEWHERE}, {"Forwarded": f"for={ELSEWHERE}"}, {"Host": "rebound.example"}],
    ids=["through a proxy", "through another proxy", "by a foreign name"],
)
async def test_first_account_is_refused_when_asked_for_from_elsewhere(
    unowned: ServerProcess, headers: Json
) -> None:
    answer = await sign_up(unowned, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_first_account_is_refused_when_the_set_up_token_is_wrong(unowned: ServerProcess) -> None:
    answer = await sign_up(unowned, headers={"X-Forwarded-For": ELSEWHERE}, setupToken="guessed")
    assert answer.status_code == 403


@pytest.fixture(scope="module")
async def unowned(tmp_path_factory: pytest.TempPathFactory):
    """A server on which nobody has an account; its tests make none."""
    server = ServerProcess(tmp_path_factory.mktemp("unowned"))
    await server.start()
    yield server
    await server.stop()


async def test_first_account_is_made_from_elsewhere_when_the_printed_token_is_given(serve: Serve) -> None:
    server = await serve(HOST="0.0.0.0", RATE_LIMITS="on")
    (printed,) = re.findall(r"/setup\?token=(\S+)", server.log_text())
    answer = await sign_up(server, headers={"X-Forwarded-For": ELSEWHERE}, setupToken=printed)
    assert (answer.status_code, answer.json()["user"]["role"]) == (201, "owner")


async def test_set_up_link_is_printed_when_people_come_through_a_proxy(serve: Serve) -> None:
    server = await serve(TRUSTED_PROXIES="127.0.0.1")
    assert "/setup?token=" in server.log_text()


async def test_set_up_token_lets_nobody_in_when_there_is_an_owner(serve: Serve) -> None:
    server = await serve(HOST="0.0.0.0", RATE_LIMITS="on")
    (printed,) = re.findall(r"/setup\?token=(\S+)", server.log_text())
    await sign_up(server, setupToken=printed)
    answer = await sign_up(server, email="eve@example.org", setupToken=printed)
    assert answer.status_code == 403


async def test_one_joins_when_five_race_for_an_invitation_for_one(town: Town) -> None:
    invite = (await new_invitation(town, maxUses=1))["token"]
    answers = await asyncio.gather(
        *(sign_up(town.server, email=f"racer{n}@example.org", invite=invite) for n in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 403, 403, 403, 403]


async def test_joining_is_refused_when_the_invitation_was_revoked(town: Town) -> None:
    assert town.owner is not None
    invitation = await new_invitation(town)
    await town.owner.request("DELETE", f"invitations/{invitation['_id']}")
    answer = await sign_up(town.server, email="late@example.org", invite=invitation["token"])
    assert answer.status_code == 403


@pytest.mark.parametrize("spoil", [lambda _: "", lambda t: t[:-1], lambda t: f"{t}x", lambda t: t.upper()])
async def test_joining_is_refused_when_the_invitation_was_tampered_with(town: Town, spoil) -> None:
    invite = spoil((await new_invitation(town))["token"])
    assert (await sign_up(town.server, email="forger@example.org", invite=invite)).status_code == 403


async def test_joining_is_refused_in_the_same_words_when_an_invitation_is_spent_or_invented(
    town: Town,
) -> None:
    spent = (await new_invitation(town, maxUses=1))["token"]
    await sign_up(town.server, email="spender@example.org", invite=spent)
    answers = [
        await sign_up(town.server, email="guesser@example.org", invite=invite) for invite in (spent, "x.y")
    ]
    assert answers[0].content == answers[1].content


async def test_invitation_is_refused_when_its_end_has_passed(town: Town) -> None:
    assert town.owner is not None
    answer = await town.owner.request("POST", "invitations", {"expiresAt": "2020-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["details"]["field"]) == (400, "expiresAt")


async def test_invitation_is_kept_when_the_account_could_not_be_made(town: Town) -> None:
    invite = (await new_invitation(town, maxUses=1))["token"]
    assert (await sign_up(town.server, email="no address", invite=invite)).status_code == 400
    assert (await sign_up(town.server, email="careful@example.org", invite=invite)).status_code == 201


async def test_anyone_joins_as_a_member_when_registration_is_open(serve: Serve) -> None:
    server = await serve(REGISTRATION="open")
    await sign_up(server)
    answer = await sign_up(server, email="bob@example.org")
    assert (answer.status_code, answer.json()["user"]["role"]) == (201, "member")


async def test_nobody_joins_even_by_invitation_when_registration_is_closed(serve: Serve) -> None:
    server = await serve(REGISTRATION="closed")
    town = Town(server)
    await town.person()
    invite = (await new_invitation(town))["token"]
    assert (await sign_up(server, email="bob@example.org", invite=invite)).status_code == 403


@pytest.mark.parametrize("same", ["ADA@EXAMPLE.ORG", " ada@example.org "])
async def test_account_is_refused_when_the_address_has_one_in_other_letters(town: Town, same: str) -> None:
    invite = (await new_invitation(town))["token"]
    await sign_up(town.server, invite=invite)
    answer = await sign_up(town.server, email=same, invite=invite)
    assert (answer.status_code, answer.json()["details"]["field"]) == (409, "email")


@pytest.mark.parametrize(
    "email", ["", "ada", "@example.org", "ada@", "a b@example.org", "a\n@b", "a" * 300 + "@b"]
)
async def test_account_is_refused_when_the_address_is_none(town: Town, email: str) -> None:
    answer = await sign_up(town.server, email=email, invite=(await new_invitation(town))["token"])
    assert (answer.status_code, answer.json()["details"]["field"]) == (400, "email")


@pytest.mark.parametrize(
    "password",
    ["", "short", "a" * 513, "password123", "aaaaaaaaaaaa", "Ada Lovelace", "lovelace-ada"],
    ids=["empty", "short", "long", "common", "one letter", "own name", "own address"],
)
async def test_account_is_refused_when_the_password_is_weak(town: Town, password: str) -> None:
    person = {"name": "Ada Lovelace", "email": "lovelace-ada@example.org", "password": password}
    answer = await sign_up(town.server, **person, invite=(await new_invitation(town))["token"])
    assert (answer.status_code, answer.json()["details"]["field"]) == (400, "password")


@pytest.mark.parametrize(
    "name",
    ["", "   ", "\u200b\u200b", "Ada\u202egnp", "A" + "\u0301" * 10, "a\x00b", "x" * 81],
    ids=["empty", "blank", "invisible", "bidi override", "combining", "NUL", "long"],
)
async def test_account_is_refused_when_the_name_is_no_name(town: Town, name: str) -> None:
    answer = await sign_up(town.server, name=name, email="nobody@example.org")
    assert answer.status_code in (400, 413)
    assert answer.json()["details"]["field"] == "name"
