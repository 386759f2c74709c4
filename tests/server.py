"""A real server process for tests: Hypercorn on uvloop with a file database, killed and restarted at will."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
START_WITHIN_S = 20
STOP_WITHIN_S = 15
# Below those that Linux hands to outgoing connections (ip_local_port_range).
PORTS = range(15_000, 32_000)


def free_port() -> int:
    """A port that nobody listens on now, and that no outgoing connection will be given before the server has it."""
    while True:
        port = secrets.choice(PORTS)  # not `random`, which hypothesis seeds alike in every run
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class ServerProcess:
    """`python -m chat serve` in a folder of its own. Keeps its port and folder over restarts."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = folder / "server.log"
        self.environment = {
            "DATA_DIR": str(folder / "data"),
            "PORT": str(self.port),
            "RATE_LIMITS": "off",
            # The least there is: every test makes people, and the usual 64 would be half of a server's work.
            "PASSWORD_MEMORY_MB": "12",
            # The whole suite can be run on the plain way too: FANOUT=plain bin/test
            "FANOUT": os.environ.get("FANOUT", "direct"),
            **environment,
        }
        self.process: asyncio.subprocess.Process | None = None

    @property
    def database_path(self) -> Path:
        return self.folder / "data" / "causerie.db"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def log_text(self) -> str:
        return self.log_path.read_text(encoding="utf-8") if self.log_path.exists() else ""

    async def start(self, *command: str) -> None:
        """Start (`command` in place of `python -m chat serve`) and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with self.log_path.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(command or (sys.executable, "-m", "chat", "serve")),
                cwd=ROOT,
                env={**inherited, **self.environment},
                stdout=log,
                stderr=log,
            )
        await self._until_it_answers()

    async def _until_it_answers(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        async with httpx.AsyncClient() as http:
            while time.monotonic() < deadline:
                assert self.process is not None
                if self.process.returncode is not None:
                    break
                try:
                    if (await http.get(f"{self.url}/healthz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass  # not listening yet
                await asyncio.sleep(0.05)
        raise RuntimeError(f"the server did not start:\n{self.log_text()}")

    async def kill(self) -> None:
        """`kill -9`: what a power cut or the kernel's memory killer does."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> float:
        """SIGTERM; returns the seconds until it had ended. Fails when it takes too long."""
        assert self.process is not None
        if self.process.returncode is not None:
            return 0.0
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_WITHIN_S)
        except TimeoutError:
            await self.kill()
            raise AssertionError(f"SIGTERM did not end the server in {STOP_WITHIN_S} s") from None
        return time.monotonic() - began

    async def restart(self) -> None:
        """Start again where `kill` or `stop` ended it: same folder, same port."""
        await self.start()
