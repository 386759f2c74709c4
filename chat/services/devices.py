"""What a signed-in device calls itself, read from its User-Agent for the list of sessions."""

from __future__ import annotations

from typing import Final

UNKNOWN: Final = "?"

# The first that fits counts: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
_PROGRAMS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
    ("python", "Python"),
    ("node", "Node"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Such as `Firefox · Linux`."""
    parts = [_first(user_agent, _PROGRAMS), _first(user_agent, _SYSTEMS)]
    return " · ".join(part for part in parts if part) or UNKNOWN


def _first(user_agent: str, names: tuple[tuple[str, str], ...]) -> str:
    lowered = user_agent.lower()
    return next((name for mark, name in names if mark.lower() in lowered), "")
