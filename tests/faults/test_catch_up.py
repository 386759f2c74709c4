"""R5: whoever was away ends with what a fresh fetch shows, however often the link is cut while they catch up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.faults import checker
from tests.faults.client import Client, Cut, connected
from tests.faults.figures import Figures
from tests.faults.ledger import Ledger
from tests.faults.outbox import Outbox
from tests.faults.picture import Picture, fresh
from tests.faults.proxy import Proxy
from tests.faults.scale import dice, scaled
from tests.people import Json, Person, Town
from tests.server import ServerProcess

MESSAGES = scaled(short=700, long=10_000)
CHANGES = scaled(short=100, long=1_000)  # edits and deletions, half and half; and about as many reactions
MISSED = scaled(short=300, long=1_000)
CUT_EVERY = 137  # events, in the middle of the next one
PAGE = 50  # fewer than a link lives for
WINDOW = 64
MOST_LINKS = 4 * (MESSAGES + CHANGES) // CUT_EVERY  # each link loses the page that it is cut in


async def test_picture_equals_a_fresh_fetch_when_the_link_is_cut_while_catching_up(
    own_server: ServerProcess, own_town: Town, figures: Figures
) -> None:
    ada, bob, cleo = await own_town.people("Ada", "Bob", "Cleo")
    group = (await ada.group_with(bob, cleo))["_id"]
    picture = Picture(group)
    away = await connected(own_server.port, cleo, cursors={})
    picture.follow(away)
    writers = [await connected(own_server.port, person) for person in (ada, bob)]
    await _write(writers[0], group, 20)
    await picture.catch_up(away)
    away.abort()
    await _write_and_change(writers, group)

    began = time.monotonic()
    async with Proxy(own_server.port) as proxy:
        proxy.down.cut_after(b'"event":', CUT_EVERY)
        alive = asyncio.create_task(_write(writers[1], group, 50))  # life goes on meanwhile
        links = await _until_done(proxy, cleo, picture)
        took_s = time.monotonic() - began
        await alive
        proxy.heal()
        last = await connected(proxy.port, cleo, cursors={})
        await picture.catch_up(last)
        await last.close()
    expected = await fresh(ada, group)
    wrong = checker.differences(picture.messages, expected)
    figures.tell(
        "R5",
        messages=len(expected),
        edits_and_deletions=CHANGES,
        other_changes=picture.last_seq - CHANGES - len(expected),
        links_cut=proxy.cuts,
        caught_up_in_s=took_s,
        different_from_a_fresh_fetch=len(wrong),
    )
    for writer in writers:
        await writer.close()
    await away.close()
    assert wrong == {}
    assert picture.applied == list(range(1, picture.last_seq + 1))
    assert links > (MESSAGES + CHANGES) // CUT_EVERY
    assert Ledger.of(own_server.database_path).wrongs() == []


async def test_nothing_is_missing_when_a_client_without_cursors_is_cut_while_it_gets_missed_messages(
    shared_server: ServerProcess, town: Town, figures: Figures
) -> None:
    """A client of the seed keeps no cursor: the session remembers what it has."""
    ada, bob = await town.people("Ada", "Bob")
    pair = (await ada.direct_with(bob))["_id"]
    writer = await connected(shared_server.port, ada)
    got: set[str] = set()
    first = await connected(shared_server.port, bob)
    first.on_event(_collect(got))
    await _write(writer, pair, 5)
    await first.until(lambda: len(got) == 5)
    await first.close()
    await _write(writer, pair, MISSED)
    async with Proxy(shared_server.port) as proxy:
        proxy.down.cut_after(b'"clientMessageId":', CUT_EVERY)
        torn = await _link(proxy, bob, _collect(got))
        await torn.closed.wait()  # amid the first page
        await writer.until(lambda: _is_offline(writer, bob))
        # Behind whatever the server notes down about the end of that link.
        await writer.call("send-message", {"conversationId": pair, "content": "one more"})
        proxy.heal()
        whole = await _link(proxy, bob, _collect(got))
        sentinel = await writer.call("send-message", {"conversationId": pair, "content": "the last"})
        await whole.until(lambda: sentinel["messageId"] in got)
        expected = await fresh(ada, pair)
        missing = checker.lost(expected, got)
        figures.tell(
            "R5", missed_without_cursors=len(expected), links_cut=proxy.cuts, never_received=len(missing)
        )
        await whole.close()
    await writer.close()
    assert proxy.cuts == 1
    assert missing == []


def _is_offline(client: Client, person: Person) -> bool:
    told = [data["isOnline"] for data in client.events("user-status") if data["userId"] == person.id]
    return bool(told) and not told[-1]


async def _link(proxy: Proxy, person: Person, hook: Callable[[str, Any], None]) -> Client:
    client = Client(proxy.port, person.access_token)
    client.on_event(hook)
    await client.connect()
    return client


def _collect(got: set[str]) -> Callable[[str, Any], None]:
    def take(event: str, data: Json) -> None:
        if event == "receive-message":
            got.add(data["_id"])
        elif event == "missed-messages":
            got.update(message["_id"] for message in data["messages"])

    return take


async def _until_done(proxy: Proxy, person: Person, picture: Picture) -> int:
    """Catch up over links that are cut, until nothing is missing; how many links it took."""
    for link in range(1, MOST_LINKS):
        client = Client(proxy.port, person.access_token, records=False)
        try:
            await client.connect(cursors={})
            picture.follow(client)
            await picture.catch_up(client, limit=PAGE)
        except Cut:
            continue
        else:
            return link
        finally:
            await client.close()
    raise AssertionError(f"not caught up after {MOST_LINKS} links, at {picture.last_seq}")


async def _write(client: Client, conversation: str, count: int) -> list[Json]:
    outbox = Outbox()
    assert await outbox.send(
        client, (outbox.write(conversation, f"n {n}") for n in range(count)), window=WINDOW
    )
    return list(outbox.acked.values())


async def _write_and_change(writers: list[Client], conversation: str) -> None:
    """Messages by both; then each edits and deletes some of their own, and both react to some of them all."""
    chance = dice("R5")
    written = await asyncio.gather(*(_write(w, conversation, MESSAGES // len(writers)) for w in writers))
    each = CHANGES // len(writers) // 2
    for writer, sent in zip(writers, written, strict=True):
        await _change(writer, "edit-message", conversation, chance.sample(sent, each), content="edited")
    for writer in writers:
        liked = chance.sample(written[0] + written[1], each)
        await _change(writer, "add-reaction", conversation, liked, emoji="👍")
        await _change(writer, "remove-reaction", conversation, liked[: each // 2], emoji="👍")
    for writer, sent in zip(writers, written, strict=True):  # also of what was edited and liked
        await _change(writer, "delete-message", conversation, chance.sample(sent, each))


async def _change(client: Client, event: str, conversation: str, messages: list[Json], **more: str) -> None:
    for start in range(0, len(messages), WINDOW):
        answers = await asyncio.gather(
            *(
                client.emit(
                    event, {"messageId": message["messageId"], "conversationId": conversation, **more}
                )
                for message in messages[start : start + WINDOW]
            )
        )
        assert all(answer["success"] for answer in answers), answers
