"""What is said over a crowd's connections, and how long it takes to be acknowledged and to arrive."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chat.bench.connection import Connection
from chat.bench.wire import event_frame

CONTENT = "We meet at half past seven at the usual place; bring the maps, I bring the bread."
_CLIENT_ID = b'"clientMessageId":"'
# A UUID's last group counts the messages, what stands before it is the load's own.
_UUID_PREFIX_CHARS = 24
_UUID_CHARS = 36
_SUCCESS = b'"success":true'


class Clocked(Protocol):
    """A process whose use of processors can be read."""

    def cpu_s(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Times:
    """Percentiles in seconds, of so many."""

    count: int
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: list[float]) -> Times:
        """Of no times at all, zeros."""
        ordered = sorted(seconds) or [0.0]
        return cls(
            len(seconds), *(ordered[min(len(ordered) - 1, len(ordered) * p // 100)] for p in (50, 95, 99))
        )


@dataclass(frozen=True, slots=True)
class Window:
    """What happened between two looks at the clock. CPU in seconds; the generator's as a share of one core."""

    seconds: float
    sent: int
    acked: int
    failed: int
    deliveries: int
    ack: Times
    delivery: Times
    server_cpu_s: float
    generator_share: float

    @property
    def server_share(self) -> float:
        return self.server_cpu_s / self.seconds


class Traffic:
    """Everything sent and received in one load. Numbers the messages; hears what comes for the connections."""

    def __init__(self) -> None:
        self._run = f"{secrets.token_hex(4)}-0000-4000-8000-"
        self._sent_at: list[float] = []
        self._ack_s: list[float] = []
        self._delivery_s: list[float] = []
        self.acked = self.failed = self.deliveries = self.lost_connections = 0
        self.on_delivery: Callable[[], None] = _nothing
        self.on_ack: Callable[[int], None] = _nothing

    @property
    def sent(self) -> int:
        return len(self._sent_at)

    def send(self, connection: Connection, conversation_id: str) -> int:
        """Send a message; returns its number, which its acknowledgement bears."""
        number = len(self._sent_at)
        frame = event_frame(
            number,
            "send-message",
            {
                "conversationId": conversation_id,
                "content": CONTENT,
                "clientMessageId": f"{self._run}{number:012x}",
            },
        )
        self._sent_at.append(time.perf_counter())
        connection.send(frame)
        return number

    async def window(self, server: Clocked, seconds: float) -> Window:
        """Watch for so long what happens."""
        self._ack_s, self._delivery_s = [], []
        sent, acked, failed, deliveries = self.sent, self.acked, self.failed, self.deliveries
        began, own_cpu, server_cpu = time.perf_counter(), time.process_time(), server.cpu_s()
        await asyncio.sleep(seconds)
        passed = time.perf_counter() - began
        return Window(
            seconds=passed,
            sent=self.sent - sent,
            acked=self.acked - acked,
            failed=self.failed - failed,
            deliveries=self.deliveries - deliveries,
            ack=Times.of(self._ack_s),
            delivery=Times.of(self._delivery_s),
            server_cpu_s=server.cpu_s() - server_cpu,
            generator_share=(time.process_time() - own_cpu) / passed,
        )

    # ---- Listener ------------------------------------------------------------------------------------------------

    def delivery(self) -> None:
        self.deliveries += 1
        self.on_delivery()

    def timed_delivery(self, payload: bytes) -> None:
        at = payload.find(_CLIENT_ID) + len(_CLIENT_ID)
        number = int(payload[at + _UUID_PREFIX_CHARS : at + _UUID_CHARS], 16)
        self._delivery_s.append(time.perf_counter() - self._sent_at[number])
        self.delivery()

    def acknowledged(self, ack_id: int, payload: bytes) -> None:
        self._ack_s.append(time.perf_counter() - self._sent_at[ack_id])
        if _SUCCESS in payload:
            self.acked += 1
        else:
            self.failed += 1
        self.on_ack(ack_id)

    def lost(self) -> None:
        self.lost_connections += 1


def _nothing(*_: int) -> None:
    pass
