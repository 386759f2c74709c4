"""Finds the Chromium that the browser tests drive, and starts it.

`python -m tests.browser.chromium` prints the path of one that runs, or fails; bin/test hands it on in CHROMIUM.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Playwright
from playwright.sync_api import sync_playwright

# The headless shell, which Playwright's own download is, too, has the same engine without the windows of a desktop
# browser around it: half of the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VERSION_TIMEOUT_S = 20

# Nothing may leave the machine during a test, neither updates nor look-ups of the maker's hosts.
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")
# Chromium refuses to run as root (in containers, usually) with its sandbox.
AS_ROOT = ("--no-sandbox",)


def find() -> str | None:
    """Return the path of the Chromium in CHROMIUM or of the system's own; None leaves it to Playwright."""
    if given := os.environ.get("CHROMIUM"):
        return shutil.which(given)
    return next((path for name in NAMES if (path := shutil.which(name)) and _runs(path)), None)


async def launch(playwright: Playwright, *, headless: bool = True) -> Browser:
    """Start the browser for a test session; the caller closes it."""
    return await playwright.chromium.launch(executable_path=find(), headless=headless, args=_arguments())


async def launch_profile(playwright: Playwright, folder: Path, **options: Any) -> BrowserContext:
    """Start a browser that keeps what it has in `folder`, also for the next start; the caller closes it."""
    return await playwright.chromium.launch_persistent_context(
        folder, executable_path=find(), args=_arguments(), **options
    )


def _arguments() -> list[str]:
    return [*QUIET, *(AS_ROOT if os.geteuid() == 0 else ())]


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _runs(path: str) -> bool:
    """Whether it can say its version: Ubuntu's chromium-browser is only a pointer to a snap."""
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, timeout=VERSION_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _main() -> str:
    path = find() if os.environ.get("CHROMIUM") else find() or _playwrights_own()
    if path is None or not _runs(path):
        sys.exit(1)
    return path


if __name__ == "__main__":
    sys.stdout.write(_main() + "\n")
