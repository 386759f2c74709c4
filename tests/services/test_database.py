"""The single writer and the snapshots, on a real file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from chat import database, writer
from chat.database import Transaction
from chat.errors import Conflict, Unavailable
from chat.events import Fact, SessionEnded
from chat.models import InstanceValue
from chat.sqlite import LOG_KEPT_BYTES
from chat.writer import GATHERED_EVERY_S
from tests.services.conftest import Store, held, keep

LONG = "x" * 4 * 2**20


def fact(name: str) -> SessionEnded:
    return SessionEnded(session_id=name, user_id="somebody")


def names_on_disk(store: Store) -> list[str]:
    """The rows that another process would see now."""
    with sqlite3.connect(store.path) as other:
        return [name for (name,) in other.execute("SELECT name FROM instance ORDER BY name")]


async def test_log_shrinks_again_when_a_reader_has_held_it_up(store: Store) -> None:
    log = store.path.with_name(f"{store.path.name}-wal")
    async with database.read() as reading:
        await reading.session.execute(select(InstanceValue))
        for number in range(LOG_KEPT_BYTES // len(LONG) + 2):
            await database.write(keep(f"held {number}", LONG))
    assert log.stat().st_size > LOG_KEPT_BYTES
    for number in range(3):
        await database.write(keep(f"free {number}", LONG))
    assert log.stat().st_size <= LOG_KEPT_BYTES


async def test_no_two_changes_overlap_when_fifty_are_asked_for_at_once(store: Store) -> None:
    under_way = most = 0

    async def change(tx: Transaction) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await tx.session.execute(text("SELECT 1"))
        under_way -= 1

    await asyncio.gather(*(database.write(change) for _ in range(50)))
    assert most == 1


async def test_no_update_is_lost_when_fifty_read_and_then_write(store: Store) -> None:
    await database.write(keep("count", "0"))

    async def increment(tx: Transaction) -> None:
        row = await tx.session.get_one(InstanceValue, "count")
        row.value = str(int(row.value) + 1)

    await asyncio.gather(*(database.write(increment) for _ in range(50)))
    async with database.read() as reading:
        assert (await reading.session.get_one(InstanceValue, "count")).value == "50"


async def test_row_is_on_disk_when_its_fact_is_published(store: Store) -> None:
    seen: list[list[str]] = []
    store.database.subscribe(lambda _: seen.append(names_on_disk(store)))

    async def change(tx: Transaction) -> None:
        tx.session.add(InstanceValue(name="kept", value=""))
        tx.record(fact("kept"))

    await database.write(change)
    assert seen == [["kept"]]


async def test_facts_come_in_the_order_of_the_changes_when_many_are_asked_for_at_once(store: Store) -> None:
    async def record(tx: Transaction, number: int) -> None:
        tx.record(fact(f"{number} first"))
        tx.record(fact(f"{number} second"))

    await asyncio.gather(*(database.write(lambda tx, n=n: record(tx, n)) for n in range(100)))
    assert store.facts == [fact(f"{n} {part}") for n in range(100) for part in ("first", "second")]


async def test_facts_are_out_when_the_caller_goes_on(store: Store) -> None:
    async def change(tx: Transaction) -> None:
        tx.record(fact("told"))

    await database.write(change)
    assert store.facts == [fact("told")]


@pytest.mark.parametrize("error", [Conflict("client_message_id_reused"), ZeroDivisionError()], ids=repr)
async def test_nothing_is_stored_or_published_when_the_change_raises(store: Store, error: Exception) -> None:
    async def change(tx: Transaction) -> None:
        tx.session.add(InstanceValue(name="lost", value=""))
        await tx.session.flush()
        tx.record(fact("lost"))
        raise error

    with pytest.raises(type(error)):
        await database.write(change)
    assert (names_on_disk(store), store.facts) == ([], [])


async def test_a_failing_member_takes_nobody_with_it_when_a_batch_is_committed(store: Store) -> None:
    async def refuse(tx: Transaction) -> None:
        await keep("refused")(tx)
        await tx.session.flush()
        tx.record(fact("refused"))
        raise Conflict("client_message_id_reused")

    async with held():
        asked = [
            asyncio.create_task(database.write(change))
            for change in (keep("a"), refuse, keep("a"), keep("b"))
        ]
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), Conflict, IntegrityError, type(None)]
    assert (names_on_disk(store), store.facts) == (["a", "b"], [])


async def _keep_all(tx: Transaction, names: list[str]) -> list[int | Conflict]:
    """For each, how many there were; whoever is called so is refused."""
    tx.session.add_all(InstanceValue(name=name, value="") for name in names if name != "refused")
    return [Conflict("client_message_id_reused") if name == "refused" else len(names) for name in names]


async def test_what_may_wait_goes_together_but_for_the_first(store: Store) -> None:
    asked = [database.write_gathered(_keep_all, name) for name in ("a", "b", "refused", "c")]
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert [getattr(result, "key", result) for result in results] == [1, 3, "client_message_id_reused", 3]
    assert names_on_disk(store) == ["a", "b", "c"]


async def test_what_may_wait_goes_at_once_when_nothing_went_for_a_while(store: Store) -> None:
    for name in ("a", "b"):
        assert await database.write_gathered(_keep_all, name) == 1
        await asyncio.sleep(GATHERED_EVERY_S)


async def test_what_waits_is_kept_when_the_database_closes(store: Store) -> None:
    asked = [asyncio.create_task(database.write_gathered(_keep_all, name)) for name in ("a", "b", "c")]
    await asyncio.sleep(0)
    await store.database.close()
    await asyncio.gather(*asked)
    assert names_on_disk(store) == ["a", "b", "c"]


async def test_change_is_stored_and_told_when_its_caller_is_cancelled(store: Store) -> None:
    async def change(tx: Transaction) -> None:
        tx.session.add(InstanceValue(name="kept", value=""))
        tx.record(fact("kept"))

    async with held():
        caller = asyncio.create_task(database.write(change))
        await asyncio.sleep(0)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
    await database.write(keep("sentinel"))
    assert (names_on_disk(store), store.facts) == (["kept", "sentinel"], [fact("kept")])


async def test_later_changes_are_made_when_a_listener_raises(store: Store) -> None:
    def deaf(_: Sequence[Fact]) -> None:
        raise RuntimeError("deaf")

    store.database.subscribe(deaf)

    async def change(tx: Transaction) -> None:
        await keep("told")(tx)
        tx.record(fact("told"))

    await database.write(change)
    await database.write(keep("later"))
    assert names_on_disk(store) == ["later", "told"]


async def test_reader_sees_one_snapshot_when_a_change_is_committed_meanwhile(store: Store) -> None:
    names = select(InstanceValue.name).order_by(InstanceValue.name)
    await database.write(keep("before"))
    async with database.read() as reading:
        first = list(await reading.session.scalars(names))
        await database.write(keep("meanwhile"))
        again = list(await reading.session.scalars(names))
    assert first == again == ["before"]


async def test_reader_sees_a_change_when_it_begins_after_the_commit(store: Store) -> None:
    await database.write(keep("before"))
    async with database.read() as reading:
        assert await reading.session.get(InstanceValue, "before") is not None


async def test_reader_is_refused_when_it_tries_to_write(store: Store) -> None:
    async with database.read() as reading:
        with pytest.raises(Exception, match="readonly"):
            await reading.session.execute(text("DELETE FROM instance"))


async def test_write_is_unavailable_when_the_database_is_closing(store: Store) -> None:
    await store.database.close()
    with pytest.raises(Unavailable) as refusal:
        await database.write(keep("late"))
    assert refusal.value.key == "stopping"


async def test_changes_already_asked_for_are_made_when_the_database_closes(store: Store) -> None:
    async with held():
        asked = [asyncio.create_task(database.write(keep(str(number)))) for number in range(5)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(store.database.close())
    await asyncio.gather(*asked, closing)
    assert names_on_disk(store) == list("01234")


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)],
    ids=["journal_mode", "synchronous", "foreign_keys"],
)
async def test_writer_is_durable_and_strict_when_opened(store: Store, pragma: str, wanted: object) -> None:
    async def change(tx: Transaction) -> object:
        return await tx.session.scalar(text(f"PRAGMA {pragma}"))

    assert await database.write(change) == wanted


async def test_write_says_that_the_disk_is_full_when_it_is_and_goes_on_when_there_is_room(
    store: Store,
) -> None:
    async def bound(tx: Transaction, pages: int) -> None:
        # SQLite's own limit on the size of the file: the same error as a full disk, from the same place.
        await tx.session.execute(text(f"PRAGMA max_page_count = {pages}"))

    with sqlite3.connect(store.path) as other:
        (pages,) = other.execute("PRAGMA page_count").fetchone()
    await database.write(lambda tx: bound(tx, pages))
    with pytest.raises(Unavailable) as refusal:
        await database.write(keep("big", "x" * 100_000))
    assert (refusal.value.key, refusal.value.retry_after) == ("disk_full", writer.RETRY_AFTER_S)
    await database.write(lambda tx: bound(tx, 2**30))
    await database.write(keep("big", "x" * 100_000))
    assert names_on_disk(store) == ["big"]
