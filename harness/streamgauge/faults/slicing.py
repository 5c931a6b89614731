"""Faults of cutting: the same bytes (or others of the same meaning) in segments that hurt."""

from __future__ import annotations

import re
from dataclasses import replace

from streamgauge.exchange import Exchange
from streamgauge.faults.edits import (
    Arrivals,
    arrivals,
    segments,
    sse_events,
    time_at,
    with_line_ends,
)
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault

_INSIDE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_SPLIT_IN_CHARACTER = ("timing/segments-end-between-characters",)


@fault(Breaks((), perhaps=_SPLIT_IN_CHARACTER))
def trickle(exchange: Exchange, _: Setting, *, size: int = 1, ms: float = 1.0) -> Exchange:
    """Every `size` bytes come alone, `ms` milliseconds apart or as their segment came."""
    crumbs: list[tuple[int, float]] = []
    for start, end, at in segments(exchange):
        for offset in range(start, end, max(1, size)):
            crumbs.append((offset, max(at, crumbs[-1][1] + ms) if crumbs else at))
    return replace(exchange, arrivals=tuple(crumbs) or exchange.arrivals)


@fault(Breaks(_SPLIT_IN_CHARACTER), also=("split-utf8",))
def split_character(exchange: Exchange, _: Setting, *, ms: float = 5.0) -> Exchange:
    """Every character of several bytes is cut behind its first, the rest `ms` later."""
    cuts = [match.start() + 1 for match in _INSIDE.finditer(exchange.body)]
    return _cut_at(exchange, cuts, ms) if cuts else exchange


@fault(Invisible("a line may end in CR LF, and a segment anywhere"), also=("split-crlf",))
def split_line_end(exchange: Exchange, _: Setting, *, ms: float = 5.0) -> Exchange:
    """Every line ends in CR LF, and each event's last one is cut between the two."""
    with_cr = with_line_ends(exchange, b"\r\n")
    cuts = [match.start() + 3 for match in re.finditer(rb"\r\n\r\n", with_cr.body)]
    return _cut_at(with_cr, cuts, ms) if sse_events(exchange) else exchange


def _cut_at(exchange: Exchange, cuts: list[int], ms: float) -> Exchange:
    """More segments, each `ms` after the one before; what is late already is not hurried."""
    stated = dict(arrivals(exchange))
    found: list[tuple[int, float]] = []
    for offset in sorted({*stated, *cuts}):
        wanted = stated.get(offset, time_at(exchange, offset))
        cut = offset not in stated
        found.append((offset, max(wanted, found[-1][1] + ms * cut) if found else wanted))
    cleaned: Arrivals = tuple(found)
    return replace(exchange, arrivals=cleaned)
