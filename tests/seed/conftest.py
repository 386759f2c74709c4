"""The table of all events at the end of the run, and the people whose official clients drive them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.people import Town
from tests.seed import table
from tests.seed.seats import Seats, take_seats


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.failed:
        table.note_outcome(report.nodeid, report.outcome)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if rows := list(table.lines()):
        terminalreporter.section("every event of the contract, by the official JavaScript client")
        for line in rows:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session", params=table.TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
async def seated(town: Town, transport: str) -> AsyncIterator[Seats]:
    """Camille, Noé and Inès, connected by one transport."""
    async with take_seats(town, transport, "Camille", "Noé", "Inès") as seats:
        yield seats


@pytest.fixture
async def seats(seated: Seats) -> Seats:
    """The three, with all that earlier tests told them behind them."""
    await seated.settle()
    return seated
