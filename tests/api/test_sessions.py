"""Signing in, staying in and going, over HTTP: by token for scripts, by cookie for pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http.cookies import Morsel, SimpleCookie

import httpx
import pytest

from tests.people import PASSWORD, Json, Person, Town, visit
from tests.server import ServerProcess

REFRESH_COOKIE = "causerie_refresh"
FOREIGN = "https://evil.example"


async def sign_in_by_form(server: ServerProcess, person: Person, **headers: str) -> httpx.Response:
    async with visit(server, **headers) as browser:
        return await browser.post("/login", data={"email": person.email, "password": PASSWORD})


def refresh_cookie(response: httpx.Response) -> Morsel[str]:
    for line in response.headers.get_list("set-cookie"):
        if line.startswith(f"{REFRESH_COOKIE}="):
            return SimpleCookie(line)[REFRESH_COOKIE]
    raise AssertionError(f"no refresh cookie: {response.status_code} {response.headers}")


async def refresh_by_cookie(server: ServerProcess, token: str, **headers: str) -> httpx.Response:
    async with visit(server, Cookie=f"{REFRESH_COOKIE}={token}", **headers) as browser:
        return await browser.post("/api/auth/refresh-token")


async def can_use(person: Person, access_token: str) -> bool:
    async with visit(person.server, Authorization=f"Bearer {access_token}") as http:
        return (await http.get("/api/users/me")).status_code == 200


@pytest.fixture
async def ada(town: Town) -> Person:
    return await town.person("Ada")


@pytest.fixture(scope="module")
async def behind_proxy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Person]:
    """The owner of a server that trusts its proxy, and lets a second site in."""
    server = ServerProcess(
        tmp_path_factory.mktemp("proxied"),
        TRUSTED_PROXIES="127.0.0.1",
        FRONTEND_URL="https://front.example",
        RATE_LIMITS="on",
    )
    await server.start()
    yield await Town(server).person("Pat")
    await server.stop()


async def test_tokens_and_oneself_are_answered_when_a_script_signs_in(ada: Person) -> None:
    async with visit(ada.server) as http:
        answer = await http.post("/api/auth/login", json={"email": ada.email.upper(), "password": PASSWORD})
    assert answer.status_code == 200
    assert (answer.json()["user"]["_id"], answer.json()["user"]["email"]) == (ada.id, ada.email)
    assert await can_use(ada, answer.json()["accessToken"])


async def test_no_cookie_is_set_when_a_script_signs_in(ada: Person) -> None:
    async with visit(ada.server) as http:
        answer = await http.post("/api/auth/login", json={"email": ada.email, "password": PASSWORD})
    assert "set-cookie" not in answer.headers


async def test_refusal_is_the_same_when_the_account_is_unknown_or_the_password_wrong(ada: Person) -> None:
    async with visit(ada.server) as http:
        answers = [
            await http.post("/api/auth/login", json={"email": email, "password": "not this one"})
            for email in (ada.email, "nobody@example.org")
        ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].content == answers[1].content


async def test_tokens_rotate_when_a_script_refreshes(ada: Person) -> None:
    rotated = await ada.post("auth/refresh-token", {"refreshToken": ada.refresh_token})
    assert set(rotated) == {"accessToken", "refreshToken"}
    assert rotated["refreshToken"] != ada.refresh_token
    assert await can_use(ada, rotated["accessToken"])


async def test_same_tokens_are_answered_when_the_answer_was_lost_and_asked_for_again(ada: Person) -> None:
    body = {"refreshToken": ada.refresh_token}
    first, again = [await ada.post("auth/refresh-token", body) for _ in range(2)]
    assert first["refreshToken"] == again["refreshToken"]


@pytest.mark.parametrize("token", ["", "x", "x.y", "." * 100, "\x00.\x00"], ids=repr)
async def test_refresh_is_unauthenticated_when_the_token_is_invented(ada: Person, token: str) -> None:
    answer = await ada.request("POST", "auth/refresh-token", {"refreshToken": token})
    assert (answer.status_code, answer.json()["details"]["reason"]) == (401, "session_revoked")


async def test_refresh_is_unauthenticated_when_given_an_access_token(ada: Person) -> None:
    answer = await ada.request("POST", "auth/refresh-token", {"refreshToken": ada.access_token})
    assert answer.status_code == 401


async def test_refresh_is_unauthenticated_when_nothing_is_given(ada: Person) -> None:
    async with visit(ada.server) as http:
        answer = await http.post("/api/auth/refresh-token")
    assert (answer.status_code, answer.json()["details"]["reason"]) == (401, "token_missing")


@pytest.mark.parametrize("by", ["access token", "refresh token", "cookie"])
async def test_nothing_opens_the_door_when_a_session_was_ended_by_its(ada: Person, by: str) -> None:
    headers = {"access token": {"Authorization": f"Bearer {ada.access_token}"}}.get(by, {})
    cookie = {"cookie": {"Cookie": f"{REFRESH_COOKIE}={ada.refresh_token}"}}.get(by, {})
    body = {"refreshToken": ada.refresh_token} if by == "refresh token" else {}
    async with visit(ada.server) as http:
        answer = await http.post("/api/auth/logout", json=body, headers=headers | cookie)
    assert answer.status_code == 204
    assert not await can_use(ada, ada.access_token)
    again = await ada.request("POST", "auth/refresh-token", {"refreshToken": ada.refresh_token})
    assert again.status_code == 401


async def test_cookie_is_out_of_reach_of_scripts_and_other_sites_when_a_page_signs_in(ada: Person) -> None:
    cookie = refresh_cookie(await sign_in_by_form(ada.server, ada))
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/api/auth")
    assert cookie["domain"] == ""


async def test_cookies_are_secure_when_the_page_came_over_https_through_the_proxy(
    behind_proxy: Person,
) -> None:
    https = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "chat.example",
    }
    answer = await sign_in_by_form(behind_proxy.server, behind_proxy, **https)
    lines = answer.headers.get_list("set-cookie")
    assert len(lines) == 3
    assert all("; Secure" in line for line in lines)


async def test_cookie_is_not_secure_when_a_stranger_claims_https(ada: Person) -> None:
    answer = await sign_in_by_form(ada.server, ada, **{"X-Forwarded-Proto": "https"})
    assert not refresh_cookie(answer)["secure"]


async def test_script_never_sees_the_refresh_token_when_a_page_refreshes(ada: Person) -> None:
    token = refresh_cookie(await sign_in_by_form(ada.server, ada)).value
    answer = await refresh_by_cookie(ada.server, token, Origin=ada.server.url)
    assert set(answer.json()) == {"accessToken"}
    assert refresh_cookie(answer).value not in ("", token)
    assert refresh_cookie(answer)["httponly"]


async def test_cookies_are_taken_away_when_their_session_has_ended(ada: Person) -> None:
    await ada.post("auth/logout")
    answer = await refresh_by_cookie(ada.server, ada.refresh_token)
    assert answer.status_code == 401
    assert refresh_cookie(answer).value == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": FOREIGN},
        {"Origin": "null"},
        {"Origin": f"{FOREIGN}.127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("route", ["refresh-token", "logout"])
async def test_cookie_opens_nothing_when_another_site_sent_the_browser(
    ada: Person, headers: Json, route: str
) -> None:
    cookie = {"Cookie": f"{REFRESH_COOKIE}={ada.refresh_token}"}
    async with visit(ada.server) as browser:
        answer = await browser.post(f"/api/auth/{route}", headers=headers | cookie)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert await can_use(ada, ada.access_token)


async def test_form_signs_nobody_in_when_another_site_sent_it(ada: Person) -> None:
    answer = await sign_in_by_form(ada.server, ada, Origin=FOREIGN)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_cookie_counts_when_a_site_of_frontend_url_sent_the_browser(behind_proxy: Person) -> None:
    token = refresh_cookie(await sign_in_by_form(behind_proxy.server, behind_proxy)).value
    answer = await refresh_by_cookie(behind_proxy.server, token, Origin="https://front.example")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "next_", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"]
)
async def test_browser_stays_here_after_signing_in_when_the_link_pointed_elsewhere(
    ada: Person, next_: str
) -> None:
    async with visit(ada.server) as browser:
        form = {"email": ada.email, "password": PASSWORD, "next": next_}
        answer = await browser.post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_password_is_never_sent_back_when_signing_in_failed(ada: Person) -> None:
    async with visit(ada.server) as browser:
        answer = await browser.post("/login", data={"email": ada.email, "password": "my other secret"})
    assert answer.status_code == 401
    assert "my other secret" not in answer.text


async def test_devices_are_listed_with_the_present_one_marked_when_asked_for(ada: Person) -> None:
    async with visit(ada.server, User_Agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0") as phone:
        await phone.post("/api/auth/login", json={"email": ada.email, "password": PASSWORD})
    listed = (await ada.get("sessions"))["sessions"]
    assert [(session["deviceName"], session["current"]) for session in listed] == [
        ("Firefox · Linux", False),
        ("Python", True),
    ]
    assert {session["ip"] for session in listed} == {"127.0.0.1"}


async def test_only_the_other_devices_go_when_all_others_are_ended(ada: Person) -> None:
    async with visit(ada.server) as http:
        other = await http.post("/api/auth/login", json={"email": ada.email, "password": PASSWORD})
    await ada.request("DELETE", "sessions")
    assert not await can_use(ada, other.json()["accessToken"])
    assert await can_use(ada, ada.access_token)


async def test_session_is_not_found_when_it_is_somebody_elses(ada: Person, town: Town) -> None:
    bob = await town.person("Bob")
    (bobs,) = (await bob.get("sessions"))["sessions"]
    answer = await ada.request("DELETE", f"sessions/{bobs['_id']}")
    unknown = await ada.request("DELETE", "sessions/unknown")
    assert (answer.status_code, answer.content) == (404, unknown.content)
    assert await can_use(bob, bob.access_token)
