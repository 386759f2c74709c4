"""Rows that go to the driver without SQLAlchemy are stored as SQLAlchemy would have stored them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import MetaData, String, Table, insert, select
from sqlalchemy.schema import Column

from chat.bulk import Bulk
from chat.models.base import UtcDateTime
from chat.sqlite import writing_engine

TABLE = Table("rows", MetaData(), Column("name", String), Column("moment", UtcDateTime))
WITH_DEFAULT = Table("rows", MetaData(), Column("name", String), Column("kind", String, default="text"))
PARIS = timezone(timedelta(hours=1))


async def test_rows_read_back_the_same_whichever_way_they_were_stored(tmp_path: Path) -> None:
    rows = [
        {"name": "né", "moment": datetime(2026, 11, 23, 9, 30, 0, 123_000, tzinfo=UTC)},
        {"name": None, "moment": datetime(2026, 11, 23, 10, 30, tzinfo=PARIS)},
        {"name": "", "moment": None},
    ]
    engine = writing_engine(f"sqlite+aiosqlite:///{tmp_path}/rows.db")
    async with engine.connect() as connection:
        await connection.run_sync(TABLE.metadata.create_all)
        await connection.execute(insert(TABLE), rows)
        by_sqlalchemy = (await connection.execute(select(TABLE))).all()
        await connection.execute(TABLE.delete())
        Bulk(insert(TABLE), "name", "moment").execute(connection, rows)
        assert (await connection.execute(select(TABLE))).all() == by_sqlalchemy
        assert by_sqlalchemy[1].moment == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    await engine.dispose()


def test_statement_is_refused_when_a_column_it_leaves_out_has_a_default() -> None:
    with pytest.raises(ValueError, match="default"):
        Bulk(insert(WITH_DEFAULT), "name")
