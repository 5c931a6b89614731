"""Toxiproxy's toxics, by their names: what a bad network does to bytes it does not understand.

`reset-peer` is another name of `reset`, `slow-close` one of `stays-open`. Nothing here is random:
what a network would throw dice for is drawn from the content and a seed.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b

from streamgauge.exchange import Close, Exchange
from streamgauge.faults.edits import cut, delayed, place_to_cut, segments
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault

_CUT = ("ending/end-is-reached",)


@fault(Invisible("a network may be slow"))
def latency(exchange: Exchange, _: Setting, *, ms: float = 1000.0) -> Exchange:
    """Everything comes `ms` milliseconds later; the gaps between segments stay."""
    return delayed(exchange, 0, ms)


@fault(Invisible("a network need not be even"))
def jitter(exchange: Exchange, _: Setting, *, ms: float = 50.0, seed: int = 0) -> Exchange:
    """Each segment comes up to `ms` milliseconds later, and never before the one in front of it."""
    found: list[tuple[int, float]] = []
    for start, _end, at in segments(exchange):
        late = at + ms * _share(exchange, seed, start)
        found.append((start, max(late, found[-1][1]) if found else late))
    return replace(exchange, arrivals=tuple(found))


@fault(Invisible("a network may be narrow"))
def bandwidth(exchange: Exchange, _: Setting, *, rate: float = 10.0) -> Exchange:
    """No more than `rate` kilobytes pass in a second."""
    free = 0.0
    found: list[tuple[int, float]] = []
    for start, end, at in segments(exchange):
        free = max(at, free) + (end - start) / max(rate, 0.001)
        found.append((start, free))
    return replace(exchange, arrivals=tuple(found))


@fault(Breaks((), perhaps=("timing/segments-end-between-characters",)))
def slicer(
    exchange: Exchange,
    _: Setting,
    *,
    size: int = 16,
    spread: int = 8,
    ms: float = 1.0,
    seed: int = 0,
) -> Exchange:
    """Segments are cut into slices of `size` bytes, give or take `spread`, `ms` apart."""
    found: list[tuple[int, float]] = []
    for start, end, at in segments(exchange):
        begin = start
        while begin < end:
            found.append((begin, max(at, found[-1][1] + ms) if found else at))
            begin += max(1, round(size + spread * (2 * _share(exchange, seed, begin) - 1)))
    return replace(exchange, arrivals=tuple(found) or exchange.arrivals)


@fault(Breaks(_CUT))
def timeout(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """Nothing more gets through after the share `after` of the body, until the reader gives up."""
    end = place_to_cut(exchange, setting, after)
    return exchange if end == len(exchange.body) else cut(exchange, end, Close.TIMEOUT)


@fault(Breaks(_CUT, perhaps=("framing/last-event-is-terminated",)))
def limit_data(exchange: Exchange, _: Setting, *, size: int = 300) -> Exchange:
    """The connection closes (FIN) when `size` bytes of the body went through."""
    return exchange if size >= len(exchange.body) else cut(exchange, size, Close.EOF)


def _share(exchange: Exchange, seed: int, offset: int) -> float:
    """A number from 0 to 1 for a place of a body, always the same for both and the seed."""
    digest = blake2b(b"%d %d %d" % (seed, offset, len(exchange.body)), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 0xFFFFFFFF
