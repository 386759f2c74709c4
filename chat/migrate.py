"""Bring the database file to the present schema, after a copy of it when there is something to upgrade."""

from __future__ import annotations

import contextlib
import logging
import re
import sqlite3
from pathlib import Path

from sqlalchemy import make_url

from chat.config import ConfigError
from chat.times import utc_now

MIGRATIONS = Path(__file__).parent.parent / "migrations"
BACKUPS_FOLDER = "backups"
_REVISION = re.compile(r"^(down_)?revision = [\"'](\w+)[\"']", re.MULTILINE)


def upgrade(database_url: str, data_dir: Path) -> Path | None:
    """Apply the migrations that are missing; return the path of the copy made before, if one was needed.

    Blocks: call it in a thread. Raises ConfigError when the file comes from a newer version of the program.
    """
    path = Path(make_url(database_url).database or "")
    present = _revision(path)
    if present == _newest():
        return None  # the usual start does without Alembic, which takes a while and 10 MB to load
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if present is not None and present not in known:
        raise ConfigError(
            f"{path} was made by a newer version of Causerie: run that version, or restore an older copy"
        )
    copy = _copy(path, data_dir / BACKUPS_FOLDER, present) if present is not None else None
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
    command.upgrade(config, "head")
    return copy


def _newest() -> str:
    """The revision that no other one follows, read from the migrations as text."""
    known: set[str] = set()
    followed: set[str] = set()
    for file in (MIGRATIONS / "versions").glob("*.py"):
        for is_former, revision in _REVISION.findall(file.read_text(encoding="utf-8")):
            (followed if is_former else known).add(revision)
    (newest,) = known - followed
    return newest


def _revision(path: Path) -> str | None:
    """What Alembic has noted in the file, or None for a file that is new or empty."""
    if not path.exists():
        return None
    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
    return None if row is None else str(row[0])


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
