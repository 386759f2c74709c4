"""Whether the server is alive, and whether it can work."""

from __future__ import annotations

import asyncio

from quart import Quart, Response
from sqlalchemy import text

from chat import database
from chat.api.registry import failure, json_response
from chat.database import Transaction
from chat.errors import ChatError, Unavailable

READY_WITHIN_S = 5


def attach(app: Quart) -> None:
    @app.get("/healthz")
    async def healthz() -> Response:
        """Alive: the event loop turns."""
        return json_response({"status": "ok"})

    @app.get("/readyz")
    async def readyz() -> Response:
        """Ready: the database takes a write transaction (an empty one)."""

        async def change(tx: Transaction) -> None:
            await tx.session.execute(text("SELECT 1"))

        try:
            async with asyncio.timeout(READY_WITHIN_S):
                await database.write(change)
        except ChatError as error:
            return failure(error)
        except TimeoutError:
            return failure(Unavailable())
        return json_response({"status": "ok"})
