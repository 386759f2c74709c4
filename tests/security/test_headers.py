"""Security headers on every kind of answer, whichever part of the program gives it."""

from __future__ import annotations

import pytest

from tests.people import Town, visit

WANTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
ANSWERS = {
    "page": ("GET", "/login", 200),
    "redirect": ("GET", "/", 302),
    "missing page": ("GET", "/nowhere", 404),
    "dead invitation": ("GET", "/join/none", 403),
    "script": ("GET", "/static/js/main.js", 200),
    "style": ("GET", "/static/css/tokens.css", 200),
    "missing file": ("GET", "/static/none.js", 404),
    "path out of the folder": ("GET", "/static/..%2f..%2fchat/config.py", 404),
    "route": ("POST", "/api/auth/logout", 204),
    "refused route": ("GET", "/api/users/me", 401),
    "missing route": ("GET", "/api/nowhere", 404),
    "wrong method": ("DELETE", "/api/auth/login", 404),
    "malformed body": ("POST", "/api/auth/login", 400),
    "interface": ("GET", "/api/openapi.json", 200),
    "interface's reader": ("GET", "/api/docs", 200),
    "health": ("GET", "/healthz", 200),
    "readiness": ("GET", "/readyz", 200),
    "polling": ("GET", "/socket.io/?EIO=4&transport=polling", 200),
    "refused polling": ("GET", "/socket.io/?EIO=3&transport=polling", 400),
    "JSONP": ("GET", "/socket.io/?EIO=4&transport=polling&j=1", 400),
}


@pytest.mark.parametrize("kind", ANSWERS)
async def test_headers_are_there_when_anything_is_answered(town: Town, kind: str) -> None:
    method, path, status = ANSWERS[kind]
    async with visit(town.server) as http:
        answer = await http.request(method, path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in WANTED} == WANTED
    assert "camera=()" in answer.headers["permissions-policy"]
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"


@pytest.mark.parametrize("kind", ANSWERS)
async def test_server_does_not_say_what_it_is_made_of_when_anything_is_answered(
    town: Town, kind: str
) -> None:
    method, path, _ = ANSWERS[kind]
    async with visit(town.server) as http:
        answer = await http.request(method, path)
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/login", "/api/users/me", "/api/auth/login"])
async def test_answer_is_not_stored_when_it_is_a_persons_own(town: Town, path: str) -> None:
    ada = await town.person("Ada")
    async with visit(town.server, Authorization=f"Bearer {ada.access_token}") as http:
        method = "POST" if path.endswith("auth/login") else "GET"
        body = {"email": ada.email, "password": "correct horse battery staple"}
        answer = await http.request(method, path, **({"json": body} if method == "POST" else {}))
    assert answer.status_code == 200
    assert answer.headers.get("cache-control") == "no-store"
