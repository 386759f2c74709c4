"""The people and conversations that the screenshot sheet shows."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Page

from tests.browser import album
from tests.browser.chat_page import ChatPage
from tests.browser.entrance_page import EntrancePage
from tests.browser.visitor import Visitor
from tests.people import Device, Person
from tests.server import ROOT, ServerProcess

PEOPLE = 30
PASSWORD_LINE = re.compile(r"Everybody's password, told only here: (.+)")
LONG = (
    "The nursery delivers on Thursday morning. Somebody should be there from nine o'clock with the key to the shed, "
    "and it would be good to have two wheelbarrows, because the driver only brings the pallets as far as the gate. "
    "If it rains we put everything under the roof of the shed and plant on Saturday.\n\n"
    "I can bring coffee. Who has a second wheelbarrow?"
)
MARKS = (
    "**Saturday**, *weather permitting*:\n\n1. Dig the two beds by the wall\n2. Plant the currants\n3. ~~Mow~~\n\n"
    "- gloves\n- `secateurs`\n\n> Bring water, it will be warm.\n\n"
    "Plan: https://example.org/garden/2026/plan-of-the-beds"
)
CODE = (
    '```\nwater_minutes = {"currants": 12, "beans": 8, "strawberries along the southern wall": 15}\n'
    "for bed, minutes in water_minutes.items():\n    open_valve(bed, minutes)\n```"
)


@dataclass
class Play:
    """Who is there, with their clients, and the conversations they have; `people[0]` is the one who looks."""

    people: list[Person] = field(default_factory=list)
    password: str = ""
    invite: str = ""
    devices: list[Device] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    async def send(self, number: int, conversation: str, *texts: str) -> str:
        """Somebody else writes; returns the last message's id."""
        sent = [await self.devices[number].send(self.ids[conversation], text) for text in texts]
        return str(sent[-1]["messageId"])

    async def act(self, number: int, event: str, conversation: str, **data: object) -> None:
        answer = await self.devices[number].call(event, {"conversationId": self.ids[conversation], **data})
        assert answer["success"], answer

    async def leave(self) -> None:
        for person in self.people:
            await person.disconnect()


@dataclass
class Stage:
    """A page on which scenes are played."""

    visitor: Visitor
    page: Page
    play: Play

    @property
    def chat(self) -> ChatPage:
        return ChatPage(self.page, self.visitor.watch)

    @property
    def entrance(self) -> EntrancePage:
        return EntrancePage(self.page, self.visitor.watch)

    async def anew(self, conversation_id: str | None = None) -> None:
        """The chat without what the scene before has left open."""
        if self.page.url != "about:blank":
            await self.page.evaluate("localStorage.removeItem('details')")
            await self.page.goto("about:blank")
        await self.chat.open(conversation_id)


async def make_play(server: ServerProcess, tokens: Path) -> Play:
    """Fill the server's database, start it, and let people talk."""
    people, password = await _demo(server, tokens)
    await server.start()
    me, ada, ben, eve, *others = people
    play = Play(people, password, devices=[await person.connect() for person in (ada, ben, me)])
    play.ids = {
        "direct": (await ada.direct_with(me))["_id"],
        "new": await _untouched(me, others),
        "group": (await ada.group_with(me, ben, name="Garden"))["_id"],
        "formats": (await ben.direct_with(me))["_id"],
        "album": (await ben.group_with(me, ada, name="Album"))["_id"],
        "unread": (await ben.group_with(me, ada, name="Saturday"))["_id"],
        "mentions": (await ada.group_with(me, ben, name="Anti-constitutionnellement-Donaudampfschifffahrt"))[
            "_id"
        ],
    }
    await play.send(0, "direct", "Are you coming on Saturday?", "We could use a hand with the beds.")
    await play.send(2, "direct", "Yes, from ten o'clock.", "Shall I bring anything?")
    slip = await play.send(0, "direct", "Gloves, and a hat.")
    await play.act(0, "edit-message", "direct", messageId=slip, content="Gloves, a hat and water.")
    await play.act(2, "add-reaction", "direct", messageId=slip, emoji="👍")
    mine = await play.send(2, "direct", "👍")
    await play.act(0, "add-reaction", "direct", messageId=mine, emoji="🎉")

    await play.send(0, "group", "Welcome to the garden group!", "This is where we say who waters when.")
    await play.act(0, "user-added-to-group", "group", newUserId=eve.id)
    await play.send(1, "group", "Hello everybody", LONG)
    await play.send(2, "group", "I can do Mondays and Thursdays.")
    cake = await play.send(1, "group", "Then I take the other days. And there will be cake.")
    for number, emoji in ((0, "🎂"), (2, "🎂"), (0, "👍")):
        await play.act(number, "add-reaction", "group", messageId=cake, emoji=emoji)
    gone = await play.send(0, "group", "Wrong group, sorry")
    await play.act(0, "delete-message", "group", messageId=gone)
    await play.act(0, "user-removed-from-group", "group", removedUserId=eve.id)
    await play.act(0, "group-info-updated", "group", updates={"name": "The garden by the old railway line"})
    await play.send(0, "group", "See you on Saturday!")

    await play.send(1, "formats", LONG, MARKS, CODE)
    await play.send(
        2, "formats", "I will print the plan: https://example.org/garden", CODE, "`open_valve` is mine"
    )
    await album.fill(play.ids["album"], me, ada, ben)
    await album.wear_faces(me, ada)
    await play.send(0, "mentions", f"@{ben.name} takes the tools, @{me.name} the cake.", "🎂", "x" * 200)
    await play.send(2, "mentions", f"Gladly, @{ada.name}!", "🎉🎉")
    await play.send(1, "unread", "Who comes on Saturday?")
    await play.send(2, "unread", "I do.")
    return play


async def _untouched(me: Person, others: list[Person]) -> str:
    """A direct conversation in which nobody has said a word yet."""
    for other in others:
        conversation = await me.direct_with(other)
        if conversation["lastMessage"] is None:
            return str(conversation["_id"])
    raise AssertionError("everybody has written to everybody")


async def _demo(server: ServerProcess, tokens: Path) -> tuple[list[Person], str]:
    command = (sys.executable, "-m", "chat", "demo", "--users", str(PEOPLE), "--tokens", str(tokens))
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, **server.environment},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    told = PASSWORD_LINE.search(output.decode())
    assert told is not None, output
    accounts = json.loads(tokens.read_text(encoding="utf-8"))  # noqa: ASYNC240
    people = [
        Person(server, each["_id"], each["name"], each["email"], each["accessToken"], "") for each in accounts
    ]
    return people, told[1]
