"""Passwords: argon2id in a small executor of its own, and the rules for a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from chat.errors import BadRequest

T = TypeVar("T")

MIN_CHARS = 10
MIN_DIFFERENT_CHARS = 3
PASSWORD_MAX_CHARS = 512
# A hash with 64 MiB takes 125 ms: two at once are all that a small machine bears, and none belongs on the event loop.
_WORKERS = 2
_executor = ThreadPoolExecutor(_WORKERS, thread_name_prefix="argon2")
_COMMON = Path(__file__).parent / "common_passwords.txt"


class Passwords:
    """Makes hashes that take `memory_mib` of memory each, and checks those that were made with any.

    Passes and lanes are those of RFC 9106's second recommended option, which has 64 MiB.
    """

    def __init__(self, memory_mib: int) -> None:
        self._hasher = PasswordHasher(
            time_cost=RFC_9106_LOW_MEMORY.time_cost,
            memory_cost=memory_mib * 1024,
            parallelism=RFC_9106_LOW_MEMORY.parallelism,
        )
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        """The argon2id hash of a password that was checked by `require_strong`."""
        return await self._run(self._hasher.hash, password)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether `password` is the one hashed; takes the same time when there is no account to check against."""
        fits = await self._run(self._verify, password[:PASSWORD_MAX_CHARS], password_hash)
        return fits and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether a hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password: str, password_hash: str | None) -> bool:
        if not password_hash:
            self._nobodys = self._nobodys or self._hasher.hash("nobody has this password")
        try:
            return self._hasher.verify(password_hash or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(_executor, work, *arguments)


def require_strong(password: str, *, person: tuple[str, ...] = ()) -> None:
    """Refuse a password that is short, absurdly long, common, or the person's own name or address.

    Raises BadRequest naming the field `password`.
    """
    details = {"field": "password"}
    if len(password) < MIN_CHARS:
        raise BadRequest("password_short", minimum=MIN_CHARS, details=details)
    if len(password) > PASSWORD_MAX_CHARS:
        raise BadRequest("password_long", maximum=PASSWORD_MAX_CHARS, details=details)
    lowered = password.casefold()
    own = {part.casefold() for value in person for part in (value, value.split("@")[0]) if part}
    if lowered in own or lowered in _common() or len(set(lowered)) < MIN_DIFFERENT_CHARS:
        raise BadRequest("password_common", details=details)


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())
