"""The two cookies of a signed-in browser."""

from __future__ import annotations

from typing import Final, Protocol, TypeVar

from chat.security.tokens import SESSION_DAYS

REFRESH: Final = "causerie_refresh"
# No secret: it tells the server that the chat, not the sign-in page, is what this browser wants to see at `/`.
SIGNED_IN: Final = "causerie_signed_in"
REFRESH_PATH: Final = "/api/auth"
_MAX_AGE_S: Final = SESSION_DAYS * 24 * 3600


class _Response(Protocol):
    def set_cookie(self, *args: object, **kwargs: object) -> None: ...

    def delete_cookie(self, *args: object, **kwargs: object) -> None: ...


R = TypeVar("R")


def set_refresh(response: R, refresh_token: str, *, is_secure: bool) -> R:
    """Give the browser its refresh token: out of reach of scripts, of other sites, of every other path."""
    setter: _Response = response  # type: ignore[assignment]  # werkzeug's signatures say less than they take
    setter.set_cookie(
        REFRESH,
        refresh_token,
        max_age=_MAX_AGE_S,
        path=REFRESH_PATH,
        httponly=True,
        secure=is_secure,
        samesite="Strict",
    )
    setter.set_cookie(SIGNED_IN, "1", max_age=_MAX_AGE_S, path="/", secure=is_secure, samesite="Strict")
    return response


def clear(response: R) -> R:
    """Take both away."""
    setter: _Response = response  # type: ignore[assignment]
    setter.delete_cookie(REFRESH, path=REFRESH_PATH)
    setter.delete_cookie(SIGNED_IN, path="/")
    return response
