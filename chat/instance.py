"""What the process serves: its settings, keys, limits and files, made once at start."""

from __future__ import annotations

from dataclasses import dataclass, field

from chat import database
from chat.config import Settings
from chat.files.inspection import Inspector
from chat.files.store import FileStore
from chat.security.limits import Limiter
from chat.security.passwords import Passwords
from chat.security.tokens import Tokens, new_setup_token

VERSION = "0.1.0"


@dataclass(slots=True)
class Instance:
    """One running Causerie."""

    settings: Settings
    tokens: Tokens
    limiter: Limiter
    passwords: Passwords
    files: FileStore
    inspector: Inspector = field(default_factory=Inspector)
    epoch: str = ""
    # Opens /setup from elsewhere than this machine; printed at the first start, worth nothing once there is an owner.
    setup_token: str = field(default_factory=new_setup_token)

    @classmethod
    def of(cls, settings: Settings) -> Instance:
        return cls(
            settings,
            Tokens(settings.jwt_secret),
            Limiter(enabled=settings.rate_limits),
            Passwords(settings.password_memory_mib),
            FileStore(settings.data_dir, database.lull),
        )


_current: Instance | None = None


def current() -> Instance:
    if _current is None:
        raise RuntimeError("no instance is running")
    return _current


def use(instance: Instance | None) -> None:
    """Make `instance` the one that the process serves."""
    global _current  # see chat.database.use
    _current = instance
