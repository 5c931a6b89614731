"""What the counters of cold and warm answers say together; latencies are not looked at."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low

from streamgauge.verdict.cache.pair import Pair

ALL_BUT = 0.1
"""The share of pairs that may miss while the rest still counts as hits throughout.

Vendors promise no hit: an entry may have been evicted, a request sent to another machine.
"""


class Tale(enum.Enum):
    """What counters tell."""

    SILENT = "no counter was sent"
    HITS = "every warm request was read from the cache"
    SOME = "some warm requests were read from the cache and others not"
    NONE = "no warm request was read from the cache"
    COLD = "the cold requests were read from the cache too"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The counters of all pairs.

    `pairs` have a count of what the warm request read, `hits` of them read more than the cold one
    had, and in `cold_hits` the cold request had read as much. Tokens are medians.
    """

    pairs: int
    hits: int
    cold_hits: int
    read_tokens: int | None
    written_tokens: int | None

    @property
    def tale(self) -> Tale:
        """What the counters tell."""
        if not self.pairs:
            return Tale.SILENT
        if 2 * self.cold_hits >= self.pairs:
            return Tale.COLD
        if not self.hits:
            return Tale.NONE
        return Tale.HITS if self.hits >= (1 - ALL_BUT) * self.pairs else Tale.SOME

    def record(self) -> dict[str, object] | None:
        """As the result record writes it; None where no counter was sent."""
        if not self.pairs:
            return None
        return {
            "pairs": self.pairs,
            "hits": self.hits,
            "cold_hits": self.cold_hits,
            "read_tokens": self.read_tokens,
            "written_tokens": self.written_tokens,
        }


def count(pairs: Sequence[Pair]) -> Counted:
    """What the counters of these pairs say."""
    known = [(pair.cold.read or 0, pair.warm.read) for pair in pairs if pair.warm.read is not None]
    return Counted(
        pairs=len(known),
        hits=sum(1 for cold, warm in known if warm > cold),
        cold_hits=sum(1 for cold, warm in known if cold >= warm > 0),
        read_tokens=_middle(warm for _, warm in known),
        written_tokens=_middle(p.cold.written for p in pairs if p.cold.written is not None),
    )


def _middle(numbers: Iterable[int]) -> int | None:
    found = list(numbers)
    return median_low(found) if found else None
