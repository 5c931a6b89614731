"""Faults of pace that need more than one silence: a faked stream, clumps, a channel held back.

The bytes stay as they are, but for comments that keep a connection alive.
"""

from __future__ import annotations

from dataclasses import replace

from streamgauge.exchange import Exchange
from streamgauge.faults.edits import (
    arrivals,
    delayed,
    newline,
    spliced,
    sse_events,
    time_at,
    transcript,
)
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.transcript.timing import CHANNELS

_AT_ONCE = "timing/pieces-arrive-over-time"


@fault(Breaks((), perhaps=(_AT_ONCE,)))
def fake_stream(exchange: Exchange, setting: Setting, *, ms: float = 3000.0) -> Exchange:
    """The first event comes at once, all others in one burst `ms` later: a document in pieces."""
    bounds = transcript(exchange, setting).bounds[1:-1]
    if not bounds:
        return exchange
    first = arrivals(exchange)[0][1]
    burst = tuple((offset, first + ms) for offset in bounds)
    return replace(exchange, arrivals=((0, first), *burst))


@fault(Breaks((), perhaps=("timing/pieces-flow-evenly",)))
def clumps(exchange: Exchange, setting: Setting, *, size: int = 10, ms: float = 400.0) -> Exchange:
    """Every `size` events come together, `ms` after those before, as from a filter of blocks."""
    bounds = [0, *transcript(exchange, setting).bounds[1:-1]]
    if len(bounds) <= size:
        return exchange
    first = arrivals(exchange)[0][1]
    each = max(1, size)
    return replace(
        exchange,
        arrivals=tuple((offset, first + ms * (n // each)) for n, offset in enumerate(bounds)),
    )


@fault(Breaks((), perhaps=("timing/channels-arrive-over-time", _AT_ONCE)))
def hold_back(
    exchange: Exchange, setting: Setting, *, channel: str = "", ms: float = 1000.0
) -> Exchange:
    """All pieces of a channel come at once, `ms` after its last: a parser collected them.

    The channel is reasoning, content or tool; without a word, the one that begins last.
    """
    span = _channel(exchange, setting, channel)
    if span is None:
        return exchange
    start, end = span
    late = time_at(exchange, end - 1) + ms
    found: list[tuple[int, float]] = []
    for offset, at in (*arrivals(exchange), (start, time_at(exchange, start))):
        found.append((offset, late if start <= offset < end else at + ms * (offset >= end)))
    return replace(exchange, arrivals=tuple(sorted(dict(found).items())))


def _channel(exchange: Exchange, setting: Setting, channel: str) -> tuple[int, int] | None:
    """The span from the first to the last event of a channel."""
    found = transcript(exchange, setting)
    events = [
        [event for *_, trace in found.parts(*kinds) for event, _, text in trace.each() if text]
        for name, kinds in CHANNELS.items()
        if channel in ("", name)
    ]
    last = max((each for each in events if each), key=min, default=[])
    return (found.span(min(last))[0], found.span(max(last))[1]) if last else None


_ONLY_DATA = ("framing/only-data-lines",)
_ALIVE = 15_000.0
"""Milliseconds between two keep-alives, as the standard advises."""


@fault(
    Breaks(("timing/first-token-within-a-minute",)),
    chat=Breaks(("timing/first-token-within-a-minute",), perhaps=_ONLY_DATA),
)
def late_token(exchange: Exchange, setting: Setting, *, ms: float = 61_000.0) -> Exchange:
    """Comments keep the connection alive for a minute before anything of the answer comes."""
    said = _channel(exchange, setting, "") if sse_events(exchange) else None
    return exchange if said is None else _kept_alive(exchange, 0, ms)


@fault(
    Breaks(("timing/no-long-stall",), perhaps=("timing/first-token-within-a-minute",)),
    chat=Breaks(
        ("timing/no-long-stall",),
        perhaps=("timing/first-token-within-a-minute", *_ONLY_DATA),
    ),
)
def comments_in_stall(
    exchange: Exchange, _: Setting, *, after: float = 0.5, ms: float = 61_000.0
) -> Exchange:
    """The answer stalls while comments keep the connection; who counts them waits for ever."""
    wanted = after * len(exchange.body)
    starts = [event.start for event in sse_events(exchange)][1:]
    at = min(starts, key=lambda start: abs(start - wanted), default=0)
    return _kept_alive(exchange, at, ms) if at else exchange


def _kept_alive(exchange: Exchange, offset: int, ms: float) -> Exchange:
    """A wait at an offset, with a comment in a segment of its own for every fifteen seconds."""
    comment = b": keep-alive" + newline(exchange) * 2
    count, began = int(ms // _ALIVE), time_at(exchange, offset)
    spoiled = spliced(delayed(exchange, offset, ms), [(offset, offset, comment * count)])
    alive = {offset + n * len(comment): began + n * _ALIVE for n in range(count)}
    goes_on = {offset + count * len(comment): began + ms}
    times = dict(arrivals(spoiled)) | alive | goes_on
    return replace(spoiled, arrivals=tuple(sorted(times.items())))
