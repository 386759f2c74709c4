"""Access tokens that must not open the door, over HTTP and at the socket's CONNECT."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from tests.people import Person, Town, visit
from tests.sockets.official_client import ConnectRefused, JsClient
from tests.sockets.raw import refusal

Claims = dict[str, Any]
HASHES = {"HS256": hashlib.sha256, "HS512": hashlib.sha512, "none": hashlib.sha256}
MESSAGES = {
    "token_missing": "Token manquant",
    "token_invalid": "Token invalide",
    "token_expired": "Token expiré",
    "session_revoked": "Session terminée",
}


class Forge:
    """Someone who even knows the server's key, and still must not get in with anything but a proper token."""

    def __init__(self, person: Person) -> None:
        secret = (person.server.folder / "data" / "secret.key").read_bytes().strip()
        self.key = hmac.digest(secret, b"causerie/access", hashlib.sha256)
        self.person = person
        self.proper: Claims = jwt.decode(person.access_token, self.key, algorithms=["HS256"])

    def token(self, *, key: bytes | None = None, algorithm: str = "HS256", **changes: Any) -> str:
        """A token with some claims changed, or left out where None is given; put together by hand, because
        PyJWT makes no improper one.
        """
        claims = {name: value for name, value in (self.proper | changes).items() if value is not None}
        parts = [_base64(json.dumps(part).encode()) for part in ({"alg": algorithm, "typ": "JWT"}, claims)]
        made = hmac.digest(key or self.key, ".".join(parts).encode(), HASHES[algorithm])
        return ".".join([*parts, _base64(made) if algorithm != "none" else ""])


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


BAD_TOKENS: dict[str, tuple[str, Callable[[Forge], str]]] = {
    "none": ("token_missing", lambda _: ""),
    "garbage": ("token_invalid", lambda _: "garbage"),
    "two dots": ("token_invalid", lambda _: ".."),
    "no signature": ("token_invalid", lambda forge: forge.person.access_token.rpartition(".")[0] + "."),
    "cut": ("token_invalid", lambda forge: forge.person.access_token[:-2]),
    "long": ("token_invalid", lambda forge: forge.person.access_token + "x" * 5000),
    "alg none": ("token_invalid", lambda forge: forge.token(algorithm="none")),
    "alg HS512": ("token_invalid", lambda forge: forge.token(algorithm="HS512")),
    "wrong key": ("token_invalid", lambda forge: forge.token(key=b"x" * 32)),
    "expired": ("token_expired", lambda forge: forge.token(exp=int(time.time()) - 60)),
    "not yet valid": ("token_invalid", lambda forge: forge.token(nbf=int(time.time()) + 60)),
    "issued tomorrow": ("token_invalid", lambda forge: forge.token(iat=int(time.time()) + 86_400)),
    "without exp": ("token_invalid", lambda forge: forge.token(exp=None)),
    "without iat": ("token_invalid", lambda forge: forge.token(iat=None)),
    "without sub": ("token_invalid", lambda forge: forge.token(sub=None)),
    "without sid": ("token_invalid", lambda forge: forge.token(sid=None)),
    "without jti": ("token_invalid", lambda forge: forge.token(jti=None)),
    "sub is a number": ("token_invalid", lambda forge: forge.token(sub=1)),
    "sid is a list": ("token_invalid", lambda forge: forge.token(sid=["s"])),
    "unknown session": ("session_revoked", lambda forge: forge.token(sid="unknown")),
    "another's session": ("session_revoked", lambda forge: forge.token(sub="somebody else")),
    "refresh token": ("token_invalid", lambda forge: forge.person.refresh_token),
}
each_bad_token = pytest.mark.parametrize("kind", BAD_TOKENS)


@pytest.fixture(scope="module")
async def forge(town: Town) -> Forge:
    return Forge(await town.person("Faye"))


async def test_untouched_token_of_the_forge_opens_the_door(forge: Forge) -> None:
    async with visit(forge.person.server, Authorization=f"Bearer {forge.token()}") as http:
        assert (await http.get("/api/users/me")).status_code == 200


@each_bad_token
async def test_route_is_unauthenticated_when_the_token_is_bad(forge: Forge, kind: str) -> None:
    reason, make = BAD_TOKENS[kind]
    async with visit(forge.person.server, Authorization=f"Bearer {make(forge)}".strip()) as http:
        answer = await http.get("/api/users/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.json()["details"] == {"reason": reason}


@each_bad_token
async def test_socket_is_refused_with_words_and_a_code_when_the_token_is_bad(forge: Forge, kind: str) -> None:
    reason, make = BAD_TOKENS[kind]
    told = await refusal(forge.person.server, {"token": make(forge)})
    assert told == {"message": MESSAGES[reason], "data": {"code": reason}}


@pytest.mark.parametrize(
    "auth",
    [None, {}, {"token": None}, {"token": 5}, {"token": True}, {"token": ["x"]}, {"token": {}}, "x", [1], 7],
    ids=repr,
)
async def test_socket_is_refused_when_the_auth_is_odd(town: Town, auth: Any) -> None:
    told = await refusal(town.server, auth)
    assert told["data"]["code"] in ("token_missing", "token_invalid")


@pytest.mark.parametrize("transport", ["websocket", "polling"])
@pytest.mark.parametrize("kind", ["none", "garbage", "expired", "unknown session"])
async def test_javascript_client_is_told_why_when_it_is_refused(
    forge: Forge, transport: str, kind: str
) -> None:
    reason, make = BAD_TOKENS[kind]
    async with JsClient() as client:
        with pytest.raises(ConnectRefused) as told:
            await client.connect(forge.person.server.url, auth={"token": make(forge)}, transports=[transport])
    assert (told.value.message, told.value.data) == (MESSAGES[reason], {"code": reason})


async def test_refusal_is_in_the_callers_language_when_they_ask_for_english(town: Town) -> None:
    told = await refusal(town.server, {"token": "garbage", "locale": "en"})
    assert told["message"] == "Token invalid"


@pytest.mark.parametrize("name", ["token", "access_token", "accessToken", "auth"])
async def test_token_counts_for_nothing_when_it_stands_in_the_query_string(forge: Forge, name: str) -> None:
    async with visit(forge.person.server) as http:
        answer = await http.get("/api/users/me", params={name: forge.token()})
    assert answer.json()["details"] == {"reason": "token_missing"}


@pytest.mark.parametrize("scheme", ["Basic", "Token", "Bearer:"])
async def test_token_counts_for_nothing_when_the_scheme_is_another(forge: Forge, scheme: str) -> None:
    async with visit(forge.person.server, Authorization=f"{scheme} {forge.token()}") as http:
        assert (await http.get("/api/users/me")).status_code == 401


async def test_live_socket_stays_when_its_access_token_expires(forge: Forge) -> None:
    about_to_expire = forge.token(exp=int(time.time()) - 2)  # within the leeway for clocks that differ
    person = Person(**{**vars(forge.person), "access_token": about_to_expire, "devices": []})
    device = await person.connect()
    forge_expired = await refusal(person.server, {"token": forge.token(exp=int(time.time()) - 60)})
    assert forge_expired["data"]["code"] == "token_expired"
    assert (await device.call("get-changes", {"conversationId": "x", "afterSeq": 0}))["code"] == "not_found"
    await person.disconnect()
