"""receipts by their key

There is a receipt for every move of every participant, and nearly all of it is its key: kept beside rows, the key stood
on the disk twice.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("receipts", recreate="always", table_kwargs={"sqlite_with_rowid": False}):
        pass


def downgrade() -> None:
    with op.batch_alter_table("receipts", recreate="always", table_kwargs={"sqlite_with_rowid": True}):
        pass
