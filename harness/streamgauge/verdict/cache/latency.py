"""What the first tokens of cold and warm answers say together; counters are not looked at.

Each pair gives the logarithm of how many times longer the cold request took. Without a cache cold
and warm are two draws of the same kind, so that each logarithm is as likely to be negative as to be
positive: this is all that the error rates rest on. Whoever collects pairs may stop at a look
(`LOOKS`) and nowhere else; the levels of all looks together stay below one in a hundred.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from streamgauge.verdict.cache.pair import Pair
from streamgauge.verdict.cache.signed_rank import Interval, interval, shift


class Look(NamedTuple):
    """A number of pairs at which collecting may stop.

    `alpha` is the level of the test there. `apart` is how far two groups of pairs must lie apart to
    be two, in standard deviations within them: one group, cut where it parts best, is as far apart
    in one of a thousand cases under lognormal jitter.
    """

    pairs: int
    alpha: float
    apart: float


LOOKS = (
    Look(10, 0.001, 8.6),
    Look(14, 0.001, 6.7),
    Look(18, 0.0015, 5.9),
    Look(24, 0.006, 5.0),
)
"""When collecting may stop. The levels add up to less than one in a hundred."""

WORTH = 0.3
"""The gain that must be ruled out before latencies count as the same."""

_GROUP = 0.25
"""The share of pairs that makes a group; fewer are outliers, such as requests that had to queue."""


class Pace(enum.Enum):
    """How warm first tokens come, compared with cold ones."""

    SOONER = "sooner"
    SOMETIMES = "sooner in some pairs only"
    SAME = "not noticeably sooner"
    LATER = "later"
    UNKNOWN = "unknown: too few pairs"
    UNCLEAR = "unclear: too noisy"
    TOO_FINE = "unclear: finer than the tool's own error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """The first tokens of all pairs, in milliseconds.

    `sooner` is the share by which a warm first token comes sooner, with its interval at `level`;
    `gained_ms` the same in milliseconds. `hits` counts the pairs of the faster group where there
    are two.
    """

    pairs: int
    pace: Pace
    cold_ms: float = 0.0
    warm_ms: float = 0.0
    sooner: float = 0.0
    gained_ms: float = 0.0
    level: float = 0.0
    sooner_within: Interval | None = None
    gained_within: Interval | None = None
    hits: int = 0

    def effect(self) -> dict[str, object] | None:
        """As the result record writes the effect; None where nothing was timed."""
        if not self.pairs:
            return None
        return {
            "cold_ms": round(self.cold_ms, 3),
            "warm_ms": round(self.warm_ms, 3),
            "sooner": round(self.sooner, 4),
            "gained_ms": round(self.gained_ms, 3),
        }

    def intervals(self) -> dict[str, object] | None:
        """As the result record writes the intervals; None where there are too few pairs."""
        if self.sooner_within is None or self.gained_within is None:
            return None
        return {
            "level": self.level,
            "sooner": [round(end, 4) for end in self.sooner_within],
            "gained_ms": [round(end, 3) for end in self.gained_within],
        }


def look(pairs: int) -> Look:
    """The look that so many pairs belong to: the next one, where they stopped between two."""
    return next((one for one in LOOKS if pairs <= one.pairs), LOOKS[-1])


def compare(pairs: Sequence[Pair], own_error_ms: float | None = None) -> Latency:
    """What the latencies of these pairs say. Pairs without both latencies are left out."""
    timed = [(pair.cold_ms, pair.warm_ms) for pair in pairs if pair.cold_ms and pair.warm_ms]
    if not timed:
        return Latency(pairs=0, pace=Pace.UNKNOWN)
    logarithms = [math.log(cold / warm) for cold, warm in timed]
    gains = [cold - warm for cold, warm in timed]
    _, alpha, apart = look(len(timed))
    within = interval(logarithms, alpha)
    cold_ms = median(cold for cold, _ in timed)
    hits = _faster_group(logarithms, apart)
    pace = _pace(within, shift(gains), cold_ms, own_error_ms or 0.0)
    if hits:
        pace = Pace.SOMETIMES
    return Latency(
        pairs=len(timed),
        pace=pace,
        cold_ms=cold_ms,
        warm_ms=median(warm for _, warm in timed),
        sooner=_share(shift(logarithms)),
        gained_ms=shift(gains),
        level=round(1 - 2 * alpha, 6),
        sooner_within=within and Interval(_share(within.low), _share(within.high)),
        gained_within=interval(gains, alpha),
        hits=hits,
    )


def _pace(within: Interval | None, gained: float, cold_ms: float, own_error: float) -> Pace:
    if within is None:
        return Pace.UNKNOWN
    if within.low > 0:
        return Pace.SOONER if gained > own_error else Pace.TOO_FINE
    if within.high < 0:
        return Pace.LATER if -gained > own_error else Pace.TOO_FINE
    if _share(within.high) >= WORTH:
        return Pace.UNCLEAR
    return Pace.SAME if WORTH * cold_ms > own_error else Pace.TOO_FINE


def _share(logarithm: float) -> float:
    """By which share sooner: a logarithm of cold by warm of 0.69 is a half."""
    return 1 - math.exp(-logarithm)


def _faster_group(logarithms: Sequence[float], apart: float) -> int:
    """How many pairs gain, where the pairs fall into two groups and one of them gains nothing.

    The sorted logarithms are cut where the two sides vary least within themselves; 0 where the
    sides are one group, or where even the slower side gains a good part of what the faster does.
    """
    ranked = sorted(logarithms)
    few = max(2, math.ceil(_GROUP * len(ranked)))
    cuts = range(few, len(ranked) - few + 1)
    if not cuts:
        return 0
    best = min(cuts, key=lambda at: _spread(ranked[:at]) + _spread(ranked[at:]))
    slow, fast = ranked[:best], ranked[best:]
    low, high = sum(slow) / len(slow), sum(fast) / len(fast)
    within = math.sqrt((_spread(slow) + _spread(fast)) / len(ranked))
    if high - low < apart * within or abs(low) > high / 3:
        return 0
    return len(fast)


def _spread(numbers: Sequence[float]) -> float:
    """The sum of the squared distances from the mean."""
    mean = sum(numbers) / len(numbers)
    return sum((number - mean) ** 2 for number in numbers)
