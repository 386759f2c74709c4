"""The peers of the comparison: what is installed for them is pinned, and says nothing of where it was got."""

from __future__ import annotations

import json

from tests.server import ROOT

NODE_PEER = ROOT / "benchmarks/peers/node"


def test_lock_file_names_no_host() -> None:
    assert "://" not in (NODE_PEER / "package-lock.json").read_text(encoding="utf-8")


def test_what_the_peer_asks_for_is_what_is_locked() -> None:
    asked = json.loads((NODE_PEER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((NODE_PEER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in asked} == asked
