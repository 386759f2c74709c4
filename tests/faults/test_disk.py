"""R10: on a full disk nothing is acked, reading goes on, and writing comes back without a restart."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import checker
from tests.faults.client import connected
from tests.faults.conftest import MakeServer
from tests.faults.figures import Figures
from tests.faults.ledger import Ledger
from tests.faults.outbox import Outbox
from tests.faults.picture import fresh
from tests.people import PASSWORD, Town
from tests.server import ServerProcess

DISK = "6m"
PIECE_BYTES = 4096
MOST_SENDS = 500  # what may still fit into pages that were there already
CONTENT = "fill " * 800
TOO_LARGE_FOR_DISK_BYTES = 20_000_000


class FullDisk:
    """A tiny file system of its own; where that is not allowed, a limit to the size of the server's files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_mounted = os.geteuid() == 0 and _run(
            "mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder
        )
        self._limit: tuple[int, tuple[int, int]] | None = None

    def fill(self, server: ServerProcess, database: Path) -> None:
        if self.is_mounted:
            with (self.folder / "ballast").open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
                while True:
                    ballast.write(bytes(PIECE_BYTES))
        else:
            log = database.with_name(f"{database.name}-wal")
            before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (log.stat().st_size, before[1]))
            self._limit = (server.pid, before)

    def free(self) -> None:
        if self._limit is not None:
            resource.prlimit(self._limit[0], resource.RLIMIT_FSIZE, self._limit[1])
        (self.folder / "ballast").unlink(missing_ok=True)

    def remove(self) -> None:
        if self.is_mounted:
            _run("umount", "-l", self.folder)


def _run(*command: object) -> bool:
    return subprocess.run([str(part) for part in command], check=False, capture_output=True).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[FullDisk]:
    made = FullDisk(tmp_path)
    yield made
    made.remove()


async def test_reading_goes_on_and_writing_comes_back_when_the_disk_was_full(
    make_server: MakeServer, disk: FullDisk, figures: Figures
) -> None:
    server = await make_server(DATA_DIR=str(disk.folder / "data"))
    stored_at = disk.folder / "data" / server.database_path.name
    ada, bob = await Town(server).people("Ada", "Bob")
    pair = (await ada.direct_with(bob))["_id"]
    writer = await connected(server.port, ada)
    outbox = Outbox()
    assert await outbox.send(writer, (outbox.write(pair, f"before {n}") for n in range(10)))
    disk.fill(server, stored_at)
    for _ in range(MOST_SENDS):
        await outbox.send(writer, [outbox.write(pair, CONTENT)])
        if outbox.refused:
            break
    assert [answer["code"] for answer in outbox.refused] == ["unavailable"]
    assert outbox.refused[0]["retryAfter"] > 0
    assert len(await fresh(bob, pair)) == len(outbox.acked)  # reading goes on
    newcomer = await connected(server.port, bob)  # and coming in
    live = await newcomer.call("get-changes", {"conversationId": pair, "afterSeq": 0})
    signing_in = await bob.request("POST", "auth/login", {"email": bob.email, "password": PASSWORD})
    disk.free()
    assert await outbox.send(writer, outbox.unanswered)
    stored = Ledger.of(stored_at)
    figures.tell(
        "R10",
        full="a file system" if disk.is_mounted else "a limit to file sizes",
        acked=len(outbox.acked),
        lost=len(checker.lost(outbox.acked_ids, stored.messages)),
        refused_while_full=len(outbox.refused),
        sign_in_answered=signing_in.status_code,
    )
    assert live["success"]
    assert outbox.unanswered == []
    assert checker.lost(outbox.acked_ids, stored.messages) == []
    assert stored.wrongs() == []
    await writer.close()
    await newcomer.close()


async def test_nothing_is_left_of_an_upload_when_the_disk_fills_in_the_middle(
    make_server: MakeServer, disk: FullDisk, figures: Figures
) -> None:
    server = await make_server(DATA_DIR=str(disk.folder / "data"))
    data = disk.folder / "data"
    ada, bob = await Town(server).people("Ada", "Bob")
    pair = (await ada.direct_with(bob))["_id"]
    if not disk.is_mounted:
        disk.fill(server, data / server.database_path.name)
    refused = await ada.offer(bytes(TOO_LARGE_FOR_DISK_BYTES))
    left = [path for folder in ("incoming", "files") for path in (data / folder).rglob("*")]
    disk.free()
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert refused.json()["retryAfter"] > 0
    assert left == []
    kept = await ada.upload(b"a small one")
    await ada.post(f"conversations/{pair}/messages", {"attachments": [kept["_id"]]})
    assert (await bob.request("GET", f"attachments/{kept['_id']}")).content == b"a small one"
    figures.tell("R10", upload_on_a_full_disk=refused.json()["code"], files_left=len(left))
