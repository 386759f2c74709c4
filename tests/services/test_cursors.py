"""The tally of one message is that of many, however it is counted."""

from __future__ import annotations

import random

import pytest

from chat.services.cursors import Cursor, Cursors, Tally, tally_of

SEQS = 30
PEOPLE = 8


def somewhere(chance: random.Random, user_id: str) -> Cursor:
    """Nobody stands before the place where they joined; who tells nobody what they have read stands at 0."""
    joined = chance.randint(0, SEQS)
    delivered = chance.randint(joined, SEQS)
    return Cursor(user_id, joined, delivered, chance.choice([0, chance.randint(joined, delivered)]))


@pytest.mark.parametrize("seed", range(50))
def test_one_message_is_tallied_as_among_others(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    cursors = [somewhere(chance, f"person {number}") for number in range(chance.randint(0, PEOPLE))]
    senders = [cursor.user_id for cursor in cursors] + ["somebody who has left"]
    for seq in range(1, SEQS + 1):
        for sender in senders:
            assert tally_of(seq, sender, cursors) == Cursors(cursors).tally(seq, sender)


def test_who_joined_later_is_no_recipient_and_the_sender_never_is() -> None:
    cursors = [
        Cursor("sender", 0, 9, 9),
        Cursor("reader", 0, 7, 5),
        Cursor("away", 0, 2, 2),
        Cursor("later", 6, 9, 9),
    ]
    assert tally_of(5, "sender", cursors) == Tally(recipients=2, delivered=1, read=1)
