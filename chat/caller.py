"""What a request says of its caller: address, language, token."""

from __future__ import annotations

from quart import request

from chat import instance
from chat.locales import negotiate
from chat.security import cookies
from chat.security.addresses import Origin, is_own_request, origin_of
from chat.services.sessions import Client


def origin() -> Origin:
    """Where the request comes from."""
    return origin_of(request.scope, instance.current().settings)


def locale() -> str:
    """The caller's language by `Accept-Language`."""
    return negotiate(request.headers.get("Accept-Language"), instance.current().settings.default_locale)


def accepts_gzip() -> bool:
    """Whether the caller can read what is compressed, and does not say that it had rather not."""
    return request.accept_encodings.quality("gzip") > 0


def client(language: str | None = None) -> Client:
    """What a new session remembers of the device; `language` where a page knows better than the browser."""
    where = origin()
    return Client(
        address=where.address,
        user_agent=request.headers.get("User-Agent", ""),
        locale=language or locale(),
        is_local=where.is_local,
    )


def is_own() -> bool:
    """Whether the request comes from our own pages, so that its cookies count."""
    return is_own_request(dict(request.headers), origin(), instance.current().settings)


def bearer_token() -> str | None:
    """The access token of the `Authorization` header (RFC 6750); never one in the query string."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def files_token() -> str | None:
    """The token of the files cookie, when our own pages ask."""
    token = request.cookies.get(cookies.FILES)
    return token if token and is_own() else None
