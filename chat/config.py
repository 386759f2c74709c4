"""Settings: the environment is read here, once, and checked before anything starts."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

Environment = Literal["production", "development"]
Registration = Literal["open", "invite", "closed"]
Locale = Literal["fr", "en"]
Fanout = Literal["direct", "plain"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MIN_SECRET_BYTES = 32
SECRET_FILE = "secret.key"
DATABASE_FILE = "causerie.db"
MAX_HEARTBEAT_S = 300.0
MEGABYTE = 1024 * 1024  # as people see it in the properties of a file


class ConfigError(Exception):
    """A setting cannot be used; the message is the one line that the person who starts the server reads."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set from outside. Times in seconds, sizes in bytes."""

    host: str = "127.0.0.1"
    port: int = 5000
    data_dir: Path = Path("data")
    database_url: str = ""
    jwt_secret: str = ""
    frontend_urls: tuple[str, ...] = ()
    environment: Environment = "production"
    registration: Registration = "invite"
    default_locale: Locale = "fr"
    trusted_proxies: tuple[Network, ...] = ()
    rate_limits: bool = True
    ping_interval: float = 5.0
    ping_timeout: float = 5.0
    fanout: Fanout = "direct"
    metrics_token: str = ""
    password_memory_mib: int = 64
    max_upload_bytes: int = 50 * MEGABYTE
    upload_quota_bytes: int = 2000 * MEGABYTE

    @property
    def is_development(self) -> bool:
        return self.environment == "development"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server directly."""
        return is_loopback_host(self.host)

    @property
    def url(self) -> str:
        """The address to open in a browser on this machine."""
        host = self.host if self.host not in ("0.0.0.0", "::") else "127.0.0.1"
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from the environment (`environ` in tests).

        Makes the data folder, and the signing secret in it when none is given.
        Raises ConfigError with one clear line for any value that cannot be used.
        """
        env = os.environ if environ is None else environ
        data_dir = data_folder(env)
        host = env.get("HOST") or "127.0.0.1"
        frontend_urls = tuple(_origin(value) for value in _list(env, "FRONTEND_URL"))
        rate_limits = _choice(env, "RATE_LIMITS", "on", ("on", "off")) == "on"
        if not rate_limits and (frontend_urls or not is_loopback_host(host)):
            raise ConfigError(
                "RATE_LIMITS=off is for tests and benchmarks: it needs a loopback HOST and no FRONTEND_URL"
            )
        _make_private_folder(data_dir)
        return cls(
            host=host,
            port=int(_number(env, "PORT", 5000, 1, 65535)),
            data_dir=data_dir,
            database_url=_database_url(env.get("DATABASE_URL") or "", data_dir),
            jwt_secret=_secret(env.get("JWT_SECRET") or "", data_dir),
            frontend_urls=frontend_urls,
            environment=cast(
                Environment, _choice(env, "CHAT_ENV", "production", ("production", "development"))
            ),
            registration=cast(
                Registration, _choice(env, "REGISTRATION", "invite", ("open", "invite", "closed"))
            ),
            default_locale=cast(Locale, _choice(env, "DEFAULT_LOCALE", "fr", ("fr", "en"))),
            trusted_proxies=tuple(_network(value) for value in _list(env, "TRUSTED_PROXIES")),
            rate_limits=rate_limits,
            ping_interval=_number(env, "PING_INTERVAL", 5.0, 0.1, MAX_HEARTBEAT_S),
            ping_timeout=_number(env, "PING_TIMEOUT", 5.0, 0.1, MAX_HEARTBEAT_S),
            fanout=cast(Fanout, _choice(env, "FANOUT", "direct", ("direct", "plain"))),
            metrics_token=env.get("METRICS_TOKEN") or "",
            # The least that OWASP's Password Storage Cheat Sheet takes for good with argon2id's three passes is 12.
            password_memory_mib=int(_number(env, "PASSWORD_MEMORY_MB", 64, 12, 4096)),
            max_upload_bytes=int(_number(env, "MAX_UPLOAD_MB", 50, 0.001, 4096) * MEGABYTE),
            upload_quota_bytes=int(_number(env, "UPLOAD_QUOTA_MB", 2000, 0.001, 1e9) * MEGABYTE),
        )


def data_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where everything is that must be kept; it may not exist yet."""
    env = os.environ if environ is None else environ
    return Path(env.get("DATA_DIR") or "data").absolute()


def is_loopback_host(host: str) -> bool:
    """Whether a host name or address (brackets allowed) means this machine."""
    host = host.strip("[]").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _list(env: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in (env.get(name) or "").split(",") if part.strip()]


def _choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or default
    if value not in allowed:
        raise ConfigError(f"{name}={value!r} is not one of {', '.join(allowed)}")
    return value


def _number(env: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = env.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        raise ConfigError(f"{name}={text!r} is not a number") from None
    if not low <= value <= high:
        raise ConfigError(f"{name}={text} must lie between {low:g} and {high:g}")
    return value


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise ConfigError(f"FRONTEND_URL={value!r} must be an origin such as https://chat.example.org")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _network(value: str) -> Network:
    try:
        return ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise ConfigError(f"TRUSTED_PROXIES={value!r} is not an address or a network") from None


def _database_url(value: str, data_dir: Path) -> str:
    if not value:
        return f"sqlite+aiosqlite:///{data_dir / DATABASE_FILE}"
    if value.startswith("sqlite:///"):
        value = value.replace("sqlite:", "sqlite+aiosqlite:", 1)
    if not value.startswith("sqlite+aiosqlite:///") or ":memory:" in value:
        raise ConfigError("DATABASE_URL must name a SQLite file: sqlite:////path/to/causerie.db")
    return value


def _make_private_folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"DATA_DIR={path} cannot be made: {error.strerror}") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise ConfigError(f"DATA_DIR={path} is not writable by this user")


def _secret(value: str, data_dir: Path) -> str:
    if value:
        if len(value.encode()) < MIN_SECRET_BYTES:
            raise ConfigError(f"JWT_SECRET is shorter than {MIN_SECRET_BYTES} bytes: make a longer one")
        return value
    path = data_dir / SECRET_FILE
    try:
        # O_EXCL: two servers started at once must agree on one secret.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        stored = path.read_text(encoding="ascii").strip()
        if len(stored) < MIN_SECRET_BYTES:
            raise ConfigError(f"{path} is damaged: delete it (everyone will sign in again)") from None
        return stored
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        made = secrets.token_urlsafe(48)
        file.write(made + "\n")
        file.flush()
        os.fsync(file.fileno())
    return made
