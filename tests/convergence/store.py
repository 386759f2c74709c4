"""The browser's own store, run in Node and fed from a Python test."""

from __future__ import annotations

import asyncio
import itertools
import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright._impl._driver import compute_driver_executable

from tests.people import Json, Received

SCRIPT = Path(__file__).with_name("store_driver.js")
LONGEST_LINE_BYTES = 32 * 1024 * 1024
ANSWER_WITHIN_S = 10


class StoreError(Exception):
    """The store threw; the text is its stack."""


class Store:
    """One Node process that holds any number of pages."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> Self:
        node, _ = compute_driver_executable()
        self._process = await asyncio.create_subprocess_exec(
            node,
            str(SCRIPT),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE_BYTES,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()

    async def page(self, me: Json) -> Page:
        """A page of somebody who has signed in, and knows of no conversation."""
        page = Page(self, next(self._numbers))
        await page.do("start", me=me)
        return page

    async def copy(self, page: Page) -> Page:
        """Another page in the same state."""
        copied = Page(self, next(self._numbers))
        await copied.do("copy", **{"from": page.number})
        return copied

    async def ask(self, command: Json) -> Any:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()
        line = await asyncio.wait_for(self._process.stdout.readline(), ANSWER_WITHIN_S)
        said = json.loads(line)
        if "error" in said:
            raise StoreError(said["error"])
        return said["result"]


class Page:
    """What one page of the client knows."""

    def __init__(self, store: Store, number: int) -> None:
        self.store = store
        self.number = number

    async def do(self, command: str, **details: Any) -> Any:
        return await self.store.ask({"do": command, "page": self.number, **details})

    async def copy(self) -> Page:
        return await self.store.copy(self)

    async def take(self, events: list[Received]) -> None:
        """Let the page hear of events, in the order given."""
        told = [{"event": received.event, "data": received.data} for received in events]
        await self.do("events", events=told)

    async def list_fetched(self, conversation: Json | None) -> None:
        """A list of that one conversation, or of none, has been fetched."""
        await self.do("list", conversations=[] if conversation is None else [conversation])

    async def opened(self, conversation_id: str, messages: Json) -> None:
        """A page of history has been fetched."""
        await self.do("history", id=conversation_id, **messages)

    async def dump(self, conversation_id: str, since_seq: int = 0) -> Json | None:
        """What can be seen of a conversation, its messages from `since_seq` on; None when it is not there."""
        return await self.do("dump", id=conversation_id, sinceSeq=since_seq)  # type: ignore[no-any-return]
