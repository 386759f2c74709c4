"""The steps of the database: forth, back, and never over data."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from chat import migrate
from chat.config import ConfigError
from chat.models import Base

NEXT_STEP = '''
"""Rebuild the conversations, as SQLite needs for any change of a column."""
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{before}"
branch_labels = depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversations", recreate="always") as table:
        table.add_column(sa.Column("topic", sa.String(80)))


def downgrade() -> None:
    with op.batch_alter_table("conversations") as table:
        table.drop_column("topic")
'''
AT = "2026-01-01 00:00:00"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "causerie.db"


def upgrade(path: Path) -> Path | None:
    return migrate.upgrade(f"sqlite:///{path}", path.parent)


def alembic(path: Path) -> Config:
    """What Alembic needs to know, to be told how far to go."""
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
    return config


@pytest.fixture
def newer_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The program with one more step than it has today, one that rebuilds a table; undone by `.undo()`."""
    scripts = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    newest = ScriptDirectory(str(migrate.MIGRATIONS)).get_current_head()
    (scripts / "versions" / "next.py").write_text(NEXT_STEP.format(before=newest), encoding="utf-8")
    monkeypatch.setattr(migrate, "MIGRATIONS", scripts)
    return monkeypatch


def fill(path: Path) -> None:
    """One person in one conversation with one message."""
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA foreign_keys = ON")
        file.execute(
            "INSERT INTO users (id, name, email, password_hash, role, locale, theme, read_receipts, created_at)"
            " VALUES ('u', 'Ada', 'ada@example.org', '', 'owner', 'fr', 'system', 1, ?)",
            (AT,),
        )
        file.execute(
            "INSERT INTO conversations (id, is_group, last_seq, created_by, created_at, updated_at)"
            " VALUES ('c', 1, 1, 'u', ?, ?)",
            (AT, AT),
        )
        file.execute(
            "INSERT INTO messages (id, conversation_id, seq, sender_id, type, content, created_at)"
            " VALUES ('m', 'c', 1, 'u', 'text', 'kept', ?)",
            (AT,),
        )


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as file:
        return file.execute(query).fetchall()


def test_models_and_schema_are_the_same_when_all_steps_are_applied(path: Path) -> None:
    upgrade(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()
    # This Alembic does not compare.
    by_key = rows(path, "SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'")
    tables = Base.metadata.tables.values()
    assert by_key == [(table.name,) for table in tables if not table.dialect_options["sqlite"]["with_rowid"]]


def test_no_copy_is_made_when_the_database_is_new(path: Path) -> None:
    assert upgrade(path) is None


def test_no_copy_is_made_when_there_is_nothing_to_upgrade(path: Path) -> None:
    upgrade(path)
    assert upgrade(path) is None


def test_copy_holds_the_data_as_it_was_when_a_step_is_applied(
    path: Path, newer_program: pytest.MonkeyPatch
) -> None:
    with newer_program.context() as today:
        today.setattr(migrate, "MIGRATIONS", Path(migrate.__file__).parent.parent / "migrations")
        upgrade(path)
    fill(path)
    copy = upgrade(path)
    assert copy is not None
    assert rows(copy, "SELECT content FROM messages") == [("kept",)]
    assert "topic" not in str(rows(copy, "SELECT sql FROM sqlite_master WHERE name = 'conversations'"))


def test_child_rows_survive_when_their_parent_table_is_rebuilt(
    path: Path, newer_program: pytest.MonkeyPatch
) -> None:
    with newer_program.context() as today:
        today.setattr(migrate, "MIGRATIONS", Path(migrate.__file__).parent.parent / "migrations")
        upgrade(path)
    fill(path)
    upgrade(path)
    assert "topic" in str(rows(path, "SELECT sql FROM sqlite_master WHERE name = 'conversations'"))
    assert rows(path, "SELECT content FROM messages") == [("kept",)]
    assert rows(path, "PRAGMA foreign_key_check") == []


def test_file_is_refused_in_one_line_and_left_alone_when_a_newer_version_made_it(
    path: Path, newer_program: pytest.MonkeyPatch
) -> None:
    upgrade(path)
    newer_program.undo()
    before = path.read_bytes()
    with pytest.raises(ConfigError) as refusal:
        upgrade(path)
    assert "newer version" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert path.read_bytes() == before


def test_receipts_survive_when_they_move_to_their_key_and_back(path: Path) -> None:
    config = alembic(path)
    command.upgrade(config, "0002")
    fill(path)
    receipt = ("c", "u", "read", 7, AT)
    with sqlite3.connect(path) as file:
        file.execute("INSERT INTO receipts VALUES (?, ?, ?, ?, ?)", receipt)
    for revision in ("0003", "0002", "head"):
        (command.downgrade if revision == "0002" else command.upgrade)(config, revision)
        assert rows(path, "SELECT * FROM receipts") == [receipt]
        is_by_key = "WITHOUT ROWID" in str(
            rows(path, "SELECT sql FROM sqlite_master WHERE name = 'receipts'")
        )
        assert is_by_key is (revision != "0002")


def test_every_step_can_be_undone_and_done_again(path: Path) -> None:
    upgrade(path)
    config = alembic(path)
    command.downgrade(config, "base")
    assert (
        rows(path, "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version'") == []
    )
    command.upgrade(config, "head")
    fill(path)
    assert rows(path, "SELECT content FROM messages") == [("kept",)]
