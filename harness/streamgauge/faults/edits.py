"""The edits that faults are made of: where events end, and bodies cut with their arrivals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from streamgauge.exchange import Close, Exchange
from streamgauge.faults.fault import Setting
from streamgauge.transcript.transcribe import transcribe
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.framing import detect

Arrivals = tuple[tuple[int, float], ...]


def transcript(exchange: Exchange, setting: Setting) -> Transcript:
    """The exchange, understood."""
    framing = detect(exchange.body, exchange.head.content_type)
    return transcribe(exchange, setting.dialect, setting.facts, framing)


def boundary(exchange: Exchange, setting: Setting, after: float) -> int:
    """The offset between two events that is nearest to the share `after` (0 to 1) of the body.

    The end of the body where it has one event alone.
    """
    inner = transcript(exchange, setting).bounds[1:-1]
    wanted = after * len(exchange.body)
    return min(inner, key=lambda offset: abs(offset - wanted), default=len(exchange.body))


def arrivals(exchange: Exchange) -> Arrivals:
    """The arrivals, the first at 0; of a body without any, all of it at once."""
    known = exchange.arrivals or ((0, 0.0),)
    return ((0, known[0][1]), *known[1:])


def segments(exchange: Exchange) -> Iterator[tuple[int, int, float]]:
    """(start, end, milliseconds) of every segment."""
    known = arrivals(exchange)
    for (start, at), (end, _) in pairwise((*known, (len(exchange.body), 0.0))):
        yield start, end, at


def time_at(exchange: Exchange, offset: int) -> float:
    """When the byte at an offset arrives; of the end of the body, when its last byte does."""
    return max(at for start, at in arrivals(exchange) if start <= max(0, offset))


def delayed(exchange: Exchange, offset: int, ms: float) -> Exchange:
    """Everything from an offset on comes later; a segment that holds the offset is cut there."""
    before = [(start, at) for start, at in arrivals(exchange) if start < offset]
    behind = [(start, at + ms) for start, at in arrivals(exchange) if start > offset]
    here = (offset, time_at(exchange, offset) + ms)
    return replace(exchange, arrivals=(*before, here, *behind))


def cut(exchange: Exchange, end: int, close: Close) -> Exchange:
    """The body up to an offset, and then this close."""
    kept = tuple((start, at) for start, at in arrivals(exchange) if start < end)
    return replace(exchange, body=exchange.body[:end], arrivals=kept, close=close)


def extended(exchange: Exchange, data: bytes, ms: float = 0.0) -> Exchange:
    """The body with more behind it, in a segment of its own."""
    here = (len(exchange.body), arrivals(exchange)[-1][1] + ms)
    return replace(exchange, body=exchange.body + data, arrivals=(*arrivals(exchange), here))
