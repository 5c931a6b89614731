"""Faults of pace: the same bytes at other times."""

from __future__ import annotations

from dataclasses import replace

from streamgauge.exchange import Exchange
from streamgauge.faults.edits import boundary, delayed, segments
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault


@fault(Invisible("a model may take its time"))
def pause(
    exchange: Exchange, setting: Setting, *, after: float = 0.5, ms: float = 500.0
) -> Exchange:
    """Nothing comes for `ms` milliseconds, between two events at the share `after` of the body."""
    return delayed(exchange, boundary(exchange, setting, after), ms)


@fault(
    Breaks(
        ("timing/no-long-stall", "timing/keepalive-during-silence"),
        perhaps=("timing/first-token-within-a-minute",),
    )
)
def stall(
    exchange: Exchange, setting: Setting, *, after: float = 0.5, ms: float = 61_000.0
) -> Exchange:
    """A silence in which clients and proxies give up, between two events."""
    return delayed(exchange, boundary(exchange, setting, after), ms)


@fault(Breaks(("timing/keepalive-during-silence",)))
def late_start(exchange: Exchange, _: Setting, *, ms: float = 21_000.0) -> Exchange:
    """The head comes at once, the first byte of the body after a long wait."""
    return delayed(exchange, 0, ms)


@fault(Breaks((), perhaps=("timing/stream-is-not-buffered",)))
def glue(exchange: Exchange, _: Setting, *, segments_each: int = 1_000_000) -> Exchange:
    """Neighbouring segments come as one, when the last of them is there, as from a buffer."""
    each = max(1, segments_each)
    known = list(segments(exchange))
    groups = [known[at : at + each] for at in range(0, len(known), each)]
    return replace(exchange, arrivals=tuple((group[0][0], group[-1][2]) for group in groups))
