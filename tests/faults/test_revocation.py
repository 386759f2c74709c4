"""R9: the sockets of a revoked session are told, closed within a second, and hear nothing more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.faults.client import connected
from tests.faults.figures import Figures
from tests.faults.outbox import writing
from tests.people import PASSWORD, Person, Town
from tests.server import ServerProcess

CLOSED_WITHIN_S = 1.0
BEFORE = 20  # messages that the device has seen when its session ends

Revoke = Callable[[Person, Person], Awaitable[None]]


async def _log_out(revoked: Person, other: Person) -> None:
    await revoked.post("auth/logout")


async def _end_one(revoked: Person, other: Person) -> None:
    sessions = (await other.get("sessions"))["sessions"]
    [ended] = [session for session in sessions if not session["current"]]
    assert (await other.request("DELETE", f"sessions/{ended['_id']}")).status_code == 204


async def _end_all_others(revoked: Person, other: Person) -> None:
    assert (await other.request("DELETE", "sessions")).status_code == 204


async def _change_password(revoked: Person, other: Person) -> None:
    await other.post("users/me/password", {"currentPassword": PASSWORD, "newPassword": f"another {PASSWORD}"})


@pytest.mark.parametrize("transport", ["websocket", "polling"])
@pytest.mark.parametrize("revoke", [_log_out, _end_one, _end_all_others, _change_password])
async def test_revoked_socket_is_closed_within_a_second_and_hears_nothing_more(
    shared_server: ServerProcess, town: Town, figures: Figures, revoke: Revoke, transport: str
) -> None:
    ada, bob = await town.people("Ada", "Bob")
    other = await _sign_in(ada)
    conversation = (await ada.direct_with(bob))["_id"]
    device, kept = await ada.connect(transport), await other.connect(transport)
    closed = asyncio.Event()
    device.client.on("disconnect", lambda *_: closed.set())
    writer = await connected(shared_server.port, bob)
    async with writing(writer, conversation, "and on") as outbox:
        await device.until(lambda device: len(device.events("receive-message")) >= BEFORE)
        began = time.monotonic()
        await revoke(ada, other)
        # The answer comes after the commit; a change of password is hashed for a while before it.
        async with asyncio.timeout(CLOSED_WITHIN_S):
            await device.wait_for("session-ended")
            await closed.wait()
        took_s = time.monotonic() - began
        at_the_end = len(outbox.acked)
        await kept.until(lambda device: len(device.events("receive-message")) > at_the_end + BEFORE)
    after = device.received[[each.event for each in device.received].index("session-ended") + 1 :]
    figures.tell(
        "R9",
        ended_by=revoke.__name__.strip("_").replace("_", " "),
        on=transport,
        asked_and_closed_in_s=took_s,
        heard_after_it=len(after),
    )
    assert after == []
    assert device.events("session-ended")[0]["code"] == "session_revoked"
    await writer.close()
    await ada.disconnect()
    await other.disconnect()


async def _sign_in(person: Person) -> Person:
    """The same person in another session."""
    async with httpx.AsyncClient() as http:
        response = await http.post(
            f"{person.server.url}/api/auth/login",
            json={"email": person.email, "password": PASSWORD},
            timeout=30,
        )
    tokens = response.json()
    return Person(
        person.server, person.id, person.name, person.email, tokens["accessToken"], tokens["refreshToken"]
    )
