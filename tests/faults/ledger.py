"""What the database holds, read past the server: the last word on what is stored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.faults import checker


@dataclass(frozen=True, slots=True)
class Ledger:
    """One moment of a database file, while the server has it open."""

    # (conversation, seq) of every durable change, messages and others.
    seqs: list[tuple[str, int]]
    last_seqs: dict[str, int]
    # message id → client message id
    messages: dict[str, str | None]
    # (sender, client message id) of all messages that have one
    sends: list[tuple[str, str]]
    integrity: str

    @classmethod
    def of(cls, path: Path) -> Ledger:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            database.execute("BEGIN")  # one snapshot for all that follows
            messages = database.execute(
                "SELECT id, conversation_id, seq, sender_id, client_message_id FROM messages"
            ).fetchall()
            changes = database.execute("SELECT conversation_id, seq FROM changes").fetchall()
            return cls(
                seqs=[(conversation, seq) for _, conversation, seq, _, _ in messages] + changes,
                last_seqs=dict(database.execute("SELECT id, last_seq FROM conversations")),
                messages={id_: client_id for id_, _, _, _, client_id in messages},
                sends=[(sender, client_id) for _, _, _, sender, client_id in messages if client_id],
                integrity=database.execute("PRAGMA integrity_check").fetchone()[0],
            )

    def wrongs(self) -> list[str]:
        """What a database must never show, whatever was done to the server."""
        found = [] if self.integrity == "ok" else [f"integrity_check: {self.integrity}"]
        found += [f"stored twice: {send}" for send in checker.doubled(self.sends)]
        found += [f"number given twice: {pair}" for pair in checker.doubled(self.seqs)]
        for conversation, last_seq in self.last_seqs.items():
            seqs = [seq for id_, seq in self.seqs if id_ == conversation]
            found += [f"hole at {seq} of {last_seq}" for seq in checker.holes(seqs, last_seq)]
            found += [f"{seq} lies after the last, {last_seq}" for seq in seqs if seq > last_seq]
        return found
