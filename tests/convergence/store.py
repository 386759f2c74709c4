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
        self._turn = asyncio.Lock()
        # Changes of state have no answer worth a wait: they go out with the next question.
        self._unsaid: list[Json] = []

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

    def page(self, me: Json) -> Page:
        """A page of somebody who has signed in, and knows of no conversation."""
        page = Page(self, next(self._numbers))
        page.do("start", me=me)
        return page

    def copy(self, page: Page) -> Page:
        """Another page in the same state."""
        copied = Page(self, next(self._numbers))
        copied.do("copy", **{"from": page.number})
        return copied

    def close_all(self) -> None:
        """Forget every page."""
        self.tell({"do": "closeAll"})

    def tell(self, command: Json) -> None:
        """Change a page. What goes wrong shows at the next question."""
        self._unsaid.append(command)

    async def ask(self, question: Json) -> Any:
        """The answer to a question, asked after all that was told before. Raises StoreError."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._turn, asyncio.timeout(ANSWER_WITHIN_S):
            commands, self._unsaid = [*self._unsaid, question], []
            for command in commands:
                self._process.stdin.write(json.dumps(command).encode() + b"\n")
            await self._process.stdin.drain()
            answers = [json.loads(await self._process.stdout.readline()) for _ in commands]
        for answer in answers:
            if "error" in answer:
                raise StoreError(answer["error"])
        return answers[-1]["result"]


class Page:
    """What one page of the client knows."""

    def __init__(self, store: Store, number: int) -> None:
        self.store = store
        self.number = number

    def do(self, command: str, **details: Any) -> None:
        """Let something happen to the page."""
        self.store.tell({"do": command, "page": self.number, **details})

    def copy(self) -> Page:
        return self.store.copy(self)

    def take(self, events: list[Received]) -> None:
        """Let the page hear of events, in the order given."""
        told = [{"event": received.event, "data": received.data} for received in events]
        self.do("events", events=told)

    def list_fetched(self, conversation: Json | None) -> None:
        """A list of that one conversation, or of none, has been fetched."""
        self.do("list", conversations=[] if conversation is None else [conversation])

    def opened(self, conversation_id: str, messages: Json) -> None:
        """A page of history has been fetched."""
        self.do("history", id=conversation_id, **messages)

    async def wants(self) -> Json:
        """What the page would ask the server for now: `gaps`, and `conversations` by id."""
        return await self.store.ask({"do": "wants", "page": self.number})  # type: ignore[no-any-return]

    async def dump(self, conversation_id: str) -> Json | None:
        """What can be seen of a conversation; None when it is not there."""
        question = {"do": "dump", "page": self.number, "id": conversation_id}
        return await self.store.ask(question)  # type: ignore[no-any-return]
