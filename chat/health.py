"""Whether the server is alive, whether it can work, and its figures."""

from __future__ import annotations

import asyncio
import hmac

from quart import Quart, Response
from sqlalchemy import text

from chat import database, instance, metrics
from chat.api.registry import failure, json_response
from chat.caller import bearer_token, origin
from chat.database import Transaction
from chat.errors import ChatError, NotFound, Unavailable

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

    @app.get("/metrics")
    async def figures() -> Response:
        """For Prometheus: from this machine itself, or with `METRICS_TOKEN`."""
        token = instance.current().settings.metrics_token
        has_token = bool(token) and hmac.compare_digest((bearer_token() or "").encode(), token.encode())
        if not has_token and not origin().is_local:
            return failure(NotFound("page_not_found"))
        return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
