"""Serve the application with Hypercorn, in this process, on uvloop, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

import structlog
import uvloop
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config, Sockets
from hypercorn.logging import Logger

from chat.transport.socket_server import MAX_MESSAGE_BYTES

log = structlog.get_logger(__name__)

GRACEFUL_S = 3
KEEP_ALIVE_S = 75
BACKLOG = 2048
# The database's thread waits for the GIL; a shorter turn halves the tail of the acknowledgements under load.
SWITCH_INTERVAL_S = 0.0005
# A socket is a file, and the usual soft limit of 1,024 would turn the thousandth person away (R16).
MAX_OPEN_FILES = 65_536


class AddressInUse(Exception):
    """Another program listens there already."""


def serve(app: Any, host: str, port: int, on_serving: Callable[[], None]) -> None:
    """Run until SIGTERM or SIGINT. `on_serving` is called once the address accepts connections.

    Raises AddressInUse before anything has been started.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    _allow_many_files()
    config = configuration(host, port)
    config.announce(on_serving)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(app, config))


class ServerConfig(Config):
    """Hypercorn's settings, with sockets that are bound before the application starts, and a word when it serves."""

    def __init__(self) -> None:
        super().__init__()
        self._sockets: Sockets | None = None

    def create_sockets(self) -> Sockets:
        if self._sockets is None:
            self._sockets = super().create_sockets()
        return self._sockets

    def announce(self, on_serving: Callable[[], None]) -> None:
        class Announcing(Logger):
            """Hypercorn 0.18 says that it listens in its log, and nowhere else; its errors join ours."""

            async def info(self, message: str, *args: Any, **kwargs: Any) -> None:
                if message.startswith("Running on"):
                    on_serving()

            async def exception(self, message: str, *args: Any, **kwargs: Any) -> None:
                log.error("server_failed", reason=message, exc_info=sys.exc_info())

        self.logger_class = Announcing


def configuration(host: str, port: int) -> ServerConfig:
    """Hypercorn's settings for one process of chat."""
    config = ServerConfig()
    config.bind = [f"{f'[{host}]' if ':' in host else host}:{port}"]
    config.backlog = BACKLOG
    config.graceful_timeout = GRACEFUL_S
    config.keep_alive_timeout = KEEP_ALIVE_S
    config.websocket_max_message_size = MAX_MESSAGE_BYTES
    config.include_server_header = False
    config.accesslog = config.errorlog = None  # see ServerConfig.announce
    return config


def _allow_many_files() -> None:
    """Raise this process's soft limit on open files as far as the hard one lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        # macOS has a lower limit of its own, and does not tell it.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _serve(app: Any, config: ServerConfig) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        config.create_sockets()
    except OSError as error:
        raise AddressInUse(f"{config.bind[0]}: {error.strerror}") from error
    await hypercorn_serve(app, config, shutdown_trigger=stop.wait)
