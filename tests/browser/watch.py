"""Listens to a browser's context for what no page of ours may do: errors, breaches of the policy, broken requests."""

from __future__ import annotations

import re

from playwright.async_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# The policy's own events tell more than the console's line, and also what a report-only policy would let pass.
REPORT_BREACHES = """
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
  console.error(`policy: ${effectiveDirective} ${blockedURI}`));
"""
BREAK = re.compile(r"net::ERR_|WebSocket connection to|WebSocket is closed|NetworkError")
STATUS = re.compile(r"responded with a status of (\d+)")
# A page that is left gives up what it was still fetching.
GIVEN_UP = "net::ERR_ABORTED"
# Playwright's own word where a test's browser takes no service worker (visitor.py).
WORKER_BLOCKED = "Service Worker registration blocked by Playwright"


class Watch:
    """Gathers complaints; a test ends well when there are none."""

    def __init__(self, origin: str) -> None:
        self.complaints: list[str] = []
        self._origin = origin
        self._may_break = False
        self._statuses: set[int] = set()

    async def follow(self, context: BrowserContext) -> None:
        await context.add_init_script(REPORT_BREACHES)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("requestfailed", self._on_failed)
        context.on("response", self._on_response)

    def expect_breaks(self) -> None:
        """From here on the line may break: the test cuts it, or kills the server."""
        self._may_break = True

    def expect_status(self, *statuses: int) -> None:
        """From here on these refusals are part of the story."""
        self._statuses.update(statuses)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning") or message.text == WORKER_BLOCKED:
            return
        status = STATUS.search(message.text)
        is_expected = int(status[1]) in self._statuses if status else self._is_break(message.text)
        if not is_expected:
            self.complaints.append(f"{message.type}: {message.text}")

    def _on_error(self, error: WebError) -> None:
        self.complaints.append(f"uncaught: {error.error.stack or error.error.message}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self._origin, "data:", "blob:")):
            self.complaints.append(f"leaves the house: {request.url}")

    def _on_failed(self, request: Request) -> None:
        reason = request.failure or ""
        if reason != GIVEN_UP and not self._is_break(reason):
            self.complaints.append(f"failed: {request.method} {request.url}: {reason}")

    def _on_response(self, response: Response) -> None:
        is_break = self._may_break and response.status >= 500
        if response.status >= 400 and response.status not in self._statuses and not is_break:
            self.complaints.append(f"refused: {response.status} {response.request.method} {response.url}")

    def _is_break(self, text: str) -> bool:
        return self._may_break and bool(BREAK.search(text))
