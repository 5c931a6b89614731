"""What the lines of a trial add up to: counts, groups answered alike, causes."""

from __future__ import annotations

import pytest

from streamgauge.report.client_score import Odd, causes, scores
from tests.report.client_lines import a_line, broken, skipped, splits


def test_a_client_is_counted_by_level() -> None:
    lines = [
        a_line(case="a"),
        broken(case="b"),
        broken(case="c", level="may"),
        broken(case="d", level="may"),
        skipped(case="e"),
    ]
    (one,) = scores(lines)
    assert (one.kept, one.tried, one.skipped, one.broken) == (1, 4, 1, (1, 0, 2))


def test_a_client_that_was_asked_nothing_has_no_score() -> None:
    assert [one.client for one in scores([skipped("a"), a_line("b")])] == ["b"]


@pytest.mark.parametrize(
    ("told", "alike", "odd"),
    [
        ("aaa", "1/1", ()),
        ("aba", "0/1", (Odd(group="plain", splits=("1",)),)),
        ("ab", "0/1", (Odd(group="plain", splits=("1",)),)),
        ("a", "-", ()),
        ("", "-", ()),
    ],
    ids=["alike", "one is odd", "a tie", "one split alone", "no group"],
)
def test_a_group_is_held_together(told: str, alike: str, odd: tuple[Odd, ...]) -> None:
    (one,) = scores([*splits(told), a_line(case="other")])
    assert (one.alike, one.odd) == (alike, odd)


def test_one_way_in_many_splits_is_one_cause() -> None:
    same = splits("abc", kept=False, behaviour="hung")
    (one,) = causes([*same, a_line(case="plain.9", group="plain", split="9")])
    assert (one.count, one.splits, one.glob) == (3, 4, "plain.*")


def test_causes_differ_by_client_case_way_and_level_and_the_worst_come_first() -> None:
    lines = [
        broken(case="a", level="may"),
        broken("other/chat", "a"),
        broken(case="b", behaviour="hung", level="should"),
        broken(case="b2", behaviour="resent"),
        a_line(case="fine"),
    ]
    assert [(one.client, one.glob) for one in causes(lines)] == [
        ("other/chat", "a"),
        ("lib/chat", "b2"),
        ("lib/chat", "b"),
        ("lib/chat", "a"),
    ]
