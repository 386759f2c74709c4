"""Reading when all readers are taken."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from chat import sqlite
from chat.database import Database
from chat.errors import Unavailable

WAIT_S = 0.05


async def test_read_is_unavailable_when_no_reader_becomes_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "READER_WAIT_S", WAIT_S)
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/readers.db")
    async with AsyncExitStack() as taken:
        for _ in range(sqlite.READERS):
            reading = await taken.enter_async_context(database.read())
            await reading.session.execute(text("SELECT 1"))
        with pytest.raises(Unavailable) as refusal:
            async with database.read() as one_more:
                await one_more.session.execute(text("SELECT 1"))
    assert refusal.value.retry_after
    await database.close()
