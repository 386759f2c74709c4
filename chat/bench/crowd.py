"""Many people on one server, each over a socket of their own."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections.abc import Iterable, Sequence

from chat.bench.connection import Connection, Listener, Refused

HOST = "127.0.0.1"
# Handshakes under way at once: enough to keep the server busy, few enough for none to grow old.
AT_ONCE = 16
WELCOMED_WITHIN_S = 120
SPARE_FILES = 100


class Crowd:
    """The connections of one load, in the order in which they came; closed together."""

    def __init__(self, port: int, listener: Listener, *, offers_deflate: bool = True) -> None:
        self._port = port
        self._listener = listener
        self._offers_deflate = offers_deflate
        self.connections: list[Connection] = []

    async def join(
        self, tokens: Sequence[str], *, watched: Iterable[int] = (), within_s: float = WELCOMED_WITHIN_S
    ) -> None:
        """Sign one connection in for each token; the messages to those at the places `watched` are timed.

        Raises Refused when one of them is not let in, TimeoutError when the server takes too long.
        """
        places = frozenset(watched)
        made = [
            Connection(token, self._listener, is_watched=place in places, offers_deflate=self._offers_deflate)
            for place, token in enumerate(tokens)
        ]
        self.connections += made
        waiting = iter(made)

        async def usher() -> None:
            for connection in waiting:
                await self._sign_in(connection)

        async with asyncio.timeout(within_s):
            await asyncio.gather(*(usher() for _ in range(AT_ONCE)))

    async def _sign_in(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: connection, HOST, self._port)
        except OSError as error:
            raise Refused(f"no connection: {error.strerror or error}") from None
        await connection.ready

    def abort(self) -> None:
        """All lines break at once."""
        for connection in self.connections:
            connection.abort()
        self.connections.clear()


def allow_files(wanted: int) -> int:
    """Raise this process's limit on open files towards so many connections; returns how many it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = wanted + SPARE_FILES
    if hard != resource.RLIM_INFINITY:
        target = min(target, hard)
    if soft != resource.RLIM_INFINITY and soft < target:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
            soft = target
    return wanted if soft == resource.RLIM_INFINITY else min(wanted, soft - SPARE_FILES)
