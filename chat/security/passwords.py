"""Passwords: argon2id in a small executor of its own, and the rules for a new one."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chat.errors import BadRequest

MIN_CHARS = 10
MIN_DIFFERENT_CHARS = 3
PASSWORD_MAX_CHARS = 512
# 125 ms and 64 MiB each (argon2-cffi's defaults, RFC 9106 low-memory profile): two at once are all that a small
# machine bears, and none of them belongs on the event loop.
_WORKERS = 2
_hasher = PasswordHasher()
_executor = ThreadPoolExecutor(_WORKERS, thread_name_prefix="argon2")
_COMMON = Path(__file__).parent / "common_passwords.txt"


async def hash_password(password: str) -> str:
    """The argon2id hash of a password that was checked by `require_strong`."""
    return await asyncio.get_running_loop().run_in_executor(_executor, _hasher.hash, password)


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether `password` is the one hashed; takes the same time when there is no account to check against."""
    return await asyncio.get_running_loop().run_in_executor(
        _executor, _verify, password[:PASSWORD_MAX_CHARS], password_hash or _nobody()
    ) and (password_hash is not None)


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


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())
