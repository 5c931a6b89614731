"""The verdict over a cache: hit, no hit, or inconclusive with the reason.

Two witnesses are heard: the vendor's counters and the time to the first token. Each may decide
alone, and the verdict names who did. Where they contradict each other nothing is decided. Requests
are not made here, and nothing is drawn at random: the same pairs give the same verdict.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from streamgauge.verdict.cache.counted import Counted, Tale, count
from streamgauge.verdict.cache.latency import LOOKS, Latency, Pace, compare
from streamgauge.verdict.cache.pair import MOST, CacheFacts, Pair, Token


class Answer(enum.Enum):
    """What the pairs show."""

    HIT = "hit"
    NO_HIT = "no-hit"
    INCONCLUSIVE = "inconclusive"


class Reason(enum.Enum):
    """Why nothing could be concluded."""

    TOO_FEW_PAIRS = "too-few-pairs"
    TOO_NOISY = "too-noisy"
    TOO_FINE = "finer-than-own-error"
    NOT_STICKY = "route-not-sticky"
    TOO_SHORT = "prefix-too-short"
    COLD_WAS_WARM = "cold-was-warm"
    DISAGREE = "counters-and-latency-disagree"


class Witness(enum.Enum):
    """Who decided."""

    COUNTERS = "counters"
    LATENCY = "latency"


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheRuling:
    """The verdict, who decided (nobody where it is inconclusive), and all that it rests on."""

    answer: Answer
    by: tuple[Witness, ...]
    reason: Reason | None
    counted: Counted
    latency: Latency
    pairs: tuple[Pair, ...]
    prefix_tokens: int | None
    own_error_ms: float | None
    token: Token | None

    @property
    def says(self) -> str:
        """The verdict in one sentence."""
        if self.reason is not None:
            return _because(self.reason, self.counted, self.latency)
        told = f"{_of(self.counted.hits, self.counted.pairs)} were read from the cache"
        counted = f"the counters say that {told}" if self.counted.pairs else "no counter was sent"
        return f"{counted[0].upper()}{counted[1:]}; {_first_token(self.latency)}."

    def record(self) -> dict[str, object]:
        """As the result record's `cache` writes it."""
        return {
            "verdict": self.answer.value,
            "reason": None if self.reason is None else self.reason.value,
            "says": self.says,
            "by": [witness.value for witness in self.by],
            "n": len(self.pairs),
            "prefix_tokens": self.prefix_tokens,
            "counters": self.counted.record(),
            "effect": self.latency.effect(),
            "intervals": self.latency.intervals(),
            "own_error_ms": None if self.own_error_ms is None else round(self.own_error_ms, 3),
            "token": None if self.token is None else self.token.value,
            "pairs": [_row(pair) for pair in self.pairs],
        }


def _because(reason: Reason, counted: Counted, latency: Latency) -> str:
    """An inconclusive verdict in one sentence."""
    match reason:
        case Reason.TOO_FEW_PAIRS:
            need = LOOKS[0].pairs
            return f"No counter was sent, and latency needs {need} pairs (here {latency.pairs})."
        case Reason.TOO_NOISY:
            return f"No counter was sent, and latency is too noisy: {_first_token(latency)}."
        case Reason.TOO_FINE:
            return "What the latencies show is finer than the tool's own error."
        case Reason.NOT_STICKY:
            hits, pairs = (
                (counted.hits, counted.pairs) if counted.pairs else (latency.hits, latency.pairs)
            )
            return f"Only {_of(hits, pairs)} hit the cache: the route does not stick."
        case Reason.TOO_SHORT:
            return "The prefix is too short for this vendor's cache."
        case Reason.COLD_WAS_WARM:
            cold = _of(counted.cold_hits, counted.pairs, "cold")
            return f"{cold[0].upper()}{cold[1:]} were read from the cache already."
        case Reason.DISAGREE:
            told = _of(counted.hits, counted.pairs)
            return f"The counters say that {told} hit, but {_first_token(latency)}."


def _of(hits: int, pairs: int, kind: str = "warm") -> str:
    return f"{hits} of {pairs} {kind} requests"


def _first_token(latency: Latency) -> str:
    """What the first tokens show, as the end of a sentence."""
    within = latency.sooner_within
    if within is None:
        return "the first token tells nothing" if latency.pairs else "no first token was timed"
    low, high = (f"{100 * end:.0f} %".replace("-", "−") for end in within)
    gained = f"{100 * latency.sooner:.0f} %".replace("-", "−")
    return f"the first token came {gained} sooner ({low} to {high})"


def _row(pair: Pair) -> dict[str, object]:
    return {
        "cold_ms": None if pair.cold_ms is None else round(pair.cold_ms, 3),
        "warm_ms": None if pair.warm_ms is None else round(pair.warm_ms, 3),
        "cold_read": pair.cold.read,
        "warm_read": pair.warm.read,
    }


def rule_on(
    pairs: Sequence[Pair],
    facts: CacheFacts | None = None,
    *,
    own_error_ms: float | None = None,
    token: Token | None = None,
) -> CacheRuling:
    """The verdict over these pairs, the first 24 of them, in the order in which they were taken."""
    looked_at = tuple(pairs[:MOST])
    counted = count(looked_at)
    latency = compare(looked_at, own_error_ms)
    prefixes = [pair.prefix_tokens for pair in looked_at if pair.prefix_tokens is not None]
    prefix = median_low(prefixes) if prefixes else None
    short = too_short(prefix, facts or CacheFacts())
    answer, by, reason = _decide(counted.tale, latency.pace, short)
    return CacheRuling(
        answer=answer, by=by, reason=reason, counted=counted, latency=latency, pairs=looked_at,
        prefix_tokens=prefix, own_error_ms=own_error_ms, token=token,
    )  # fmt: skip


def too_short(prefix_tokens: int | None, facts: CacheFacts) -> bool:
    """Whether the vendor does not keep so short a prefix; False where it is not known."""
    return prefix_tokens is not None and prefix_tokens < facts.shortest


def enough(
    pairs: Sequence[Pair], facts: CacheFacts | None = None, *, own_error_ms: float | None = None
) -> bool:
    """Whether collecting may stop: asked after each pair, it keeps to the looks.

    The error rates hold for pairs that were collected until this says so.
    """
    if len(pairs) >= MOST:
        return True
    short = any(too_short(pair.prefix_tokens, facts or CacheFacts()) for pair in pairs)
    if not short and len(pairs) not in _STOPS:
        return False
    ruling = rule_on(pairs, facts, own_error_ms=own_error_ms)
    settled = (Pace.SOONER, Pace.SAME, Pace.LATER)
    if len(pairs) in _STOPS and (not ruling.latency.pairs or ruling.latency.pace in settled):
        return True
    return ruling.reason is Reason.TOO_SHORT


_STOPS = frozenset(look.pairs for look in LOOKS)

_Decision = tuple[Answer, tuple[Witness, ...], Reason | None]
_BOTH = (Witness.COUNTERS, Witness.LATENCY)
_SOONER = (Pace.SOONER, Pace.SOMETIMES)
_NO_SOONER = (Pace.SAME, Pace.LATER)


def _decide(tale: Tale, pace: Pace, short: bool) -> _Decision:
    decision = _heard(tale, pace)
    if short and decision[2] is not Reason.DISAGREE and decision[0] is not Answer.HIT:
        return _nothing(Reason.TOO_SHORT)
    return decision


def _heard(tale: Tale, pace: Pace) -> _Decision:
    match tale:
        case Tale.SILENT:
            return _by_latency(pace)
        case Tale.COLD:
            return _nothing(Reason.COLD_WAS_WARM)
        case Tale.SOME:
            return _nothing(Reason.NOT_STICKY)
        case Tale.HITS if pace is Pace.LATER:
            return _nothing(Reason.DISAGREE)
        case Tale.HITS:
            # A small gain is no contradiction: vendors promise none for short prefixes.
            return Answer.HIT, _BOTH if pace in _SOONER else _BOTH[:1], None
        case Tale.NONE if pace in _SOONER:
            return _nothing(Reason.DISAGREE)
        case Tale.NONE:
            return Answer.NO_HIT, _BOTH if pace in _NO_SOONER else _BOTH[:1], None


def _by_latency(pace: Pace) -> _Decision:
    match pace:
        case Pace.SOONER:
            return Answer.HIT, _BOTH[1:], None
        case Pace.SAME | Pace.LATER:
            return Answer.NO_HIT, _BOTH[1:], None
        case Pace.SOMETIMES:
            return _nothing(Reason.NOT_STICKY)
        case Pace.UNKNOWN:
            return _nothing(Reason.TOO_FEW_PAIRS)
        case Pace.UNCLEAR:
            return _nothing(Reason.TOO_NOISY)
        case Pace.TOO_FINE:
            return _nothing(Reason.TOO_FINE)


def _nothing(reason: Reason) -> _Decision:
    return Answer.INCONCLUSIVE, (), reason
