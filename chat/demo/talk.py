"""What was said in the demo: dialogues spread over the last weeks, with what comes of them.

Each conversation keeps the rules of the real thing: `seq` is dense over messages and changes, times rise with it, no
cursor stands behind its owner's last word or beyond the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from chat.demo.people import Circle, Person
from chat.demo.rows import Rows
from chat.demo.words import Dialogue, Line, words
from chat.ids import new_id
from chat.models import Change, Conversation, Message, Participant, Reaction, Receipt, Revision

HISTORY_HOURS = 24.0 * 28
LAST_WORD_MEAN_HOURS = 30.0
DAY_HOURS = (6, 20)  # UTC; a little later in France and Britain
GAP_IN_DIALOGUE_S = (20.0, 150.0)
REACTION_AFTER_S = (4.0, 9.0)
EDIT_AFTER_S = (10.0, 15.0)
SHARE_REACTED = 0.7
SHARE_EDITED = 0.03
SHARE_REPLIES = 0.12
SHARE_BEHIND = 0.25
MOST_BEHIND = 6
WEIGHT_OF_GROUP = 3.0
_GROUP_ROLES: Final = {0: "owner", 1: "admin", 2: "moderator"}


@dataclass(frozen=True, slots=True)
class _Said:
    """A line by somebody at a time. `reply_to` is how many lines before stands what it answers; 0 for nothing."""

    line: Line
    speaker: Person
    at: datetime
    reply_to: int


@dataclass(slots=True)
class _Story:
    """A conversation as it is written: the last number taken, and where each person's last word stands."""

    id: str
    created_at: datetime
    last_seq: int = 0
    last_words: dict[str, int] = field(default_factory=dict)
    times: dict[int, datetime] = field(default_factory=dict)

    def take_seq(self, at: datetime) -> int:
        self.last_seq += 1
        self.times[self.last_seq] = at
        return self.last_seq


async def make_conversations(
    rng: Random, rows: Rows, now: datetime, circles: list[Circle], messages: int
) -> int:
    """Let every circle talk, `messages` lines in all; returns how many there are."""
    shares = _shares(rng, circles, messages)
    for circle, share in zip(circles, shares, strict=True):
        _make_conversation(rng, rows, now, circle, share)
        await rows.flush_when_many()
    return sum(shares)


def _shares(rng: Random, circles: list[Circle], messages: int) -> list[int]:
    """How many lines each circle gets: some talk much, groups more than pairs, and the sum is right."""
    weights = [rng.uniform(0.3, 1.7) * (WEIGHT_OF_GROUP if circle.name else 1.0) for circle in circles]
    total, given, passed = sum(weights), 0, 0.0
    shares = []
    for weight in weights:
        passed += weight
        upto = round(messages * passed / total)
        shares.append(upto - given)
        given = upto
    return shares


def _make_conversation(rng: Random, rows: Rows, now: datetime, circle: Circle, count: int) -> None:
    said = _spoken(rng, now, circle, count)
    begun = (said[0].at if said else now) - timedelta(minutes=1)
    story = _Story(new_id(), begun)
    ids: list[str] = []
    for what in said:
        ids.append(_write(rng, rows, story, circle, what, ids))
    rows.add(
        Conversation,
        id=story.id,
        is_group=circle.name is not None,
        name=circle.name,
        direct_key=None if circle.name else "|".join(sorted(person.id for person in circle.members)),
        last_seq=story.last_seq,
        created_by=circle.members[0].id,
        created_at=begun,
        updated_at=said[-1].at if said else begun,
    )
    for place, person in enumerate(circle.members):
        role = _GROUP_ROLES.get(place, "member") if circle.name is not None else "member"
        _write_participant(rng, rows, now, story, person, role)


def _spoken(rng: Random, now: datetime, circle: Circle, count: int) -> list[_Said]:
    """`count` lines with their speakers and times, the oldest first."""
    dialogues = list(_dialogues(rng, circle, count))
    if not dialogues:
        return []
    said: list[_Said] = []
    pause = timedelta(hours=HISTORY_HOURS / len(dialogues))
    at = _awake(
        rng, now - timedelta(hours=rng.expovariate(1 / LAST_WORD_MEAN_HOURS) % HISTORY_HOURS, minutes=1)
    )
    for dialogue in reversed(dialogues):  # backwards from the last word, so that none is in the future
        speakers = rng.sample(circle.members, min(4, len(circle.members)))
        for place in range(len(dialogue) - 1, -1, -1):
            line = dialogue[place]
            is_reply = place > 1 and rng.random() < SHARE_REPLIES
            said.append(_Said(line, speakers[line.speaker % len(speakers)], at, 2 if is_reply else 0))
            at -= timedelta(seconds=rng.uniform(*GAP_IN_DIALOGUE_S))
        at = _awake(rng, at - pause * rng.uniform(0.2, 1.2))
    said.reverse()
    return said


def _dialogues(rng: Random, circle: Circle, count: int) -> Iterator[Dialogue]:
    """Dialogues of `count` lines in all, none twice before all were had; the last one may break off."""
    known = words(circle.locale).group if circle.name else words(circle.locale).direct
    deck: list[Dialogue] = []
    while count > 0:
        deck = deck or rng.sample(known, len(known))
        dialogue = deck.pop()[:count]
        count -= len(dialogue)
        yield dialogue


def _awake(rng: Random, moment: datetime) -> datetime:
    """The moment, or the evening before it when people sleep."""
    first, last = DAY_HOURS
    if first <= moment.hour <= last:
        return moment
    evening = moment.replace(hour=last, minute=rng.randrange(60))
    return evening if moment.hour > last else evening - timedelta(days=1)


def _write(rng: Random, rows: Rows, story: _Story, circle: Circle, what: _Said, earlier: list[str]) -> str:
    """A message, and perhaps a reaction to it or its correction; each takes its number."""
    message_id, seq = new_id(), story.take_seq(what.at)
    is_edited = rng.random() < SHARE_EDITED
    edited_at = what.at + timedelta(seconds=rng.uniform(*EDIT_AFTER_S)) if is_edited else None
    story.last_words[what.speaker.id] = seq
    rows.add(
        Message,
        id=message_id,
        conversation_id=story.id,
        seq=seq,
        sender_id=what.speaker.id,
        type="text",
        content=what.line.text,
        reply_to=earlier[-what.reply_to] if what.reply_to else None,
        created_at=what.at,
        edited_at=edited_at,
    )
    if what.line.emoji is not None and rng.random() < SHARE_REACTED:
        at = what.at + timedelta(seconds=rng.uniform(*REACTION_AFTER_S))
        others = [person for person in circle.members if person is not what.speaker]
        _write_reaction(rows, story, message_id, rng.choice(others), what.line.emoji, at)
    if edited_at is not None:
        _write_edit(rng, rows, story, message_id, what, edited_at)
    return message_id


def _write_reaction(
    rows: Rows, story: _Story, message_id: str, person: Person, emoji: str, at: datetime
) -> None:
    rows.add(Reaction, message_id=message_id, user_id=person.id, emoji=emoji, created_at=at)
    rows.add(
        Change,
        conversation_id=story.id,
        seq=story.take_seq(at),
        kind="reaction_added",
        message_id=message_id,
        user_id=person.id,
        emoji=emoji,
        created_at=at,
    )


def _write_edit(rng: Random, rows: Rows, story: _Story, message_id: str, what: _Said, at: datetime) -> None:
    """The text was first sent with two letters exchanged."""
    text = what.line.text
    place = rng.randrange(max(1, len(text) - 1))
    typo = text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
    seq = story.take_seq(at)
    rows.add(
        Revision,
        message_id=message_id,
        seq=story.last_words[what.speaker.id],
        content=typo,
        created_at=what.at,
    )
    rows.add(Revision, message_id=message_id, seq=seq, content=text, created_at=at)
    rows.add(
        Change,
        conversation_id=story.id,
        seq=seq,
        kind="edited",
        message_id=message_id,
        user_id=what.speaker.id,
        emoji=None,
        created_at=at,
    )


def _write_participant(
    rng: Random, rows: Rows, now: datetime, story: _Story, person: Person, role: str
) -> None:
    """Most have read everything, some are a few lines behind."""
    behind = rng.randint(1, MOST_BEHIND) if rng.random() < SHARE_BEHIND else 0
    read = max(story.last_seq - behind, story.last_words.get(person.id, 0), 0)
    delivered = rng.choice((read, story.last_seq)) if behind else read
    rows.add(
        Participant,
        conversation_id=story.id,
        user_id=person.id,
        role=role,
        joined_seq=0,
        joined_at=story.created_at,
        last_read_seq=read,
        last_delivered_seq=delivered,
        muted=False,
        archived=False,
    )
    for kind, seq in (("read", read), ("delivered", delivered if delivered > read else 0)):
        if seq:
            at = min(now, story.times[seq] + timedelta(seconds=rng.uniform(2, 600)))
            rows.add(
                Receipt,
                conversation_id=story.id,
                user_id=person.id,
                kind=kind,
                up_to_seq=seq,
                created_at=at,
            )
