"""Argon2 takes its time elsewhere (hole 19 of the stack), and the same for everyone."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time

from chat.security.passwords import Passwords
from tests.people import PASSWORD, Person, Town, visit
from tests.server import ServerProcess

SIGN_INS = 8

passwords = Passwords(64)


async def test_password_fits_only_its_own_hash() -> None:
    password_hash = await passwords.hash(PASSWORD)
    assert password_hash.startswith("$argon2id$")
    assert await passwords.verify(PASSWORD, password_hash)
    assert not await passwords.verify(f"{PASSWORD}!", password_hash)


async def test_two_hashes_differ_when_the_password_is_the_same() -> None:
    assert await passwords.hash(PASSWORD) != await passwords.hash(PASSWORD)


async def test_no_password_fits_when_there_is_no_account_or_no_hash() -> None:
    for password_hash in (None, "", "!", "$argon2id$broken"):
        assert not await passwords.verify(PASSWORD, password_hash)


async def test_hash_is_made_anew_at_sign_in_when_the_setting_has_changed(own_server: ServerProcess) -> None:
    ada = await Town(own_server).person("Ada")
    assert "$m=12288," in stored_hash(own_server)
    await own_server.stop()
    own_server.environment["PASSWORD_MEMORY_MB"] = "16"
    await own_server.restart()
    for _ in range(2):
        async with visit(own_server) as http:
            answer = await http.post("/api/auth/login", json={"email": ada.email, "password": PASSWORD})
        assert answer.status_code == 200
        assert "$m=16384," in stored_hash(own_server)


def stored_hash(server: ServerProcess) -> str:
    with contextlib.closing(sqlite3.connect(server.database_path)) as database:
        (password_hash,) = database.execute("SELECT password_hash FROM users").fetchone()
    return str(password_hash)


async def test_loop_turns_while_passwords_are_checked() -> None:
    password_hash = await passwords.hash(PASSWORD)
    checking = asyncio.gather(*(passwords.verify("wrong", password_hash) for _ in range(4)))
    turns = 0
    while not checking.done():
        await asyncio.sleep(0)
        turns += 1
    await checking
    assert turns > 100, "each check would hold the loop for a hundred milliseconds"


async def test_answers_overtake_sign_ins_when_many_sign_in_at_once(town: Town) -> None:
    ada = await town.person("Ada")

    async def sign_in() -> float:
        async with visit(ada.server) as http:
            await http.post("/api/auth/login", json={"email": ada.email, "password": "wrong"})
        return time.monotonic()

    signing_in = [asyncio.create_task(sign_in()) for _ in range(SIGN_INS)]
    finished: list[float] = []
    async with visit(ada.server) as http:
        while not all(task.done() for task in signing_in):
            assert (await http.get("/healthz")).status_code == 200
            finished.append(time.monotonic())
    last = max([await task for task in signing_in])
    assert sum(moment < last for moment in finished) > SIGN_INS, "they would all have waited for the hashing"


async def test_refusal_takes_as_long_when_the_account_is_unknown_as_when_the_password_is_wrong(
    town: Town,
) -> None:
    """The least of several tries, so that a busy machine does not decide."""
    ada = await town.person("Ada")
    known, unknown = [await least_seconds(ada, email) for email in (ada.email, "nobody@example.org")]
    assert 0.5 < known / unknown < 2


async def least_seconds(person: Person, email: str) -> float:
    seconds = []
    async with visit(person.server) as http:
        for _ in range(5):
            began = time.perf_counter()
            await http.post("/api/auth/login", json={"email": email, "password": "wrong"})
            seconds.append(time.perf_counter() - began)
    return min(seconds)
