"""The three cookies of a signed-in browser."""

from __future__ import annotations

from typing import Final, Protocol, TypeVar

from chat.security.tokens import SESSION_DAYS

REFRESH: Final = "causerie_refresh"
# No secret: whose chat this browser wants to see at `/`, told to the server, and to the page, which may have kept some
# of it for the time without a line.
SIGNED_IN: Final = "causerie_signed_in"
# Opens pictures, sounds and other files, which pages show without a script's help, and nothing else.
FILES: Final = "causerie_files"
FILES_PATH: Final = "/api"
REFRESH_PATH: Final = "/api/auth"
_MAX_AGE_S: Final = SESSION_DAYS * 24 * 3600


class _Response(Protocol):
    def set_cookie(self, *args: object, **kwargs: object) -> None: ...

    def delete_cookie(self, *args: object, **kwargs: object) -> None: ...


R = TypeVar("R")


def set_session(response: R, user_id: str, refresh_token: str, files_token: str, *, is_secure: bool) -> R:
    """Give the browser its tokens: out of reach of scripts, of other sites, of every other path."""
    setter: _Response = response  # type: ignore[assignment]  # werkzeug's signatures say less than they take
    for name, token, path in ((REFRESH, refresh_token, REFRESH_PATH), (FILES, files_token, FILES_PATH)):
        setter.set_cookie(
            name,
            token,
            max_age=_MAX_AGE_S,
            path=path,
            httponly=True,
            secure=is_secure,
            samesite="Strict",
        )
    setter.set_cookie(SIGNED_IN, user_id, max_age=_MAX_AGE_S, path="/", secure=is_secure, samesite="Strict")
    return response


def clear(response: R) -> R:
    """Take all of them away."""
    setter: _Response = response  # type: ignore[assignment]
    setter.delete_cookie(REFRESH, path=REFRESH_PATH)
    setter.delete_cookie(FILES, path=FILES_PATH)
    setter.delete_cookie(SIGNED_IN, path="/")
    return response
