"""The exact interval against tables, against counting by hand, and against its own definition."""

from __future__ import annotations

from itertools import product

import pytest

from streamgauge.verdict.cache.signed_rank import Interval, cut, interval, shift, walsh


@pytest.mark.parametrize(
    ("count", "alpha", "critical"),
    [
        # Critical sums of ranks, one-sided, as printed in tables of Wilcoxon's test.
        (5, 0.05, 0),
        (6, 0.025, 0),
        (10, 0.05, 10),
        (10, 0.025, 8),
        (10, 0.01, 5),
        (10, 0.005, 3),
        (15, 0.025, 25),
        (20, 0.025, 52),
        (20, 0.005, 37),
        (24, 0.005, 61),
    ],
)
def test_the_cut_is_that_of_the_tables(count: int, alpha: float, critical: int) -> None:
    assert cut(count, alpha) == critical + 1


@pytest.mark.parametrize(("count", "alpha"), [(0, 0.01), (1, 0.05), (4, 0.05), (9, 0.001)])
def test_too_few_rule_nothing_out(count: int, alpha: float) -> None:
    assert cut(count, alpha) == 0
    assert interval([1.0] * count, alpha) is None


def test_the_cut_counts_every_choice_of_signs() -> None:
    sums = [sum(r for r, sign in zip(range(1, 9), signs, strict=True) if sign)
            for signs in product((0, 1), repeat=8)]  # fmt: skip
    for alpha in (0.005, 0.02, 0.1):
        out = cut(8, alpha)
        assert sum(1 for one in sums if one < out) / 256 <= alpha
        assert sum(1 for one in sums if one <= out) / 256 > alpha


def test_walsh_averages_are_all_pairs_and_each_alone() -> None:
    assert walsh([3.0, 1.0]) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("differences", "expected"),
    [([2.0], 2.0), ([1.0, 2.0, 3.0, 90.0], 2.75), ([-1.0, 1.0], 0.0), ([5.0] * 7, 5.0)],
    ids=["one", "an-outlier", "balanced", "equal"],
)
def test_the_shift(differences: list[float], expected: float) -> None:
    assert shift(differences) == expected


def test_the_interval_of_a_few() -> None:
    assert interval([1.0, 2.0, 3.0, 4.0, 5.0], 0.05) == Interval(1.0, 5.0)


def test_the_interval_holds_zero_unless_the_test_rejects() -> None:
    sizes = [0.3, 0.7, 1.1, 1.9, 2.3, 3.1, 4.3, 5.9]
    for signs in product((-1, 1), repeat=8):
        against = sum(rank for rank, sign in enumerate(signs, 1) if sign < 0)
        found = interval([one * sign for one, sign in zip(sizes, signs, strict=True)], 0.02)
        assert found is not None
        assert (found.low > 0) == (against < cut(8, 0.02))
