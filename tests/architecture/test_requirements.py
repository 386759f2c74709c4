"""The pins: complete, exact, and free of where somebody got them from."""

import re
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT

RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
PIN = re.compile(r"[\w.-]+(?:\[[\w,-]+\])?==[\w.!+-]+(?: *;.+)?")


def _lines(text: str) -> list[str]:
    return [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]


def _read(name: str) -> list[str]:
    return _lines((ROOT / name).read_text(encoding="utf-8"))


def _inexact(lines: list[str]) -> list[str]:
    return [line for line in lines if not PIN.fullmatch(line)]


def _missing(lines: list[str]) -> set[str]:
    """Packages that the pinned ones need on this Python and that are not pinned themselves."""
    pinned = [Requirement(line) for line in lines]
    names = {canonicalize_name(pin.name) for pin in pinned}
    needed = {
        canonicalize_name(need.name)
        for pin in pinned
        for need in map(Requirement, requires(pin.name) or [])
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *pin.extras))
    }
    return set(needed - names)


def test_every_line_is_an_exact_pin() -> None:
    assert _inexact(_read(RUNTIME)) == []
    assert _inexact(_read(DEVELOPMENT)) == [f"-r {RUNTIME}"]


def test_everything_that_the_server_needs_is_pinned() -> None:
    assert _missing(_read(RUNTIME)) == set()


def test_everything_that_the_tests_need_is_pinned() -> None:
    assert _missing(_read(RUNTIME) + _read(DEVELOPMENT)[1:]) == set()


@pytest.mark.parametrize(
    "planted",
    ["quart", "quart>=0.22", "--index-url https://example.org/simple", "x @ https://example.org/x.whl"],
)
def test_a_planted_inexact_line_is_caught(planted: str) -> None:
    assert _inexact(["Quart==0.22.0", "SQLAlchemy[asyncio]==2.1.9", planted]) == [planted]


def test_a_forgotten_package_is_caught() -> None:
    assert "jinja2" in _missing([line for line in _read(RUNTIME) if not line.startswith("Jinja2")])
    assert "greenlet" in _missing([line for line in _read(RUNTIME) if not line.startswith("greenlet")])


def test_a_pin_that_is_not_installed_is_caught() -> None:
    with pytest.raises(PackageNotFoundError):
        _missing(["causerie-no-such-package==1.0"])
