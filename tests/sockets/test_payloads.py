"""Payloads that no honest client sends: refused with an answer, the connection usable, nothing stored, nobody told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.people import Json, Person, Town
from tests.sockets.raw import RawSocket


@dataclass
class Scene:
    """Ada's hand-made socket into a conversation with Bob, who listens."""

    ada: Person
    bob: Person
    conversation_id: str
    socket: RawSocket

    async def send(self, fields: str) -> Json:
        """Send a message whose fields beside the conversation are given as JSON, letter for letter."""
        return await self.socket.ask(
            f'["send-message",{{"conversationId":"{self.conversation_id}",{fields}}}]'
        )

    async def stored(self) -> list[Json]:
        page = await self.ada.get(f"conversations/{self.conversation_id}/messages")
        return page["messages"]  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
async def pair(town: Town) -> tuple[Person, Person]:
    ada, bob = await town.people("Ada", "Bob")
    return ada, bob


@pytest.fixture
async def scene(pair: tuple[Person, Person]) -> AsyncIterator[Scene]:
    ada, bob = pair
    group = await ada.group_with(bob)
    async with RawSocket(ada.server) as socket:
        await socket.sign_in(ada)
        yield Scene(ada, bob, group["_id"], socket)


REFUSED = {
    "NaN": '"content":"x","replyTo":NaN',
    "Infinity": '"content":"x","replyTo":-Infinity',
    "lone surrogate": r'"content":"x\ud800"',
    "cut emoji": r'"content":"\ud83d"',
    "surrogates in the wrong order": r'"content":"\ude00\ud83d"',
    "NUL": r'"content":"a\u0000b"',
    "raw control character": '"content":"a\x01b"',
    "deep lists": '"content":"x","replyTo":' + "[" * 5_000 + "]" * 5_000,
    "deep objects": '"content":"x","extra":' + '{"a":' * 5_000 + "1" + "}" * 5_000,
    "unfinished": '"content":"x',
    "empty": '"content":""',
    "whitespace": r'"content":" \t\n\r\u00a0\u2003"',
    "invisible": r'"content":"\u200b\u200d\u2060\ufeff"',
    "bidi controls alone": r'"content":"\u202e\u2066"',
    "Hangul fillers": r'"content":"\u3164\u115f"',
    "combining marks": '"content":"a' + r"\u0301" * 10_000 + '"',
    "combining marks within the length": '"content":"a' + r"\u0301" * 4_000 + '"',
    "5,001 characters": f'"content":"{"x" * 5001}"',
    "number as content": '"content":5',
    "list as content": '"content":["x"]',
    "no content": '"replyTo":null',
    "no UUID": '"content":"x","clientMessageId":"1"',
    "number as UUID": '"content":"x","clientMessageId":1',
    "both destinations": '"content":"x","receiverId":"someone"',
    "unknown attachment": '"content":"x","attachments":["none"]',
    "an attachment twice": '"content":"x","attachments":["a","a"]',
    "21 attachments": f'"content":"x","attachments":{json.dumps([str(n) for n in range(21)])}',
    "attachments as text": '"content":"x","attachments":"none"',
    "invented type": '"content":"x","type":"html"',
}
TAKEN = {
    "5,000 characters": "x" * 5000,
    "5,000 characters of four bytes": "😀" * 5000,
    "right to left": "שלום עולם",
    "a family": "👨‍👩‍👧‍👦",
    "Vietnamese, decomposed": "Tiê\u0301ng Viê\u0323t",
    "mark-up": "<script>alert(1)</script>",
    "SQL": "'; DROP TABLE messages; --",
    "template": "{{7*7}} ${7*7} %s %n",
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_message_is_refused_and_nobody_is_told_when_its_payload_is_bad(scene: Scene, kind: str) -> None:
    listener = await scene.bob.connect()
    answer = await scene.send(REFUSED[kind])
    expected = ("not_found",) if kind == "unknown attachment" else ("bad_request", "too_large")
    assert answer["code"] in expected, answer
    sentinel = await scene.send('"content":"sentinel"')
    assert sentinel["seq"] == 1
    told = await listener.wait_for("receive-message", lambda m: m["conversationId"] == scene.conversation_id)
    assert told["content"] == "sentinel"
    await scene.bob.disconnect()


@pytest.mark.parametrize("kind", TAKEN)
async def test_message_is_kept_letter_for_letter_when_it_only_looks_odd(scene: Scene, kind: str) -> None:
    answer = await scene.send(f'"content":{json.dumps(TAKEN[kind])}')
    assert answer["success"], answer
    (message,) = await scene.stored()
    assert message["content"] == TAKEN[kind]


async def test_extra_fields_are_never_honoured_when_they_name_what_the_server_decides(scene: Scene) -> None:
    forged = {
        "_id": "mine",
        "messageId": "mine",
        "seq": 99,
        "sender": {"_id": scene.bob.id, "name": "Bob"},
        "senderId": scene.bob.id,
        "createdAt": "2000-01-01T00:00:00.000Z",
        "status": "read",
        "edited": True,
        "deleted": True,
        "reactions": [{"emoji": "👍", "userIds": [scene.bob.id]}],
        "type": "system",
        "system": {"kind": "member_added"},
        "role": "owner",
    }
    await scene.send(json.dumps({"content": "mine"} | forged)[1:-1])
    (message,) = await scene.stored()
    honest = {"seq": 1, "status": "sent", "edited": False, "deleted": False, "reactions": [], "type": "text"}
    assert {name: message[name] for name in honest} == honest
    assert message["sender"]["_id"] == scene.ada.id
    assert message["_id"] != "mine"
    assert not message["createdAt"].startswith("2000")
    assert "system" not in message


@pytest.mark.parametrize(
    "extra",
    [
        '"__proto__":{"isAdmin":true}',
        '"constructor":{"prototype":{"isAdmin":true}}',
        ",".join(f'"{number}":0' for number in range(100_000)),
    ],
    ids=["__proto__", "constructor", "100,000 keys"],
)
async def test_unknown_keys_are_ignored_when_a_message_brings_them(scene: Scene, extra: str) -> None:
    answer = await scene.send(f'"content":"x",{extra}')
    assert answer["success"], answer
    assert "isAdmin" not in json.dumps(await scene.stored())


@pytest.mark.parametrize("value", ["true", "null", "5", "[]", "{}", '["x"]', '{"$ne":null}', "1e400", "-0"])
async def test_id_is_a_bad_request_when_it_is_no_text(scene: Scene, value: str) -> None:
    answer = await scene.socket.ask(f'["get-changes",{{"conversationId":{value},"afterSeq":0}}]')
    assert answer["code"] == "bad_request"


@pytest.mark.parametrize("value", ["", "x", "' OR 1=1 --", "../../etc/passwd", "é" * 1000, "%00", "\ufeff"])
async def test_id_is_not_found_when_it_is_a_text_that_names_nothing(scene: Scene, value: str) -> None:
    data = json.dumps({"conversationId": value, "afterSeq": 0})
    assert (await scene.socket.ask(f'["get-changes",{data}]'))["code"] == "not_found"


@pytest.mark.parametrize("value", ["-1", "0.5", '"1"', "9007199254740992", "1e30", "true", "null"])
async def test_place_is_a_bad_request_when_it_is_no_whole_number(scene: Scene, value: str) -> None:
    data = f'{{"conversationId":"{scene.conversation_id}","afterSeq":{value}}}'
    assert (await scene.socket.ask(f'["get-changes",{data}]'))["code"] == "bad_request"


@pytest.mark.parametrize("limit", ["0", "-1", "201", '"5"', "null", "1.5"])
async def test_page_size_is_a_bad_request_when_it_is_out_of_bounds(scene: Scene, limit: str) -> None:
    data = f'{{"conversationId":"{scene.conversation_id}","afterSeq":0,"limit":{limit}}}'
    assert (await scene.socket.ask(f'["get-changes",{data}]'))["code"] == "bad_request"
