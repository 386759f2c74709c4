"""What a run of `bin/bench` reports: medians, marks as they are, and what speaks against the figures."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import picture, report
from benchmarks.run import Options, Run

MACHINE = {"processor": "Some processor", "cores": 2, "kernel": "6.1", "python": "3.11", "node": "v20"}
ON = {**MACHINE, "file_system": "ext4", "server_and_load_on_own_cores": True}


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    made = Run(Options(rounds=3), tmp_path)
    for rate, share in ((100.0, 0.2), (5_000.0, 0.3), (200.0, 0.1)):
        figures = {"sends_per_s": rate, "ack_p99_ms": 12.5, "generator_share": share}
        made.note("P2", "100 pairs", "causerie", figures)
    capsys.readouterr()
    return made


def test_median_of_the_rounds_counts(run: Run) -> None:
    assert run.median("P2", "100 pairs", "causerie", "sends_per_s") == 200


@pytest.mark.parametrize(
    ("measured", "sign", "bound", "verdict"),
    [
        (1.2, "≥", 1.2, "met"),
        (1.19, "≥", 1.2, "MISSED"),
        (5.0, "≤", 5, "met"),
        (5.1, "≤", 5, "MISSED"),
        (None, "≤", 5, "MISSED"),
    ],
)
def test_mark_is_told_as_it_is(
    run: Run, measured: float | None, sign: str, bound: float, verdict: str
) -> None:
    run.mark("P2", "something", measured, sign, bound)
    assert report.as_text(run).split()[-1] == verdict


def test_busy_generator_is_told(run: Run) -> None:
    assert "generator" not in report.as_text(run)
    run.note("P1", "full 200", "node-full", {"generator_share": 0.97})
    assert "P1 full 200, Socket.IO on Node, FULL: the generator used 97% of its core" in report.as_text(run)


def test_json_has_every_round_and_every_mark(run: Run) -> None:
    run.mark("P2", "something", None, "≤", 5, "s")
    found = json.loads(report.as_json(run, ON))
    assert [one["sends_per_s"] for one in found["samples"][0]["rounds"]] == [100, 5_000, 200]
    assert found["marks"][0]["met"] is False
    assert found["machine"] == ON


def test_markdown_has_the_medians_and_the_marks(run: Run) -> None:
    run.mark("P2", "sends", 0.5, "≥", 1)
    text = report.as_markdown(run, ON)
    assert "| P2 | sends | 0.5 | ≥ 1 | **no** |" in text
    assert "| 100 pairs | Causerie | 200 | 12.5 | 0.2 |" in text


def test_picture_shows_what_was_measured_and_nothing_else(run: Run) -> None:
    texts = [text.text for text in ElementTree.fromstring(picture.draw(run)).iter() if text.text]  # noqa: S314  # ours
    assert texts[1:3] == ["Causerie", "200"]
    assert len(texts) == 6
