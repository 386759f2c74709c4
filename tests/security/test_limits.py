"""Limits: told with the seconds to wait, nothing lost, nobody else affected, the owner never locked out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest

from chat.errors import RateLimited
from chat.security.limits import LIMITS, Limiter
from tests.people import PASSWORD, Device, Json, Person, Town, visit
from tests.server import ServerProcess
from tests.sockets.raw import refusal

HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize("name", LIMITS)
def test_burst_is_taken_and_then_the_rate_when_more_is_asked(name: str) -> None:
    clock, limit = Clock(), LIMITS[name]
    limiter = Limiter(clock=clock)
    for _ in range(int(limit.burst)):
        limiter.take(name, "somebody")
    with pytest.raises(RateLimited) as refused:
        limiter.take(name, "somebody")
    assert refused.value.retry_after == pytest.approx(1 / limit.per_second, abs=0.001)
    clock.seconds += 1 / limit.per_second
    limiter.take(name, "somebody")


def test_others_are_free_when_one_key_is_spent() -> None:
    limiter = Limiter(clock=Clock())
    while not limiter.is_spent("send", "flooder"):
        limiter.spend("send", "flooder")
    limiter.take("send", "another")
    limiter.take("typing", "flooder")


def test_wait_is_over_when_the_client_has_waited_as_long_as_told() -> None:
    clock = Clock()
    limiter = Limiter(clock=clock)
    for _ in range(200):
        with contextlib.suppress(RateLimited):
            limiter.take("send", "honest")
            continue
        with pytest.raises(RateLimited) as refused:
            limiter.take("send", "honest")
        clock.seconds += refused.value.retry_after or 0
        limiter.take("send", "honest")


@pytest.fixture(scope="module")
async def limited(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A server with its limits on, behind a proxy, so that addresses can be chosen."""
    server = ServerProcess(tmp_path_factory.mktemp("limited"), RATE_LIMITS="on", TRUSTED_PROXIES="127.0.0.1")
    await server.start()
    town = Town(server)
    await town.person("Olive")
    yield town
    await server.stop()


async def guess(server: ServerProcess, email: str, address: str, password: str = "wrong") -> httpx.Response:
    async with visit(server, X_Forwarded_For=address) as http:
        return await http.post("/api/auth/login", json={"email": email, "password": password})


async def test_guessing_is_limited_however_the_account_is_written_and_the_owner_gets_in_from_elsewhere(
    limited: Town,
) -> None:
    owner = limited.owner
    assert owner is not None
    spellings = [owner.email, owner.email.upper(), f" {owner.email} "]
    guesses = [await guess(limited.server, spellings[n % 3], HERE) for n in range(11)]
    assert [answer.status_code for answer in guesses] == [401] * 10 + [429]
    told = guesses[-1].json()
    assert (told["code"], told["retryAfter"] > 0) == ("rate_limited", True)
    assert int(guesses[-1].headers["retry-after"]) >= 1
    right = await guess(limited.server, owner.email, ELSEWHERE, PASSWORD)
    assert right.status_code == 200


async def test_guesser_stays_limited_when_it_invents_addresses_and_even_with_the_right_password(
    limited: Town,
) -> None:
    """What stands left of the proxy's own entry anybody may have written."""
    ada = await limited.person("Ada")
    for number in range(10):
        await guess(limited.server, ada.email, f"10.0.0.{number}, 192.0.2.3")
    answer = await guess(limited.server, ada.email, "10.0.0.99, 192.0.2.3", PASSWORD)
    assert answer.status_code == 429


async def flood(person: Person, event: str, data: Json, count: int) -> list[Json]:
    device = await person.connect()
    answers = await asyncio.gather(*(device.call(event, data) for _ in range(count)))
    await person.disconnect()
    return list(answers)


@pytest.mark.parametrize(
    ("event", "data", "burst"),
    [
        ("send-message", {"content": "flood"}, 60),
        ("typing", {"isTyping": True}, 20),
        ("get-changes", {"afterSeq": 0}, 200),
        ("no-such-event", {}, 200),
        ("group-info-updated", {"updates": {"description": "same"}}, 50),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_flood_is_limited_with_the_time_to_wait_and_others_are_not(
    limited: Town, event: str, data: Json, burst: int
) -> None:
    flooder, other = await limited.people("Flo", "Ona")
    group = await flooder.group_with(other)
    answers = await flood(flooder, event, {"conversationId": group["_id"], **data}, burst * 2)
    refused = [answer for answer in answers if answer.get("code") == "rate_limited"]
    assert burst * 0.2 < len(refused) <= burst
    assert all(answer["retryAfter"] > 0 for answer in refused)
    device = await other.connect()
    await device.send(group["_id"], "not affected")
    await other.disconnect()


async def test_nothing_is_lost_when_an_honest_client_waits_as_told(limited: Town) -> None:
    ada = await limited.person("Ada")
    group = await ada.group_with(name="Alone")
    device = await ada.connect()
    for number in range(70):
        await send_patiently(device, {"conversationId": group["_id"], "content": str(number)})
    page = await ada.get(f"conversations/{group['_id']}/messages", limit=200)
    assert [message["content"] for message in page["messages"]] == [str(number) for number in range(70)]
    await ada.disconnect()


async def send_patiently(device: Device, message: Json) -> None:
    answer = await device.call("send-message", message)
    if not answer["success"]:
        await asyncio.sleep(answer["retryAfter"])
        answer = await device.call("send-message", message)
    assert answer["success"], answer


async def test_twenty_first_socket_of_a_person_is_refused_with_the_code(limited: Town) -> None:
    ada = await limited.person("Ada")
    for _ in range(20):
        await ada.connect()
    told = await refusal(limited.server, {"token": ada.access_token})
    assert told["data"]["code"] == "rate_limited"
    await ada.devices.pop().close()
    await (await ada.connect()).close()
    await ada.disconnect()


async def test_registrations_are_limited_when_one_address_makes_many(limited: Town) -> None:
    async with visit(limited.server, X_Forwarded_For="192.0.2.99") as http:
        account = {"name": "Bot", "email": "bot@example.org", "password": PASSWORD}
        codes = [(await http.post("/api/auth/register", json=account)).status_code for _ in range(21)]
    assert codes == [403] * 20 + [429]
