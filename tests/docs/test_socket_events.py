"""`docs/SOCKET_IO_EVENTS.md` names every event there is and no other, and each of its examples is true."""

from __future__ import annotations

import ast
import asyncio
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

import chat.sockets.server  # registers all client events
from chat import events as facts
from chat.sockets.registry import events
from tests.docs.events_page import EventsPage, Example, load
from tests.people import Device, Person, Town
from tests.server import ROOT

assert chat.sockets.server.HANDLERS
page = load()
# Compared by their values, not only by their kinds.
LITERAL = ("success", "code", "event", "isGroup", "isOnline")
PLACEHOLDER = re.compile(r"<(.+)>")
EVENT_NAME = re.compile(r"[a-z]+(-[a-z]+)+")
EMITTERS = {"wire_event", "relay", "_tell"}


def _fact_events(kind: type[facts.Fact] = facts.Fact) -> Iterator[str]:
    for inner in kind.__subclasses__():
        if event := vars(inner).get("event"):
            yield event
        yield from _fact_events(inner)


def _emitted_directly(source: str) -> Iterator[str]:
    """Names of events that handlers emit without a fact: typing, presence, what was missed."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in EMITTERS:
                for argument in args:
                    match argument:
                        case ast.Constant(value=str(text)) if EVENT_NAME.fullmatch(text):
                            yield text


def test_every_client_event_has_its_entry_and_no_entry_names_another() -> None:
    assert set(page.client_entries) == set(events.events)


def test_every_server_event_has_its_entry_and_no_entry_names_another() -> None:
    direct = {
        event
        for path in (ROOT / "chat/sockets").glob("*.py")
        for event in _emitted_directly(path.read_text(encoding="utf-8"))
    }
    assert {"session-started", "user-typing", "user-left-conversation", "removed-from-group"} <= direct
    assert set(page.server_entries) == direct | set(_fact_events())


def test_every_client_event_stands_in_the_table_of_limits() -> None:
    head = (
        (ROOT / "docs/SOCKET_IO_EVENTS.md").read_text("utf-8").split("## Client → server")[1].split("###")[0]
    )
    common = {"request"}
    for event in events.events.values():
        assert (f"`{event.name}`" in head) is (event.limit not in common), event.name


def test_every_shown_server_event_is_driven_by_an_example() -> None:
    told = {event for name in page.client_entries for event, _ in page.client_example(name).tells}
    assert told | set(BY_THEMSELVES) == set(page.server_entries)


@dataclass
class World:
    """Camille's group with Noé and Inès, and Sacha outside; everyone has a device."""

    people: dict[str, Person]
    devices: dict[str, Device]
    known: dict[str, str] = field(default_factory=dict)

    def filled_in(self, value: Any) -> Any:
        """An example's data with the values of the moment in place of `<…>`."""
        match value:
            case dict():
                return {self.filled_in(key): self.filled_in(inner) for key, inner in value.items()}
            case list():
                return [self.filled_in(inner) for inner in value]
            case str() if found := PLACEHOLDER.fullmatch(value):
                return str(uuid.uuid4()) if found[1] == "uuid" else self.known[found[1]]
            case _:
                return value

    def marks(self) -> dict[str, int]:
        return {name: len(device.received) for name, device in self.devices.items()}

    async def hears(
        self, name: str, event: str, since: int, where: Callable[[Any], bool] = lambda _: True
    ) -> Any:
        """The data of the first such event that reached somebody's device after `since` others."""
        device = self.devices[name]

        def found(_: Device) -> list[Any]:
            received = device.received[since:]
            return [one.data for one in received if one.event == event and where(one.data)]

        await device.until(lambda device: bool(found(device)))
        return found(device)[0]


@pytest.fixture(scope="module")
async def cast(town: Town) -> dict[str, Person]:
    names = ("Camille", "Noé", "Inès", "Sacha")
    return dict(zip(names, await town.people(*names), strict=True))


@pytest.fixture
async def world(cast: dict[str, Person]) -> Any:
    camille, noe, ines, _ = cast.values()
    group = await camille.group_with(noe, ines, name="Jardin partagé")
    sent = await camille.post(
        f"conversations/{group['_id']}/messages",
        {"content": "Qui vient samedi ?", "clientMessageId": str(uuid.uuid4())},
    )
    made = World(cast, {name: await person.connect(cursors={}) for name, person in cast.items()})
    for device in made.devices.values():
        # Everybody's own coming is behind us: each has heard of the last who came.
        await device.call("get-changes", {"conversationId": group["_id"], "afterSeq": 0})
    made.known = {
        **{name: person.id for name, person in cast.items()},
        "conversationId": group["_id"],
        "messageId": sent["messageId"],
    }
    yield made
    for person in cast.values():
        await person.disconnect()


class Difference(AssertionError):
    """What was answered is not what the page shows."""


def _compare(shown: Any, real: Any, world: World, at: str = "$") -> None:
    """Raise Difference unless `real` has exactly the keys and kinds of values that the page shows."""
    if isinstance(shown, str) and (found := PLACEHOLDER.fullmatch(shown)):
        if not isinstance(real, str) or world.known.get(found[1], real) != real:
            raise Difference(f"{at}: {shown} is {real!r}")
    elif shown is None or real is None:
        return  # may be null or not: the tables say when
    elif isinstance(shown, dict) and isinstance(real, dict):
        _compare_objects(shown, real, world, at)
    elif isinstance(shown, list) and isinstance(real, list):
        for number, item in enumerate(real):
            _compare(shown[0] if shown else item, item, world, f"{at}[{number}]")
        if shown and not real:
            raise Difference(f"{at} is empty")
    elif type(shown) is not type(real) or (at.endswith(LITERAL) and shown != real):
        raise Difference(f"{at}: {shown!r} is {real!r}")


def _compare_objects(shown: dict[str, Any], real: dict[str, Any], world: World, at: str) -> None:
    if all(PLACEHOLDER.fullmatch(key) for key in shown) and shown:
        shown = world.filled_in(shown)  # keyed by ids
    missing = shown.keys() - real.keys() - page.optional
    unknown = real.keys() - shown.keys() - page.optional
    if missing or unknown:
        raise Difference(f"{at} lacks {sorted(missing)} and has beside what is shown {sorted(unknown)}")
    for key in shown.keys() & real.keys():
        _compare(shown[key], real[key], world, f"{at}.{key}")


async def _run(world: World, example: Example) -> None:
    """Do what the example does, and compare everything that it shows."""
    for event in example.after:
        earlier = page.client_example(event)
        answer = await world.devices[example.by].call(earlier.emit, world.filled_in(earlier.data))
        assert answer["success"], answer
        for heard, names in earlier.tells:
            for name in names:
                await world.hears(name, heard, 0)
    marks = world.marks()
    answer = await world.devices[example.by].call(example.emit, world.filled_in(example.data))
    _compare(page.spelled_out(example.answer), answer, world)
    for event, names in example.tells:
        for name in names:
            data = await world.hears(name, event, marks[name])
            _compare(page.server_example(event), data, world, event)
    for name, device in world.devices.items():
        # Its answer comes behind all that was sent to it before: what has not come by now was not sent.
        await device.call("get-changes", {"conversationId": "none", "afterSeq": 0})
        told = {event for event, names in example.tells if name in names}
        heard = {received.event for received in device.received[marks[name] :]}
        assert heard - LATE <= told, f"{name} hears of {heard - told}"


# Comes when it is true, which may be while something else is looked at.
LATE = {"message-delivered", "user-status"}


@pytest.mark.parametrize("event", page.client_entries)
async def test_example_is_true(world: World, event: str) -> None:
    example = page.client_example(event)
    assert example.emit == event, f"the entry {event} shows another event"
    if event == "send-message":
        # Without `auth.cursors`: these devices confirm nothing, so that what is written to them counts.
        await _reconnect_without_cursors(world)
    await _run(world, example)


async def test_failure_looks_as_the_page_says(world: World) -> None:
    await _run(world, page.failure)


async def _reconnect_without_cursors(world: World) -> None:
    for name, person in world.people.items():
        await person.disconnect()
        world.devices[name] = await person.connect()
    for device in world.devices.values():
        await device.call("get-changes", {"conversationId": "none", "afterSeq": 0})


async def _session_started(world: World) -> Any:
    return await world.hears("Camille", "session-started", 0)


async def _user_status(world: World) -> Any:
    since = world.marks()["Camille"]
    await world.devices["Noé"].close()
    gone = world.people["Noé"].id
    # Others' coming, a moment before, may be told only now.
    return await world.hears("Camille", "user-status", since, lambda data: data["userId"] == gone)


async def _user_updated(world: World) -> Any:
    noe = world.people["Noé"]
    response = await noe.request("PATCH", "users/me", {"name": "Noé Martin"})
    assert response.status_code == 200
    return await world.hears("Camille", "user-updated", 0)


async def _session_ended(world: World) -> Any:
    sacha = world.people["Sacha"]
    response = await sacha.request("POST", "auth/logout", {})
    assert response.status_code == 204
    data = await world.hears("Sacha", "session-ended", 0)
    await world.devices["Sacha"].client.wait()
    return data


# Server events that no client event brings about, each with what does. The last ends Sacha's only session.
BY_THEMSELVES = {
    "session-started": _session_started,
    "user-updated": _user_updated,
    "user-status": _user_status,
    "session-ended": _session_ended,
}


@pytest.mark.parametrize("event", BY_THEMSELVES)
async def test_server_event_that_comes_by_itself_looks_as_the_page_says(world: World, event: str) -> None:
    async with asyncio.timeout(20):
        data = await BY_THEMSELVES[event](world)
    _compare(page.server_example(event), data, world, event)


PLANTED = """
## Answers
```json
{"emit": "a", "data": {}, "answer": {}}
```
## Client → server
### `wave`
```json
{"emit": "wave", "data": {"to": "<Noé>"}, "answer": {"success": true, "seen": "<time>"}}
```
`note?` may be there.
## Server → client
"""


@pytest.mark.parametrize(
    "answer",
    [
        {"success": True},
        {"success": True, "seen": "now", "more": 1},
        {"success": False, "seen": "now"},
        {"success": True, "seen": 4},
    ],
)
def test_planted_difference_is_caught(answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    planted = EventsPage(PLANTED)
    monkeypatch.setattr(f"{__name__}.page", planted)
    world = World({}, {})
    example = planted.client_example("wave")
    _compare(example.answer, {"success": True, "seen": "now"}, world)
    _compare(example.answer, {"success": True, "seen": "now", "note": "x"}, world)
    with pytest.raises(Difference):
        _compare(example.answer, answer, world)
