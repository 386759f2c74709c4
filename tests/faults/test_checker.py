"""The judge can say no: each fault is planted once and found."""

from __future__ import annotations

from tests.faults import checker


def test_acked_message_is_found_lost_when_not_stored() -> None:
    assert checker.lost(acked=["a", "b"], stored=["b", "c"]) == ["a"]
    assert checker.lost(acked=["a", "b"], stored=["b", "c", "a"]) == []


def test_message_is_found_doubled_when_stored_twice() -> None:
    assert checker.doubled(["a", "b", "a"]) == ["a"]
    assert checker.doubled(["a", "b"]) == []


def test_hole_is_found_at_the_start_in_the_middle_and_at_the_end() -> None:
    assert checker.holes([2, 4], last_seq=5) == [1, 3, 5]
    assert checker.holes([2, 1, 3], last_seq=3) == []


def test_disorder_is_found_when_a_number_falls_or_stays() -> None:
    assert checker.disorder([1, 3, 2, 2]) == [(3, 2), (2, 2)]
    assert checker.disorder([1, 2, 5]) == []


def test_gap_is_found_when_a_number_is_jumped() -> None:
    assert checker.gaps([4, 5, 8]) == [(5, 8)]
    assert checker.gaps([4, 5, 6]) == []


def test_overtaking_is_found_when_a_later_message_has_the_lower_number() -> None:
    assert checker.overtaken(["a", "b", "c"], {"a": 2, "b": 1, "c": 3}) == [("a", "b")]
    assert checker.overtaken(["a", "b", "c"], {"a": 1, "c": 3}) == []


def test_difference_is_found_when_either_side_has_more_or_other() -> None:
    assert checker.differences({"a": 1, "b": 2}, {"b": 3, "c": 4}) == {
        "a": (1, None),
        "b": (2, 3),
        "c": (None, 4),
    }
    assert checker.differences({"a": 1}, {"a": 1}) == {}


def test_event_is_found_when_it_came_after_the_end() -> None:
    assert checker.after_the_end([3, 5, 4], end_seq=4) == [5]
    assert checker.after_the_end([3, 4], end_seq=4) == []
