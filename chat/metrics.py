"""Figures for Prometheus: what is worth watching on a small machine; no names, ids or addresses are labels."""

from __future__ import annotations

import functools
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_COMMIT_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
_BATCH_BUCKETS: Final = (1, 2, 4, 8, 16, 32, 64)

_registry = CollectorRegistry()
ProcessCollector(registry=_registry)

connections = Gauge("causerie_connections", "Live Socket.IO connections", registry=_registry)
answers = Counter(
    "causerie_answers_total", "Answered client events", ["event", "outcome"], registry=_registry
)
requests = Counter(
    "causerie_requests_total", "Answered REST requests", ["route", "status"], registry=_registry
)
commit_seconds = Histogram(
    "causerie_commit_seconds",
    "Time from the first statement of a batch to its commit",
    buckets=_COMMIT_BUCKETS_S,
    registry=_registry,
)
batch_changes = Histogram(
    "causerie_batch_changes", "Changes that shared a commit", buckets=_BATCH_BUCKETS, registry=_registry
)


@functools.cache
def _answers(event: str, outcome: str) -> Counter:
    return answers.labels(event, outcome)


def count_answer(event: str, outcome: str) -> None:
    """Count an answered event. Both come from our own lists, or the labels would grow without bound."""
    _answers(event, outcome).inc()


def exposition() -> bytes:
    """All figures in Prometheus's text format."""
    return generate_latest(_registry)
