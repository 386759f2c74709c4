"""A person who writes, and writes again with the same id until told that it is stored, whatever happens to the link."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from tests.faults.client import Client, Cut
from tests.people import Json


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way: what is sent stays the same, however often it is sent."""

    client_message_id: str
    conversation_id: str
    content: str

    def wire(self) -> Json:
        return {
            "clientMessageId": self.client_message_id,
            "conversationId": self.conversation_id,
            "content": self.content,
        }


class Outbox:
    """Messages in the order of writing; those that are acked, with their answers."""

    def __init__(self) -> None:
        self.letters: dict[str, Letter] = {}
        self.acked: dict[str, Json] = {}
        self.refused: list[Json] = []
        self.latencies_s: list[float] = []

    @property
    def acked_ids(self) -> list[str]:
        return [answer["messageId"] for answer in self.acked.values()]

    @property
    def unanswered(self) -> list[Letter]:
        return [letter for letter in self.letters.values() if letter.client_message_id not in self.acked]

    def write(self, conversation_id: str, content: str) -> Letter:
        letter = Letter(str(uuid.uuid4()), conversation_id, content)
        self.letters[letter.client_message_id] = letter
        return letter

    async def send(self, client: Client, letters: Iterable[Letter], *, window: int = 8) -> bool:
        """Send in order, `window` unanswered at a time; whether the link held to the end."""
        under_way = []
        try:
            for letter in letters:
                under_way.append((letter, time.monotonic(), client.emit("send-message", letter.wire())))
                if len(under_way) >= window:
                    await self._take_in(*under_way.pop(0))
            while under_way:
                await self._take_in(*under_way.pop(0))
        except Cut:
            for letter, began, answer in under_way:
                if answer.done() and not answer.exception():
                    await self._take_in(letter, began, answer)
            return False
        return True

    async def _take_in(self, letter: Letter, began: float, answer: object) -> None:
        told: Json = await answer  # type: ignore[misc]
        if told["success"]:
            self.acked[letter.client_message_id] = told
            self.latencies_s.append(time.monotonic() - began)
        else:
            self.refused.append(told)


@contextlib.asynccontextmanager
async def writing(
    client: Client, conversation_id: str, content: str, *, every_s: float = 0.0
) -> AsyncIterator[Outbox]:
    """Somebody who writes for the length of the block, each message after the ack of the one before."""
    outbox = Outbox()

    async def write() -> None:
        link_holds = True
        while link_holds:
            link_holds = await outbox.send(client, [outbox.write(conversation_id, content)])
            await asyncio.sleep(every_s)

    task = asyncio.create_task(write())
    try:
        yield outbox
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
