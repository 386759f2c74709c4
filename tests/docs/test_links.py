"""What the documents point at exists: files, headings, pictures, paths in the source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.server import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:href|src|srcset)=\"([^\"]+)\"")
PATH = re.compile(r"`((?:bin|chat|deploy|docs|migrations|static|templates|tests)/[\w./-]+)`")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def _prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    """The names that a heading gets on the usual code hosts: lower case, words joined by hyphens."""
    titles = (re.sub(r"[^\w\s-]", "", heading.lower()) for heading in HEADING.findall(_prose(page)))
    return {re.sub(r"\s", "-", title.strip()) for title in titles}


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [first or second for first, second in LINK.findall(_prose(page))]
    broken = []
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


@each_page
def test_every_path_of_the_source_that_is_named_exists(page: Path) -> None:
    named = set(PATH.findall(_prose(page)))
    assert {path for path in named if not (ROOT / path.rstrip("/")).exists()} == set()
