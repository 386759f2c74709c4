"""Causerie: real-time chat that one person can host on one small machine. This file is the wiring."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import structlog
from quart import Quart, request
from quart.typing import ResponseReturnValue
from socketio import ASGIApp
from werkzeug.exceptions import HTTPException

from chat import api, database, health, instance, logs, pages
from chat.api.registry import failure, is_upload
from chat.config import Settings
from chat.database import Database
from chat.errors import BadRequest, ChatError, Internal, NotFound, TooLarge
from chat.instance import Instance
from chat.locales import negotiate
from chat.pages.errors import error_page
from chat.security.addresses import origin_of
from chat.security.headers import with_security_headers
from chat.services import accounts, epochs
from chat.services.heads import heads
from chat.services.housekeeping import Housekeeper
from chat.services.memory import memory
from chat.services.positions import positions
from chat.services.presence import presence
from chat.sockets.server import ChatSockets
from chat.transport.body_limit import with_body_limit
from chat.transport.body_stream import with_body_streams
from chat.transport.stalled_readers import without_stalled_readers

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 1_000_000
MAX_FORM_FIELDS = 100
# Looking for cycles after every 700 objects, Python's own choice, took a third of the slowest acknowledgements' time.
GC_THRESHOLDS = (10_000, 10, 10)


def create_app(settings: Settings | None = None) -> Quart:
    """The ASGI application for `settings`, or for those of the environment. Raises ConfigError."""
    settings = settings or Settings.load()
    logs.configure(is_development=settings.is_development)
    here = Instance.of(settings)
    app = Quart(__name__, template_folder="../templates", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.config["MAX_FORM_PARTS"] = MAX_FORM_FIELDS
    app.config["EXPLAIN_TEMPLATE_LOADING"] = False
    app.register_blueprint(api.blueprint())
    pages.attach(app)
    health.attach(app)
    _answer_failures(app)
    sockets = ChatSockets(here)
    _follow_lifespan(app, here, sockets)

    def too_large(scope: Any) -> dict[str, Any]:
        wanted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        return TooLarge("body_too_large").body(negotiate(wanted, settings.default_locale))

    # Socket.IO goes around Quart, not over it: `ASGIApp(…, on_startup=…)` would swallow the lifespan.
    bounded = with_body_limit(app.asgi_app, MAX_BODY_BYTES, too_large)
    safe = with_security_headers(
        ASGIApp(sockets.server, with_body_streams(app.asgi_app, bounded, is_upload)),
        is_https=lambda scope: origin_of(scope, settings).scheme == "https",
    )
    app.asgi_app = without_stalled_readers(safe)  # type: ignore[method-assign,assignment]
    return app


def _follow_lifespan(app: Quart, here: Instance, sockets: ChatSockets) -> None:
    """Open everything before the first request, close everything after the last."""
    housekeeper = Housekeeper()

    @app.before_serving
    async def start() -> None:
        from chat.migrate import upgrade  # Alembic is needed here alone, and takes a while to load

        settings = here.settings
        copy = await asyncio.to_thread(upgrade, settings.database_url, settings.data_dir)
        if copy is not None:
            log.info("database_upgraded", copy=str(copy))
        opened = Database(settings.database_url, memory=memory)
        await opened.start()
        await here.files.open()
        database.use(opened)
        instance.use(here)
        here.epoch = await epochs.load_epoch()
        async with database.read() as reading:
            await memory.load(reading)
        positions.begin(heads.all())
        presence.clear()
        app.config["NEEDS_OWNER"] = await accounts.needs_owner()
        opened.subscribe(positions.hear)
        opened.subscribe(sockets.broadcaster)
        housekeeper.start()
        sockets.start()
        # What is in memory now stays. Left to the collector, it is gone through again and again, for 50 ms and more at
        # thousands of people, in the middle of somebody's answer.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)

    @app.after_serving
    async def stop() -> None:
        await sockets.stop()
        await housekeeper.stop()
        here.inspector.close()
        await database.current().close()
        await here.files.close()
        database.use(None)
        instance.use(None)


def _answer_failures(app: Quart) -> None:
    """One failure, two looks: JSON under `/api`, a page elsewhere."""
    by_status: dict[int, ChatError] = {
        400: BadRequest("bad_request"),
        404: NotFound("page_not_found"),
        405: NotFound("page_not_found"),
        413: TooLarge("body_too_large"),
    }

    async def answer(error: ChatError) -> ResponseReturnValue:
        return failure(error) if request.path.startswith("/api/") else await error_page(error)

    @app.errorhandler(HTTPException)
    async def http_error(error: HTTPException) -> ResponseReturnValue:
        return await answer(by_status.get(error.code or 500, Internal()))

    @app.errorhandler(ChatError)
    async def chat_error(error: ChatError) -> ResponseReturnValue:
        return await answer(error)

    @app.errorhandler(Exception)
    async def unexpected(error: Exception) -> ResponseReturnValue:
        log.error("request_failed", path=request.path, exc_info=error)
        return await answer(Internal())
