"""What `docs/operations.md` tells people to type does what it says."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from pathlib import Path

from tests.people import Town
from tests.server import ROOT, ServerProcess


def _commands(heading: str) -> str:
    """The shell commands under a heading of the page."""
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))


async def _run(commands: str, folder: Path) -> None:
    """Run commands of the page, with this Python in place of that of `.venv`."""
    process = await asyncio.create_subprocess_exec(
        "sh", "-euc", commands.replace(".venv/bin/python", sys.executable), cwd=folder
    )
    assert await process.wait() == 0


async def test_backup_of_a_running_server_can_be_restored(own_server: ServerProcess) -> None:
    town = Town(own_server)
    ada, bob = await town.people("Ada", "Bob")
    conversation = await ada.direct_with(bob)
    device = await ada.connect()
    epoch = (await device.wait_for("session-started"))["epoch"]
    file = await ada.upload(b"in a file")
    await device.send(conversation["_id"], "before the copy", attachments=[file["_id"]])
    await _run(_commands("Back up"), own_server.folder)
    await device.send(conversation["_id"], "after the copy")
    await ada.disconnect()
    await own_server.kill()
    shutil.rmtree(own_server.folder / "data" / "files")
    await _run(_commands("Restore"), own_server.folder)
    await own_server.restart()
    page = await ada.get(f"conversations/{conversation['_id']}/messages")
    assert [message["content"] for message in page["messages"]] == ["before the copy"]
    assert (await ada.request("GET", f"attachments/{file['_id']}")).content == b"in a file"
    device = await ada.connect()
    assert (await device.wait_for("session-started"))["epoch"] != epoch
    await ada.disconnect()
