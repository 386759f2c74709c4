"""Expected failures: one family, each with a code for programs and a sentence for people.

The sentences live in `chat/locales/*/errors.json`; both transports render failures with `body`.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from chat.locales import translate


class ChatError(Exception):
    """A failure that the caller can understand and act upon.

    `key` names the sentence, `values` fill its placeholders, `details` are told to programs as they
    are, `retry_after` is in seconds.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(
        self,
        key: str,
        *,
        details: dict[str, Any] | None = None,
        retry_after: float | None = None,
        **values: Any,
    ) -> None:
        super().__init__(key)
        self.key = key
        self.values = values
        self.details = details
        self.retry_after = retry_after

    def sentence(self, locale: str) -> str:
        """What happened and what to do next, in the person's language."""
        return translate(locale, f"error.{self.key}", **self.values)

    def body(self, locale: str) -> dict[str, Any]:
        """The one shape of a failure on the wire, for acknowledgements and REST alike."""
        body: dict[str, Any] = {"success": False, "code": self.code, "error": self.sentence(locale)}
        if self.details:
            body["details"] = self.details
        if self.retry_after is not None:
            body["retryAfter"] = self.retry_after
        return body


class BadRequest(ChatError):
    code, status = "bad_request", 400


class Unauthenticated(ChatError):
    code, status = "unauthenticated", 401


class Forbidden(ChatError):
    code, status = "forbidden", 403


class NotFound(ChatError):
    """What does not exist, and what the caller may not see: the same words for both."""

    code, status = "not_found", 404

    def __init__(self, key: str = "not_found", **values: Any) -> None:
        super().__init__(key, **values)


class Conflict(ChatError):
    code, status = "conflict", 409


class TooLarge(ChatError):
    code, status = "too_large", 413


class RateLimited(ChatError):
    """Too much at once: `retry_after` seconds from now it will be taken."""

    code, status = "rate_limited", 429

    def __init__(self, retry_after: float) -> None:
        # Rounded up: who waits as long as told must not be refused again.
        told = math.ceil(retry_after * 1000) / 1000
        super().__init__("rate_limited", retry_after=told, seconds=math.ceil(told))


class Unavailable(ChatError):
    """The server cannot do it now (disk full, database locked, stopping) but will again."""

    code, status = "unavailable", 503

    def __init__(self, key: str = "unavailable", *, retry_after: float = 2.0) -> None:
        super().__init__(key, retry_after=retry_after)


class Internal(ChatError):
    """Our own mistake; the traceback is in the log, never in the answer."""

    def __init__(self) -> None:
        super().__init__("internal")
