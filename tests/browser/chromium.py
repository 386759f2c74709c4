"""Finds the Chromium that the browser tests drive, and gets one where there is none.

`python -m tests.browser.chromium` prints its path; bin/test hands that on in CHROMIUM.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.async_api import Browser, Playwright
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VERSION_TIMEOUT_S = 20
INSTALL_TIMEOUT_S = 900

# Nothing may leave the machine during a test, neither updates nor look-ups of the maker's hosts.
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")
# Chromium refuses to run as root (in containers, usually) with its sandbox.
AS_ROOT = ("--no-sandbox",)


def find() -> str | None:
    """Return the path of the Chromium in CHROMIUM or of the system's own; None leaves it to Playwright."""
    if given := os.environ.get("CHROMIUM"):
        return shutil.which(given)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


async def launch(playwright: Playwright, *, headless: bool = True) -> Browser:
    """Start the browser for a test session; the caller closes it."""
    arguments = [*QUIET, *(AS_ROOT if os.geteuid() == 0 else ())]
    return await playwright.chromium.launch(executable_path=find(), headless=headless, args=arguments)


def ensure() -> str:
    """Return the path of a Chromium that runs, installing one if need be; exit with one line if it cannot."""
    if path := _working():
        return path
    if os.environ.get("CHROMIUM"):
        sys.exit(
            f"CHROMIUM={os.environ['CHROMIUM']} does not run: set it to a Chromium that does, or unset it."
        )
    for name, commands in _ways_to_install():
        _say(f"no Chromium found, installing one with {name}")
        if all(_succeeds(command) for command in commands) and (path := _working()):
            return path
    sys.exit(
        "No Chromium, and none could be installed: install one (Debian: apt-get install chromium), "
        "or set CHROMIUM to its path, or leave the browser out with bin/test --fast."
    )


def _working() -> str | None:
    """The first Chromium that can say its version: Ubuntu's chromium-browser is only a pointer to a snap."""
    return next((path for path in (find(), _playwrights_own()) if path and _runs(path)), None)


def _playwrights_own() -> str | None:
    if os.environ.get("CHROMIUM"):
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _runs(path: str) -> bool:
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, timeout=VERSION_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _ways_to_install() -> list[tuple[str, list[list[str]]]]:
    ways = []
    if shutil.which("apt-get"):
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not as_root or shutil.which("sudo"):
            # A package list may be old or absent; a failing update still leaves the install worth a try.
            update = ["sh", "-c", " ".join([*as_root, "apt-get", "-q", "update", "||", "true"])]
            ways.append(("apt-get", [update, [*as_root, "apt-get", "-q", "install", "--yes", "chromium"]]))
    ways.append(("Playwright", [[sys.executable, "-m", "playwright", "install", "chromium"]]))
    return ways


def _succeeds(command: list[str]) -> bool:
    """Run an installer with its output on standard error: standard output carries the path only."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            env=environment,
            timeout=INSTALL_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _say(str(error))
        return False
    return done.returncode == 0


def _say(sentence: str) -> None:
    sys.stderr.write(f"causerie: {sentence}\n")


if __name__ == "__main__":
    sys.stdout.write(ensure() + "\n")
