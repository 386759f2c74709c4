"""Which sites may open a connection from a browser (hole 12 of the stack: checked on both transports)."""

from __future__ import annotations

import pytest
import websockets
from websockets.asyncio.client import connect as open_websocket

from tests.conftest import Serve
from tests.people import Town, visit
from tests.server import ServerProcess

OPENING = "/socket.io/?EIO=4&transport=polling"
TRANSPORTS = ("websocket", "polling")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example"]
)
async def test_polling_is_refused_when_the_origin_is_foreign(town: Town, origin: str) -> None:
    async with visit(town.server, Origin=origin) as http:
        answer = await http.get(OPENING)
    assert answer.status_code == 400
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_websocket_is_refused_when_the_origin_is_foreign(town: Town, origin: str) -> None:
    assert not await opens(town.server, origin, "websocket")


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_connection_opens_when_the_origin_is_our_own(town: Town, transport: str) -> None:
    assert await opens(town.server, town.server.url, transport)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_connection_opens_when_the_origin_is_in_frontend_url(serve: Serve, transport: str) -> None:
    server = await serve(FRONTEND_URL="https://front.example,https://second.example", RATE_LIMITS="on")
    assert await opens(server, "https://second.example", transport)
    assert not await opens(server, "https://third.example", transport)


async def opens(server: ServerProcess, origin: str, transport: str) -> bool:
    if transport == "polling":
        async with visit(server, Origin=origin) as http:
            return (await http.get(OPENING)).status_code == 200
    try:
        address = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        async with open_websocket(address, origin=origin, proxy=None) as websocket:
            return str(await websocket.recv()).startswith("0{")
    except websockets.exceptions.WebSocketException:
        return False


async def test_answers_carry_no_credentials_to_anyone_when_there_is_no_frontend_url(town: Town) -> None:
    async with visit(town.server, Origin=town.server.url) as http:
        answer = await http.get(OPENING)
    assert "access-control-allow-credentials" not in answer.headers


async def test_every_site_may_connect_without_credentials_when_developing(serve: Serve) -> None:
    server = await serve(CHAT_ENV="development")
    async with visit(server, Origin="https://elsewhere.example") as http:
        answer = await http.get(OPENING)
    assert answer.status_code == 200
    assert "access-control-allow-credentials" not in answer.headers
