"""The comparison as a picture: one bar for each server, in SVG that any browser shows."""

from __future__ import annotations

from html import escape

from benchmarks.report import NAMES
from benchmarks.run import Run, number

# What is drawn where it was measured: scenario, case, figure, title.
PANELS = (
    ("P1", "full 200", "cpu_us_per_delivery", "CPU for a delivery in a group of 200, µs (less is better)"),
    ("P1", "full 1000", "cpu_us_per_delivery", "CPU for a delivery in a group of 1,000, µs (less is better)"),
    (
        "P1",
        "calm 1000",
        "delivery_p99_ms",
        "99 % arrive within, group of 1,000, one rate for all, ms (less is better)",
    ),
    ("P2", "100 pairs", "sends_per_s", "Acknowledged sends a second, 100 pairs (more is better)"),
    ("P2", "100 pairs", "ack_p99_ms", "99 % acknowledged within, 100 pairs, ms (less is better)"),
)
WIDTH, LABELS, BAR, GAP, TITLE = 760, 210, 18, 6, 34
FIGURES = 70


def draw(run: Run) -> str:
    """Every panel whose figures are there."""
    parts: list[str] = []
    y = 0
    for scenario, case, figure, title in PANELS:
        servers = [name for name in NAMES if (scenario, case, name) in run.samples]
        if not servers:
            continue
        values = {name: run.median(scenario, case, name, figure) for name in servers}
        parts.append(f'<text x="0" y="{y + TITLE - 10}" font-weight="bold">{escape(title)}</text>')
        y += TITLE
        for name, value in values.items():
            parts.append(_bar(y, name, value, value / max(values.values())))
            y += BAR + GAP
    style = "font: 13px system-ui, sans-serif; fill: #222"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}" '
        f'style="{style}"><rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _bar(y: int, server: str, value: float, share: float) -> str:
    length = max(1, round(share * (WIDTH - LABELS - FIGURES)))
    colour = "#1c6e5a" if server == "causerie" else "#b8b8b0"
    text = y + BAR - 5
    return (
        f'<text x="{LABELS - 8}" y="{text}" text-anchor="end">{escape(NAMES[server])}</text>'
        f'<rect x="{LABELS}" y="{y}" width="{length}" height="{BAR}" fill="{colour}"/>'
        f'<text x="{LABELS + length + 6}" y="{text}">{number(value)}</text>'
    )
