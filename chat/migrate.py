"""Bring the database file to the present schema, after a copy of it when there is something to upgrade."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url

from chat.config import ConfigError
from chat.times import utc_now

MIGRATIONS = Path(__file__).parent.parent / "migrations"
BACKUPS_FOLDER = "backups"


def upgrade(database_url: str, data_dir: Path) -> Path | None:
    """Apply the migrations that are missing; return the path of the copy made before, if one was needed.

    Blocks: call it in a thread. Raises ConfigError when the file comes from a newer version of the program.
    """
    path = Path(make_url(database_url).database or "")
    scripts = ScriptDirectory(str(MIGRATIONS))
    present, newest = _revision(path), scripts.get_current_head()
    if present == newest:
        return None
    if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
        raise ConfigError(
            f"{path} was made by a newer version of Causerie: run that version, or restore an older copy"
        )
    copy = _copy(path, data_dir / BACKUPS_FOLDER, present) if present is not None else None
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", _sync_url(path))
    command.upgrade(config, "head")
    return copy


def _sync_url(path: Path) -> str:
    return f"sqlite:///{path}"


def _revision(path: Path) -> str | None:
    if not path.exists():
        return None
    engine = create_engine(_sync_url(path))
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def _copy(path: Path, folder: Path, revision: str) -> Path:
    """A whole copy by SQLite's own backup, which takes in what still stands in the write-ahead log."""
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{path.stem}-{utc_now():%Y%m%dT%H%M%S}-{revision}.db"
    partial = target.with_suffix(".partial")
    source, copy = sqlite3.connect(path), sqlite3.connect(partial)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    partial.rename(target)
    return target
