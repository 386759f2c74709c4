"""Heartbeats by a monotonic clock (hole 13 of the stack), and the end of a silent connection."""

from __future__ import annotations

import pytest

from chat.transport.heartbeat import SWEEP_EVERY_S, HeartbeatClock
from tests.conftest import Serve
from tests.people import Town
from tests.sockets.official_client import JsClient


class Monotonic:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_time_passes_when_sweeps_come_regularly() -> None:
    monotonic = Monotonic()
    clock = HeartbeatClock(monotonic)
    for _ in range(40):
        monotonic.seconds += SWEEP_EVERY_S
        clock.sweep()
    assert clock.now == pytest.approx(40 * SWEEP_EVERY_S)


@pytest.mark.parametrize("blocked_s", [5.0, 3600.0], ids=["a blocked loop", "a suspended laptop"])
def test_time_stands_still_when_it_was_us_who_did_not_listen(blocked_s: float) -> None:
    monotonic = Monotonic()
    clock = HeartbeatClock(monotonic)
    monotonic.seconds += blocked_s
    assert clock.sweep() <= 4 * SWEEP_EVERY_S


def test_wall_clock_is_not_asked_when_time_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> float:
        raise AssertionError("wall-clock time")

    monkeypatch.setattr("time.time", refuse)
    HeartbeatClock().sweep()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_silent_client_goes_offline_within_interval_and_timeout_and_others_stay(
    serve: Serve, transport: str
) -> None:
    # The watcher must answer in time itself, also while the whole test suite keeps this process waiting.
    interval_s, timeout_s = 0.6, 4.0
    server = await serve(PING_INTERVAL=str(interval_s), PING_TIMEOUT=str(timeout_s))
    ada, bob = await Town(server).people("Ada", "Bob")
    await ada.direct_with(bob)
    watcher = await bob.connect(transport)
    async with JsClient() as sleeper:
        await sleeper.connect(server.url, auth={"token": ada.access_token}, transports=[transport])
        await watcher.wait_for("user-status", lambda status: status["isOnline"])
        sleeper.freeze()
        within_s = interval_s + timeout_s + 2
        await watcher.wait_for("user-status", lambda status: not status["isOnline"], within_s=within_s)
        assert watcher.is_connected
    await bob.disconnect()
