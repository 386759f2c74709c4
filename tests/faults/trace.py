"""Reads a system-call trace: was a message's write-ahead log on disk before anybody was told of the message? (R1)

`kill -9` cannot show it: what the kernel has taken survives the process, synced or not.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

SYNCS = ("fsync", "fdatasync")
LOG_WRITES = ("pwrite64", "pwritev", "write", "writev")
SOCKET_WRITES = ("write", "writev", "sendto", "sendmsg", "sendmmsg")
LONGEST_STRING = 1_000_000
_LOG = "-wal>"
# 1234 name(3</path>, …   and   1234 <... name resumed>…) = 0
_CALL = re.compile(r"^\d+ +(?P<name>\w+)\((?:\d+<(?P<target>[^>]*>))?")
_RESUMED = re.compile(r"^(?P<thread>\d+) +<\.\.\. (?P<name>\w+) resumed>.* = 0$")


def command(strace: str, output: Path) -> list[str]:
    """The server under the tracer; with `-D` the process that we start is the server, and gets its signals."""
    calls = ",".join(dict.fromkeys((*SYNCS, *LOG_WRITES, *SOCKET_WRITES)))
    server = [sys.executable, "-m", "chat", "serve"]
    return [
        *(strace, "-D", "-f", "-q", "-y", "-s", str(LONGEST_STRING), "-e", f"trace={calls}"),
        *("-o", str(output), *server),
    ]


def told_too_early(lines: Iterable[str], message_ids: Sequence[str]) -> dict[str, str]:
    """{message id: what is wrong}; nothing for those that were told of after their sync.

    Each id's write to the log must be followed by a finished sync of the log, and only then by the first write to a
    socket that carries the id.
    """
    written: dict[str, int] = {}
    told: dict[str, int] = {}
    synced: list[int] = []
    syncing: set[str] = set()  # threads whose sync of the log is under way
    for at, line in enumerate(lines):
        if resumed := _RESUMED.match(line):
            if resumed["name"] in SYNCS and resumed["thread"] in syncing:
                syncing.remove(resumed["thread"])
                synced.append(at)
            continue
        if (call := _CALL.match(line)) is None:
            continue
        name, target = call["name"], call["target"] or ""
        if name in SYNCS and target.endswith(_LOG):
            if line.endswith("<unfinished ...>"):
                syncing.add(line.split(maxsplit=1)[0])
            elif line.rstrip().endswith("= 0"):
                synced.append(at)
        elif name in LOG_WRITES and target.endswith(_LOG):
            _note(written, message_ids, line, at)
        elif name in SOCKET_WRITES and target.startswith(("socket:", "TCP")):
            _note(told, message_ids, line, at)
    return {
        id_: wrong
        for id_ in message_ids
        if (wrong := _wrong(written.get(id_), told.get(id_), synced)) is not None
    }


def _note(seen: dict[str, int], message_ids: Sequence[str], line: str, at: int) -> None:
    """Remember the first line that carries each id."""
    for id_ in message_ids:
        if id_ not in seen and id_ in line:
            seen[id_] = at


def _wrong(written: int | None, told: int | None, synced: list[int]) -> str | None:
    if written is None:
        return "never written to the log"
    if told is None:
        return "nobody was told"
    if not any(written < sync < told for sync in synced):
        return f"told at line {told}, written at {written}, and no sync in between"
    return None
