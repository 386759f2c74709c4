"""Where a request comes from: the peer, or what a trusted proxy says of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chat.config import Network, Settings, is_loopback_host


@dataclass(frozen=True, slots=True)
class Origin:
    """The caller's address, and the scheme and host by which it reached us."""

    address: str
    scheme: str
    host: str
    is_direct: bool

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def is_local(self) -> bool:
        """A person at this very machine: no proxy in between, and no foreign name (DNS rebinding) either."""
        name = urlsplit(f"//{self.host}").hostname or ""
        return self.is_direct and _is_loopback(self.address) and is_loopback_host(name)


def origin_of(scope: Any, settings: Settings) -> Origin:
    """Read an ASGI scope. Forwarded headers count only when the peer is one of `TRUSTED_PROXIES`.

    Engine.IO's own REMOTE_ADDR is always 127.0.0.1 (python-engineio 4.15, async_drivers/asgi.py): it is not used.
    """
    headers = {bytes(name).lower(): bytes(value).decode("latin-1") for name, value in scope["headers"]}
    peer = (scope.get("client") or ("", 0))[0]
    forwarded = headers.get(b"x-forwarded-for")
    is_direct = forwarded is None and b"forwarded" not in headers and b"x-real-ip" not in headers
    scheme = {"ws": "http", "wss": "https"}.get(scope.get("scheme", "http"), scope.get("scheme", "http"))
    host = headers.get(b"host", "")
    if not _is_trusted(peer, settings.trusted_proxies):
        return Origin(peer, scheme, host, is_direct)
    return Origin(
        address=_client_of(forwarded, peer, settings.trusted_proxies),
        scheme=_first(headers.get(b"x-forwarded-proto")) or scheme,
        host=_first(headers.get(b"x-forwarded-host")) or host,
        is_direct=is_direct,
    )


def is_own_origin(value: str, origin: Origin, settings: Settings) -> bool:
    """Whether an `Origin` header names this site, or one that `FRONTEND_URL` allows."""
    return value.lower() == origin.url.lower() or value.lower() in settings.frontend_urls


def is_own_request(headers: Mapping[str, str], origin: Origin, settings: Settings) -> bool:
    """Whether no other site is behind a request that carries our cookie.

    Browsers send `Origin` with every POST, and `Sec-Fetch-Site` with every request (Fetch Metadata); what carries
    neither is no browser, and holds the cookie because somebody gave it.
    """
    if (sent := headers.get("Origin")) is not None:
        return is_own_origin(sent, origin, settings)
    return headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")


def _client_of(forwarded: str | None, peer: str, trusted: Iterable[Network]) -> str:
    """The right-most address that is no proxy of ours: what stands left of it anybody may have written."""
    for address in reversed([part.strip() for part in (forwarded or "").split(",") if part.strip()]):
        if not _is_trusted(address, trusted):
            return address[:64]
    return peer


def _is_trusted(address: str, trusted: Iterable[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in trusted)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _first(value: str | None) -> str:
    return (value or "").split(",")[0].strip()
