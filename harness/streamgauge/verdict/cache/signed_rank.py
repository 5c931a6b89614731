"""Wilcoxon's signed ranks for a few pairs: an estimate of the shift and an exact interval.

Nothing is assumed of the numbers but that, without any effect, each difference is as likely to be
negative as to be positive. The interval is the one that Walsh averages give (Hodges and Lehmann
1963): it holds zero exactly when Wilcoxon's test at the same level finds nothing. No randomness, no
resampling; the same differences give the same interval. What differences mean is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from statistics import median
from typing import NamedTuple


class Interval(NamedTuple):
    """From where to where, both ends included."""

    low: float
    high: float


def walsh(differences: Sequence[float]) -> list[float]:
    """The averages of all pairs of differences, each with itself too, in rising order."""
    count = len(differences)
    return sorted(
        (differences[one] + differences[other]) / 2
        for one in range(count)
        for other in range(one, count)
    )


def shift(differences: Sequence[float]) -> float:
    """The shift that Hodges and Lehmann estimate: the median of the Walsh averages.

    >>> shift([1.0, 2.0, 3.0, 90.0])
    2.75
    """
    return median(walsh(differences))


def interval(differences: Sequence[float], alpha: float) -> Interval | None:
    """The shifts that are not ruled out, where either end errs with probability `alpha` at most.

    None where there are too few differences to rule anything out at that level.

    >>> interval([1.0, 2.0, 3.0, 4.0, 5.0], 0.05)
    Interval(low=1.0, high=5.0)
    """
    out = cut(len(differences), alpha)
    if not out:
        return None
    averages = walsh(differences)
    return Interval(averages[out - 1], averages[-out])


@cache
def cut(count: int, alpha: float) -> int:
    """How many Walsh averages may lie on the wrong side before the side is in doubt.

    The largest k for which a sum of ranks below k comes by chance with probability `alpha` at most;
    0 where there is none.
    """
    tail, whole = 0, 2**count
    for rank_sum, ways in enumerate(_ways(count)):
        tail += ways
        if tail > alpha * whole:
            return rank_sum
    return 0


def _ways(count: int) -> list[int]:
    """In how many ways some of the ranks 1 to `count` add up to each sum."""
    ways = [1]
    for rank in range(1, count + 1):
        longer = ways + [0] * rank
        for rank_sum, number in enumerate(ways):
            longer[rank_sum + rank] += number
        ways = longer
    return ways
