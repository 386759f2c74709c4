"""The servers that are compared, as processes on the first core."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chat.bench.server import ServerProcess

if TYPE_CHECKING:
    from benchmarks.world import World

PEERS = Path(__file__).parent / "peers"
# The first two of those that this process may use, asked before it binds itself to one.
CORES = sorted(os.sched_getaffinity(0))[:2]
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]


def has_two_cores() -> bool:
    """Whether server and load can have a core each."""
    return SERVER_CORE != LOAD_CORE and shutil.which("taskset") is not None


def node() -> str:
    """Node's program: NODE, or the one on the path."""
    return shutil.which(os.environ.get("NODE") or "node") or "node"


def _pinned(*command: str) -> list[str]:
    """The command on the server's core, where there is another one for the load."""
    taskset = shutil.which("taskset")
    if taskset is None or not has_two_cores():
        return list(command)
    return [taskset, "--cpu-list", str(SERVER_CORE), *command]


def causerie(data: Path, log: Path) -> ServerProcess:
    """The product as its users run it, with everything it does; only its limits on strangers are off."""
    environment = {"DATA_DIR": str(data), "RATE_LIMITS": "off", "HOST": "127.0.0.1"}
    return ServerProcess(_pinned(sys.executable, "-m", "chat", "serve"), environment, log)


@dataclass(frozen=True, slots=True)
class Contender:
    """One of the servers of a comparison. `make(world, folder)` prepares a fresh one."""

    name: str
    make: Callable[[World, Path], ServerProcess]
    offers_deflate: bool = True


def _causerie(world: World, folder: Path) -> ServerProcess:
    return causerie(world.copy_to(folder / "data"), folder / "server.log")


def _peer(world: World, folder: Path, command: list[str], **more: str) -> ServerProcess:
    environment = {
        "WORLD": str(world.description),
        "ACCESS_KEY": world.access_key,
        "DATABASE": str(folder / "peer.db"),
        **more,
    }
    return ServerProcess(_pinned(*command), environment, folder / "server.log")


def _node(synchronous: str) -> Callable[[World, Path], ServerProcess]:
    def make(world: World, folder: Path) -> ServerProcess:
        command = [node(), str(PEERS / "node/server.js")]
        return _peer(world, folder, command, SYNCHRONOUS=synchronous, NODE_ENV="production")

    return make


def _stock(world: World, folder: Path) -> ServerProcess:
    return _peer(world, folder, [sys.executable, str(PEERS / "stock.py")])


CAUSERIE = Contender("causerie", _causerie)
NODE_FULL = Contender("node-full", _node("FULL"))
NODE_NORMAL = Contender("node-normal", _node("NORMAL"))
# Stock Hypercorn would compress for every client that offers it, at twice the CPU: it is offered none, in its favour.
STOCK = Contender("stock", _stock, offers_deflate=False)
