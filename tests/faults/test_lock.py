"""R11: while another process holds the write lock, heartbeats and reads go on, and writing goes on after it."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from itertools import pairwise

from tests.faults.client import Client, connected
from tests.faults.conftest import MakeServer
from tests.faults.figures import Figures, percentile
from tests.faults.ledger import Ledger
from tests.faults.outbox import Outbox
from tests.faults.scale import IS_LONG, scaled
from tests.people import Town

# Longer than a client waits for a ping: who waits for us is pinged all the same.
HELD_S = scaled(short=4.0, long=30.0)
PING_INTERVAL_S = 1.0
# A stall as long as the lock shows in the slowest; the mark is for nearly all: a busy machine has hitches of its own.
SLOWEST_S = HELD_S / 2
MARK_S = 0.25


async def test_reads_and_heartbeats_go_on_when_another_process_holds_the_write_lock(
    make_server: MakeServer, figures: Figures
) -> None:
    server = await make_server(PING_INTERVAL=str(PING_INTERVAL_S), PING_TIMEOUT="2")
    ada, bob = await Town(server).people("Ada", "Bob")
    pair = (await ada.direct_with(bob))["_id"]
    reader, writer = (
        await connected(server.port, bob, cursors={}),
        await connected(server.port, ada, cursors={}),
    )
    outbox = Outbox()
    assert await outbox.send(writer, (outbox.write(pair, f"before {n}") for n in range(10)))
    with closing(sqlite3.connect(server.database_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        waiting = asyncio.create_task(outbox.send(writer, [outbox.write(pair, "while locked")]))
        reads_s = await _read(reader, pair, until=began + HELD_S)
        other.execute("ROLLBACK")
    ended = time.monotonic()
    assert await waiting
    assert await outbox.send(writer, outbox.unanswered)
    beats = [at for at in reader.pings if began - PING_INTERVAL_S <= at <= ended]
    late_s = max(after - before - PING_INTERVAL_S for before, after in pairwise(beats))
    figures.tell(
        "R11",
        lock_held_s=HELD_S,
        reads=len(reads_s),
        slowest_read_s=max(reads_s),
        read_p99_s=percentile(reads_s, 99),
        latest_heartbeat_s=late_s,
        sends_put_off=len(outbox.refused),
    )
    assert outbox.unanswered == []
    assert {answer["code"] for answer in outbox.refused} <= {"unavailable"}
    assert all(answer["retryAfter"] > 0 for answer in outbox.refused)
    assert max(reads_s) < SLOWEST_S
    assert late_s < SLOWEST_S
    assert not IS_LONG or percentile(reads_s, 99) < MARK_S
    assert Ledger.of(server.database_path).wrongs() == []
    assert bool(outbox.refused) == IS_LONG  # four seconds are waited for, thirty are not
    await reader.close()
    await writer.close()


async def _read(client: Client, conversation: str, *, until: float) -> list[float]:
    """Read without a pause; how long each took."""
    took_s = []
    while (began := time.monotonic()) < until:
        answer = await client.call("get-changes", {"conversationId": conversation, "afterSeq": 0})
        assert answer["success"], answer
        took_s.append(time.monotonic() - began)
    return took_s
