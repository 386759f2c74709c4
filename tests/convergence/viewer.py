"""One person's view of a conversation: fetched, told by events, healed by `get-changes`, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.convergence.cast import Group, Player, concerns
from tests.convergence.store import Page, Store
from tests.people import Json, Received

# Small, so that healing takes several pages.
CHANGES_PAGE = 4
WHOLE_HISTORY = 200


class Viewer:
    """A player whose device records what comes after `begin`."""

    def __init__(self, store: Store, player: Player, group: Group, depth: int | None) -> None:
        """`depth`: how many messages of history the page holds; None: it has not opened the conversation."""
        self._store = store
        self.player = player
        self.group = group
        self._depth = depth
        self._mark = 0
        self._before: Page | None = None
        # What is fetched once everything has happened, the same for every way.
        self._conversation: Json | None = None
        self._history: Json | None = None
        self._changes: dict[int, Json] = {}
        self._expected: dict[bool, Json | None] = {}

    async def begin(self) -> None:
        """Fetch the state before."""
        self._mark = len(self.player.device.received)
        conversation, history = await self._fetch(self._depth or 1)
        self._before = self._page(conversation)
        if self._depth is not None and history is not None:
            self._before.opened(self.group.id, history)

    async def end(self) -> None:
        """Fetch the state after, to compare with."""
        self._conversation, self._history = await self._fetch(WHOLE_HISTORY)
        page = self._page(self._conversation)
        self._expected[False] = await page.dump(self.group.id)
        self._open(page)
        self._expected[True] = await page.dump(self.group.id)

    def events(self) -> list[Received]:
        """What the device has heard of the conversation since `begin`."""
        received = self.player.device.received[self._mark :]
        return [each for each in received if concerns(self.group.id, each.data)]

    def start(self) -> Page:
        """A page in the state before."""
        assert self._before is not None
        return self._before.copy()

    def refresh(self, page: Page) -> None:
        """What the client does after a break: it fetches its list."""
        page.list_fetched(self._conversation)

    def see_last(self, page: Page) -> None:
        """The page learns how far the conversation has come, and nothing else."""
        if self._conversation is not None:
            page.do("seen", id=self.group.id, seq=self._conversation["lastSeq"])

    async def heal(self, page: Page, *, has_gaps: bool = True) -> None:
        """Fetch all that the page wants, until it wants nothing more."""
        while True:
            wants = await page.wants()
            assert has_gaps or not wants["gaps"], wants
            if not wants["gaps"] and not wants["conversations"]:
                return
            for gap in wants["gaps"]:
                page.do("changes", id=self.group.id, answer=await self._changes_after(gap["afterSeq"]))
            for id_ in wants["conversations"]:
                page.do("conversation", id=id_, conversation=self._conversation)

    async def expect(self, page: Page, way: str) -> None:
        """The page shows what a fresh fetch shows, as it is and once it is opened."""
        await self._compare(page, way, is_opened=False)
        self._open(page)
        await self._compare(page, f"{way}, then opened", is_opened=True)

    async def _compare(self, page: Page, way: str, *, is_opened: bool) -> None:
        shown = await page.dump(self.group.id)
        is_open = is_opened or (shown is not None and shown["isOpen"])
        expected = self._expected[is_open]
        if shown is not None and expected is not None and shown["messages"]:
            # Nobody has scrolled further back than this.
            oldest = shown["messages"][0]["seq"]
            expected = {**expected, "messages": [m for m in expected["messages"] if m["seq"] >= oldest]}
        found = list(differences(shown, expected))
        assert not found, f"{self.player.person.name}, {way}: {found}"

    async def _fetch(self, limit: int) -> tuple[Json | None, Json | None]:
        """The conversation and the newest page of its history; None for who is not in it."""
        conversation = await self.player.fetch(f"conversations/{self.group.id}")
        history = await self.player.fetch(f"conversations/{self.group.id}/messages?limit={limit}")
        return conversation, history

    def _page(self, conversation: Json | None) -> Page:
        page = self._store.page({"_id": self.player.id, "name": self.player.person.name})
        page.list_fetched(conversation)
        return page

    def _open(self, page: Page) -> None:
        if self._history is not None:
            page.opened(self.group.id, self._history)

    async def _changes_after(self, seq: int) -> Json:
        if seq not in self._changes:
            self._changes[seq] = await self.player.device.call(
                "get-changes", {"conversationId": self.group.id, "afterSeq": seq, "limit": CHANGES_PAGE}
            )
        assert self._changes[seq]["success"], self._changes[seq]
        return self._changes[seq]


def differences(shown: Any, expected: Any, at: str = "") -> Iterator[str]:
    """Where two dumps differ, and how."""
    if isinstance(shown, dict) and isinstance(expected, dict):
        for key in sorted(shown.keys() | expected.keys()):
            yield from differences(shown.get(key), expected.get(key), f"{at}.{key}")
    elif isinstance(shown, list) and isinstance(expected, list) and len(shown) == len(expected):
        for number, (one, other) in enumerate(zip(shown, expected, strict=True)):
            yield from differences(one, other, f"{at}[{number}]")
    elif shown != expected:
        yield f"{at} is {shown!r} where {expected!r} is fetched"
