"""Kill rates: how many of a floor's mutants the tests notice, and how sure the sample makes us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from math import sqrt
from typing import NamedTuple

from mutation.results import Result

# Two-sided 95 %: the normal quantile at 0.975.
Z = 1.959964


class Rate(NamedTuple):
    """A share of a whole, and the ends of its 95 % interval."""

    share: float
    low: float
    high: float


class Count(NamedTuple):
    """A floor's mutants, at first or now; equivalent ones are among those that survived."""

    tried: int
    killed: int
    timeout: int
    survived: int
    equivalent: int

    @property
    def rate(self) -> Rate:
        """The share that is killed, timeouts with them, of all that were tried."""
        return wilson(self.killed + self.timeout, self.tried)

    @property
    def rate_of_telling(self) -> Rate:
        """The same share, of those mutants only that some test could tell from the module."""
        return wilson(self.killed + self.timeout, self.tried - self.equivalent)


def counted(outcomes: Collection[str], equivalent: int) -> Count:
    """A count of outcomes."""
    how = Counter(outcomes)
    three = (how["killed"], how["timeout"], how["survived"])
    return Count(len(outcomes), *three, equivalent)


def at_first(results: Collection[Result], excused: Collection[str]) -> Count:
    """The count before any test was added for a survivor."""
    return counted([one.first for one in results], _excused(results, excused))


def now(results: Collection[Result], excused: Collection[str]) -> Count:
    """The count as it is."""
    return counted([one.outcome for one in results], _excused(results, excused))


def _excused(results: Collection[Result], excused: Collection[str]) -> int:
    return sum(1 for one in results if one.outcome == "survived" and one.id in excused)


def wilson(hits: int, tried: int) -> Rate:
    """Wilson's score interval of a share (Wilson 1927); it holds near 0 and 1 as well."""
    if not tried:
        return Rate(0.0, 0.0, 1.0)
    share = hits / tried
    middle = share + Z * Z / (2 * tried)
    reach = Z * sqrt(share * (1 - share) / tried + (Z / (2 * tried)) ** 2)
    whole = 1 + Z * Z / tried
    return Rate(share, (middle - reach) / whole, (middle + reach) / whole)
