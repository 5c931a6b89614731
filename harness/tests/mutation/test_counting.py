"""Kill rates and their intervals, against figures that are known."""

from __future__ import annotations

import pytest

from mutation.counting import at_first, now, wilson
from mutation.results import Result


@pytest.mark.parametrize(
    ("hits", "tried", "low", "high"),
    [
        # The first three as R's prop.test(hits, tried, correct = FALSE) has them.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (420, 420, 0.9909, 1.0),
        (0, 0, 0.0, 1.0),
    ],
    ids=str,
)
def test_an_interval_is_wilson_s(hits: int, tried: int, low: float, high: float) -> None:
    rate = wilson(hits, tried)
    assert rate.low == pytest.approx(low, abs=5e-5)
    assert rate.high == pytest.approx(high, abs=5e-5)


RESULTS = [
    Result("m", "1", "AddNot", "killed"),
    Result("m", "2", "AddNot", "timeout"),
    Result("m", "3", "AddNot", "survived", now="killed", by="test"),
    Result("m", "4", "AddNot", "survived"),
    Result("m", "5", "AddNot", "survived"),
]


def test_a_count_tells_first_and_now() -> None:
    assert at_first(RESULTS, {"4"})[:4] == (5, 1, 1, 3)
    assert now(RESULTS, {"4"}) == (5, 2, 1, 2, 1)


def test_equivalent_mutants_are_survivors_unless_left_out() -> None:
    count = now(RESULTS, {"4"})
    assert count.rate.share == 3 / 5
    assert count.rate_of_telling.share == 3 / 4
