"""The people and conversations that every server of a run gets: those of `chat demo`, and the bench's own."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.servers import causerie
from chat.bench.http import post
from chat.bench.server import ROOT


@dataclass(slots=True)
class World:
    """A folder with a database, its people's tokens, and conversations by the names that the bench gave them."""

    folder: Path
    ids: list[str]
    names: list[str]
    tokens: list[str]
    conversations: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def description(self) -> Path:
        """The file from which peers learn who is a member of what."""
        return self.folder / "world.json"

    @property
    def access_key(self) -> str:
        """The key of the access tokens, hexadecimal: derived as chat/security/tokens.py says."""
        secret = (self.data / "secret.key").read_text(encoding="ascii").strip()
        return hmac.digest(secret.encode(), b"causerie/access", hashlib.sha256).hex()

    def copy_to(self, folder: Path) -> Path:
        """A fresh data folder for one round."""
        return Path(shutil.copytree(self.data, folder))


def people(folder: Path, users: int, messages: int) -> World:
    """Fill a new database with demo people."""
    folder.mkdir(parents=True)
    tokens = folder / "tokens.json"
    command = [sys.executable, "-m", "chat", "demo", "--users", str(users), "--messages", str(messages)]
    environment = {**os.environ, "DATA_DIR": str(folder / "data")}
    subprocess.run(
        [*command, "--tokens", str(tokens)], env=environment, cwd=ROOT, check=True, capture_output=True
    )
    accounts = json.loads(tokens.read_text(encoding="utf-8"))
    return World(
        folder,
        ids=[account["_id"] for account in accounts],
        names=[account["name"] for account in accounts],
        tokens=[account["accessToken"] for account in accounts],
    )


async def gather(world: World, circles: dict[str, list[int]]) -> None:
    """Make conversations over REST: a pair where two are named, else a group; each opened by its first member.

    `circles`: a name for the bench → the members' places in the world.
    """
    server = causerie(world.data, world.folder / "gather.log")
    await server.start()
    try:
        for name, places in circles.items():
            first, *others = places
            body: dict[str, object] = {"participantIds": [world.ids[place] for place in others]}
            if len(places) > 2:
                body["name"] = name
            answer = await post(server.port, "/api/conversations", world.tokens[first], body)
            if answer.status not in (200, 201):
                raise RuntimeError(f"{name} could not be made: {answer.body.decode()[:200]}")
            world.conversations[name] = answer.json()["_id"]
            world.members[name] = [world.ids[place] for place in places]
    finally:
        await server.stop()
    conversations = {world.conversations[name]: ids for name, ids in world.members.items()}
    users = dict(zip(world.ids, world.names, strict=True))
    world.description.write_text(json.dumps({"users": users, "conversations": conversations}))
