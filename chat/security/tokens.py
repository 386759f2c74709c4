"""Tokens: short-lived access tokens that say who calls, and opaque refresh tokens that rotate.

A refresh token is `<session id>.<secret>`. The next secret is an HMAC of the present one under the server's key:
two tabs that refresh at once, or a client whose answer was lost, get the same next token again during the grace
time, and only hashes are stored (OAuth 2.0 Security BCP, RFC 9700, section 4.14: rotation with reuse detection).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

import jwt
import msgspec
from itsdangerous import BadSignature, URLSafeSerializer

from chat.errors import Unauthenticated
from chat.ids import new_id

ACCESS_TOKEN_S = 15 * 60
REFRESH_GRACE_S = 30
SESSION_DAYS = 60
CLOCK_LEEWAY_S = 5
_ALGORITHM = "HS256"
_REQUIRED_CLAIMS = ["exp", "iat", "sub", "sid", "jti"]
_MAX_TOKEN_CHARS = 2048


class Claims(msgspec.Struct, frozen=True):
    """What a valid access token says."""

    user_id: str
    session_id: str


class TokenError(Unauthenticated):
    """An access token that does not open the door; `reason` is for programs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, details={"reason": reason})
        self.reason = reason


class Tokens:
    """Makes and checks tokens with keys derived from one secret, a different one for each purpose."""

    def __init__(self, secret: str) -> None:
        self._access_key = _derive(secret, "access")
        self._refresh_key = _derive(secret, "refresh")
        self._invitations = URLSafeSerializer(_derive(secret, "invitation").hex(), salt="invitation")
        self._files = URLSafeSerializer(_derive(secret, "files").hex(), salt="files")

    def issue_access(
        self, user_id: str, session_id: str, now: datetime, lifetime_s: float = ACCESS_TOKEN_S
    ) -> str:
        """A signed access token (RFC 7519) for one session."""
        claims = {
            "sub": user_id,
            "sid": session_id,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(seconds=lifetime_s)).timestamp()),
            "jti": secrets.token_urlsafe(12),
        }
        return jwt.encode(claims, self._access_key, algorithm=_ALGORITHM)

    def read_access(self, token: Any) -> Claims:
        """The claims of a valid access token. Raises TokenError: token_missing, token_expired or token_invalid."""
        if not token:
            raise TokenError("token_missing")
        if not isinstance(token, str) or len(token) > _MAX_TOKEN_CHARS:
            raise TokenError("token_invalid")
        try:
            claims = jwt.decode(
                token,
                self._access_key,
                algorithms=[_ALGORITHM],
                leeway=CLOCK_LEEWAY_S,
                options={"require": _REQUIRED_CLAIMS},
            )
        except jwt.ExpiredSignatureError:
            raise TokenError("token_expired") from None
        except (
            jwt.PyJWTError,
            ValueError,
        ):  # ValueError: PyJWT lets a token of odd bytes through to its parsers
            raise TokenError("token_invalid") from None
        user_id, session_id = claims["sub"], claims["sid"]
        if not isinstance(user_id, str) or not isinstance(session_id, str):
            raise TokenError("token_invalid")
        return Claims(user_id, session_id)

    def first_refresh(self, session_id: str) -> str:
        return f"{session_id}.{secrets.token_urlsafe(32)}"

    def next_refresh(self, token: str) -> str:
        """The token that follows `token`, the same each time it is asked for."""
        session_id = token.partition(".")[0]
        mac = hmac.digest(self._refresh_key, token.encode(), hashlib.sha256)
        return f"{session_id}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    def sign_invitation(self, invitation_id: str) -> str:
        """The secret last part of an invitation link."""
        return self._invitations.dumps(invitation_id)

    def find_invitation(self, token: str) -> str | None:
        """The invitation's id, or None when the signature is not ours."""
        return _unsigned(self._invitations, token)

    def sign_files(self, session_id: str) -> str:
        """What opens files, and nothing else, for as long as the session lives."""
        return self._files.dumps(session_id)

    def find_files_session(self, token: str) -> str | None:
        """The session's id, or None when the signature is not ours."""
        return _unsigned(self._files, token)


def hash_refresh(token: str) -> str:
    """What is stored of a refresh token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_of(refresh_token: str) -> str:
    return refresh_token.partition(".")[0]


def new_setup_token() -> str:
    """The secret part of the one-time link that makes the owner's account."""
    return f"{new_id()[-8:]}{secrets.token_urlsafe(18)}"


def _unsigned(serializer: URLSafeSerializer, token: str) -> str | None:
    try:
        value = serializer.loads(token)
    except BadSignature:
        return None
    return value if isinstance(value, str) else None


def _derive(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"causerie/{purpose}".encode(), hashlib.sha256)
