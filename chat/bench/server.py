"""A server process under load: started, looked at from outside, ended."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from chat.bench.crowd import HOST
from chat.bench.http import get

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN_S = 60
STOP_WITHIN_S = 30
LOOK_EVERY_S = 0.01
# A server on which thousands are connected and silent still answers their pings.
SETTLED_WITHIN_S, SETTLED_SHARE, SETTLE_LOOK_S = 30.0, 0.15, 0.4
# Below those that Linux hands to outgoing connections (ip_local_port_range), of which a load takes thousands.
PORTS = range(15_000, 32_000)
_LOG_LINES = 8


class ServerFailed(Exception):
    """A server did not start, or ended by itself; the message has the last that it said."""


def free_port() -> int:
    """A port on which nobody listens now, nor is likely to before the server does."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


class ServerProcess:
    """A program that serves on a port of this machine and answers `/healthz`."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        """`environment`, with PORT, is all that it gets: nothing of what is set where the load is made."""
        self.port = free_port()
        self._command = command
        self._environment = {**environment, "PORT": str(self.port)}
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        # From the start of the process to its first answer.
        self.started_in_s = 0.0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start and wait until it answers. Raises ServerFailed."""
        began = time.perf_counter()
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl+C is for the one who loads it, and who then ends it.
                start_new_session=True,
            )
        while time.perf_counter() - began < START_WITHIN_S and self._process.returncode is None:
            try:
                if (await get(self.port, "/healthz")).status == 200:  # noqa: PLR2004
                    self.started_in_s = time.perf_counter() - began
                    return
            except OSError:
                await asyncio.sleep(LOOK_EVERY_S)
        await self.stop()
        raise ServerFailed(f"{' '.join(self._command)} did not start:\n{self.last_words()}")

    def last_words(self) -> str:
        if not self._log.exists():
            return ""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])

    def cpu_s(self) -> float:
        """Processor time of all its threads so far, in user and kernel mode, in hundredths of a second."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        user, system = int(after_name[11]), int(after_name[12])
        return (user + system) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self) -> int:
        """Memory that it holds of the machine's."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    async def settle(self) -> None:
        """Wait until it has little to do: what a crowd's coming set off is done."""
        busy = True
        deadline = time.monotonic() + SETTLED_WITHIN_S
        while busy and time.monotonic() < deadline:
            before = self.cpu_s()
            await asyncio.sleep(SETTLE_LOOK_S)
            busy = self.cpu_s() - before > SETTLED_SHARE * SETTLE_LOOK_S

    async def stop(self) -> None:
        """SIGTERM; SIGKILL when that is not heard. Nothing when it has ended already."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_WITHIN_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
