"""A picture takes each change once and in order, and differs from a fresh fetch when one was missed."""

from __future__ import annotations

from typing import Any

from tests.faults import checker
from tests.faults.picture import Picture, shown
from tests.people import Json


def _message(seq: int, **more: Any) -> Json:
    plain = {"content": f"n {seq}", "edited": False, "deleted": False, "type": "text", "reactions": []}
    return {"_id": f"m{seq}", "conversationId": "c", "seq": seq, **plain, **more}


def _change(seq: int, **more: Any) -> Json:
    return {"messageId": "m1", "conversationId": "c", "seq": seq, **more}


LIVE: list[tuple[str, Json]] = [
    ("receive-message", _message(1)),
    ("receive-message", _message(2)),
    ("message-edited", _change(3, content="better")),
    ("reaction-added", _change(4, emoji="👍", userId="ada")),
    ("reaction-added", _change(5, emoji="👍", userId="bob")),
    ("reaction-removed", _change(6, emoji="👍", userId="ada")),
]
FRESH = {
    "m1": shown(_message(1, content="better", edited=True, reactions=[{"emoji": "👍", "userIds": ["bob"]}])),
    "m2": shown(_message(2)),
}


def _picture(events: list[tuple[str, Json]]) -> Picture:
    picture = Picture("c")
    for name, data in events:
        picture.take(name, data)
    return picture


def test_picture_equals_a_fresh_fetch_when_all_came() -> None:
    assert checker.differences(_picture(LIVE).messages, FRESH) == {}


def test_picture_takes_each_change_once_when_they_come_twice() -> None:
    doubled = [event for event in LIVE for _ in range(2)]
    assert _picture(doubled).applied == [1, 2, 3, 4, 5, 6]
    assert _picture([*doubled, *LIVE]).messages == FRESH


def test_picture_stops_at_a_gap_and_knows_of_it() -> None:
    torn = _picture([*LIVE[:2], *LIVE[3:]])
    assert (torn.last_seq, torn.heard_of) == (2, 6)
    assert list(checker.differences(torn.messages, FRESH)) == ["m1"]


def test_deletion_empties_a_message_when_it_was_edited_and_liked() -> None:
    picture = _picture([*LIVE, ("message-deleted", _change(7))])
    assert picture.messages["m1"] == shown(_message(1, content="", deleted=True))


def test_picture_leaves_other_conversations_alone() -> None:
    assert _picture([("receive-message", _message(1, conversationId="other"))]).messages == {}
