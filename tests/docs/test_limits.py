"""The limits that people read about are those that the server keeps."""

from __future__ import annotations

import re

from chat.security.limits import LIMITS, Limit
from chat.sockets.server import MAX_SOCKETS_PER_PERSON, MAX_STRANGERS_PER_ADDRESS
from tests.server import ROOT

PER = {"a second": 1, "a minute": 60, "an hour": 3600}
# The rows of docs/security.md, in the order of the table.
NAMES = [
    "sign_in",
    "sign_in_address",
    "register",
    "refresh",
    "send",
    "change",
    "typing",
    "request",
    "upload",
    "handshake",
]


def test_limits_are_as_documented() -> None:
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| .+ \| .+ \| (\d+) \| (\d+) (a second|a minute|an hour) \|$", page, re.MULTILINE)
    shown = [Limit(float(burst), int(count) / PER[unit]) for burst, count, unit in rows]
    assert shown == [LIMITS[name] for name in NAMES]
    assert f"{MAX_SOCKETS_PER_PERSON} sockets at once; an address {MAX_STRANGERS_PER_ADDRESS}" in page


def test_every_limit_is_documented() -> None:
    assert set(NAMES) == set(LIMITS)
