"""Strict-Transport-Security: said to who came over HTTPS, if only to the proxy before us, and to nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.server import ServerProcess

OVER_HTTPS = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "chat.example",
}
HEADER = "strict-transport-security"


@pytest.fixture(scope="module")
async def behind_proxy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("proxied"), TRUSTED_PROXIES="127.0.0.1")
    await server.start()
    yield server
    await server.stop()


async def _headers(server: ServerProcess, **headers: str) -> httpx.Headers:
    async with httpx.AsyncClient() as http:
        return (await http.get(f"{server.url}/setup", headers=headers)).headers


async def test_browser_is_bound_to_https_when_it_came_over_https_through_the_proxy(
    behind_proxy: ServerProcess,
) -> None:
    assert (await _headers(behind_proxy, **OVER_HTTPS))[HEADER].startswith("max-age=")


async def test_browser_is_not_bound_when_it_came_over_http(behind_proxy: ServerProcess) -> None:
    assert HEADER not in await _headers(behind_proxy)


async def test_browser_is_not_bound_when_a_stranger_claims_https(shared_server: ServerProcess) -> None:
    assert HEADER not in await _headers(shared_server, **OVER_HTTPS)
