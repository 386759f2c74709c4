"""Large files to and from a server, moved by processes of their own, so that nothing here waits for them.

    python -m tests.faults.transfer read PORT PATH TOKEN BYTES_PER_S
    python -m tests.faults.transfer upload PORT TOKEN BYTES SECONDS

`read` reads one address to its end and keeps nothing of it; `0` bytes per second are no limit. It prints how many
bytes of the body came, and in how many seconds. `upload` sends files, one after the other and each another; it prints
how often each status was answered.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import secrets
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.server import ROOT

BUFFER_BYTES = 1 << 20
# Small, so that a slow reader's pace is felt at the other end.
SLOW_BUFFER_BYTES = 65_536
# What makes a file different from all others; the rest of it is zeros.
OWN_BYTES = 16
NICENESS = 19
# As long as a browser's: a short one is dearer to look for.
_BOUNDARY = "----FormBoundaryOfSixteenMore0123"
_HEAD = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="zeros"\r\n\r\n'.encode()
_END = f"\r\n--{_BOUNDARY}--\r\n".encode()


def read(port: int, path: str, token: str, bytes_per_s: int) -> tuple[int, float]:
    """Bytes of the body and seconds; the server closes the connection at the end."""
    with socket.socket() as peer:
        if bytes_per_s:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BUFFER_BYTES)
        peer.connect(("127.0.0.1", port))
        began = time.monotonic()
        peer.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += peer.recv(1)
        assert head.split()[1] == b"200", head
        buffer = bytearray(SLOW_BUFFER_BYTES if bytes_per_s else BUFFER_BYTES)
        total = 0
        while count := peer.recv_into(buffer):
            total += count
            ahead_s = total / bytes_per_s - (time.monotonic() - began) if bytes_per_s else 0
            if ahead_s > 0:
                time.sleep(ahead_s)
        return total, time.monotonic() - began


def upload(port: int, token: str, size: int, lasts_s: float) -> dict[int, int]:
    """How often each status was answered to files of `size` bytes, for so many seconds, once at least."""
    statuses: Counter[int] = Counter()
    ends = time.monotonic() + lasts_s
    headers = {"Authorization": f"Bearer {token}"}
    while not statuses or time.monotonic() < ends:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        length = len(_HEAD) + size + len(_END)
        content_type = f"multipart/form-data; boundary={_BOUNDARY}"
        form = {"Content-Type": content_type, "Content-Length": str(length)}
        connection.request("POST", "/api/attachments", _form(size), headers | form)
        answer = connection.getresponse()
        statuses[answer.status] += 1
        answer.read()
        connection.close()
    return dict(statuses)


def _form(size: int) -> Iterator[bytes]:
    yield _HEAD
    own = secrets.token_bytes(min(OWN_BYTES, size))
    yield own
    for start in range(len(own), size, BUFFER_BYTES):
        yield bytes(min(BUFFER_BYTES, size - start))
    yield _END


async def readers(
    number: int, port: int, path: str, token: str = "", bytes_per_s: int = 0
) -> Sequence[tuple[int, float]]:
    """What so many readers got at once: bytes and seconds of each."""
    printed = await asyncio.gather(*(_run("read", port, path, token, bytes_per_s) for _ in range(number)))
    return [(int(total), float(seconds)) for total, seconds in map(str.split, printed)]


async def uploaders(port: int, tokens: Sequence[str], size: int, lasts_s: float) -> Counter[int]:
    """How often each status was answered to people with these tokens, who upload for so long side by side."""
    printed = await asyncio.gather(*(_run("upload", port, token, size, lasts_s) for token in tokens))
    statuses: Counter[int] = Counter()
    for each in printed:
        statuses.update({int(status): count for status, count in json.loads(each).items()})
    return statuses


async def _run(*arguments: object) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.transfer", *map(str, arguments)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return printed.decode()


if __name__ == "__main__":
    # Those who send and read are at other machines: what they do there takes nothing from the server.
    os.nice(NICENESS)
    command, port, *rest = sys.argv[1:]
    if command == "read":
        print(*read(int(port), rest[0], rest[1], int(rest[2])))  # noqa: T201
    else:
        print(json.dumps(upload(int(port), rest[0], int(rest[1]), float(rest[2]))))  # noqa: T201
