"""R1, the half that `kill -9` cannot show: the sync has returned before the ack is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import trace
from tests.faults.client import Client
from tests.faults.figures import Figures
from tests.people import Town
from tests.server import ServerProcess

SENDS = 12
WROTE = '7 pwrite64(9</data/causerie.db-wal>, "\\r\\0id1\\0", 4096, 56) = 4096'
SYNCED = "7 fdatasync(9</data/causerie.db-wal>) = 0"
TOLD = '5 write(12<socket:[77]>, "\\201~43id1", 99) = 99'


def test_ack_after_the_sync_is_right() -> None:
    assert trace.told_too_early([WROTE, SYNCED, TOLD], ["id1"]) == {}


def test_ack_after_a_sync_that_another_thread_was_interrupted_in_is_right() -> None:
    unfinished = [
        WROTE,
        "7 fdatasync(9</data/causerie.db-wal> <unfinished ...>",
        "7 <... fdatasync resumed>) = 0",
        TOLD,
    ]
    assert trace.told_too_early(unfinished, ["id1"]) == {}


@pytest.mark.parametrize(
    "planted",
    [
        [WROTE, TOLD, SYNCED],
        [SYNCED, WROTE, TOLD],
        [WROTE, TOLD],
        [WROTE, SYNCED.replace("-wal", ""), TOLD],
        [WROTE, SYNCED.replace("= 0", "= -1 EIO (Input/output error)"), TOLD],
        [
            WROTE,
            "7 fdatasync(9</data/causerie.db-wal> <unfinished ...>",
            TOLD,
            "7 <... fdatasync resumed>) = 0",
        ],
        [WROTE, "8 <... fdatasync resumed>) = 0", TOLD],
        [SYNCED, TOLD],
        [WROTE, SYNCED],
    ],
)
def test_planted_ack_that_no_sync_precedes_is_caught(planted: list[str]) -> None:
    assert list(trace.told_too_early(planted, ["id1"])) == ["id1"]


async def test_log_is_synced_before_the_ack_is_written(strace: str, tmp_path: Path, figures: Figures) -> None:
    server = ServerProcess(tmp_path / "traced")
    output = tmp_path / "trace"
    await server.start(*trace.command(strace, output))
    try:
        ada, bob = await Town(server).people("Ada", "Bob")
        conversation = (await ada.direct_with(bob))["_id"]
        client = Client(server.port, ada.access_token)
        await client.connect()
        acked = []
        for number in range(SENDS):
            answer = await client.call(
                "send-message", {"conversationId": conversation, "content": f"{number}"}
            )
            acked.append(answer["messageId"])
        await client.close()
    finally:
        await server.stop()
    lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
    early = trace.told_too_early(lines, acked)
    figures.tell("R1", traced_sends=len(acked), acks_before_their_sync=len(early))
    assert early == {}
