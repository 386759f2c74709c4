"""The worker that looks into files: what becomes of one that does not come back as it should."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from chat.files import inspection
from chat.files.inspection import Found, Inspector
from tests.files import PICTURE

BROKEN = {
    "hangs": "import time; time.sleep(60)",
    "crashes": "import os; os.abort()",
    "says nothing": "",
    "says something else": "import sys; open(sys.argv[3], 'w').write('<html>')",
    "says what does not fit": "import sys; open(sys.argv[3], 'w').write('{\"type\": 5}')",
    "says too much": "import sys; open(sys.argv[3], 'w').write('[' * 10**7)",
    "never stops talking": "while True: print('x' * 1000)",
    "eats memory": f"exec(open({str(inspection.WORKER)!r}).read().replace('found = main', 'x = bytes(1 << 34)#'))",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(PICTURE)
    return path


@pytest.mark.parametrize("kind", BROKEN)
async def test_nothing_is_known_of_a_file_when_its_worker_fails(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text(BROKEN[kind], encoding="utf-8")
    monkeypatch.setattr(inspection, "WORKER", worker)
    monkeypatch.setattr(inspection, "WITHIN_S", 2.0)
    found = await Inspector().inspect(source, "attachment", "image/png", 10**6)
    assert found == Found("application/octet-stream")


async def test_next_file_is_looked_into_when_one_broke_its_worker(
    source: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inspector = Inspector()
    crash = tmp_path / "worker.py"
    crash.write_text("import os; os.abort()", encoding="utf-8")
    with monkeypatch.context() as broken:
        broken.setattr(inspection, "WORKER", crash)
        for _ in range(inspection.AT_ONCE + 1):
            await inspector.inspect(source, "attachment", "", 10**6)
    found = await inspector.inspect(source, "attachment", "", 10**6)
    assert (found.content_type, found.width, found.height) == ("image/png", 40, 30)


async def test_picture_is_refused_when_what_is_made_of_it_is_too_large(source: Path) -> None:
    found = await Inspector().inspect(source, "attachment", "", max_bytes=20)
    assert found == Found("application/octet-stream")


async def test_worker_is_ended_with_the_server(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, begun = tmp_path / "worker.py", tmp_path / "begun"
    os.mkfifo(begun)
    worker.write_text(f"open({str(begun)!r}, 'w').close(); import time; time.sleep(60)", encoding="utf-8")
    monkeypatch.setattr(inspection, "WORKER", worker)
    inspector = Inspector()
    inspecting = asyncio.create_task(inspector.inspect(source, "attachment", "", 10**6))
    await asyncio.to_thread(begun.read_bytes)  # until the worker has opened it too
    inspector.close()
    async with asyncio.timeout(5):
        assert await inspecting == Found("application/octet-stream")
