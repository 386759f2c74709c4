"""Who acts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person on one of their devices."""

    user_id: str
    session_id: str
    name: str
    role: str
    locale: str
    # The live connection they act through; empty for REST.
    connection_id: str = ""

    @property
    def is_administrator(self) -> bool:
        """Whether they look after the whole instance."""
        return self.role in ("owner", "admin")
