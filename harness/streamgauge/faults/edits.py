"""The edits that faults are made of: where events end, and bodies changed with their arrivals.

Bytes are edited here, whatever they say; events as values are edited by `events`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate, pairwise

from streamgauge.exchange import Close, Exchange
from streamgauge.faults.fault import Setting
from streamgauge.transcript.transcribe import transcribe
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire import sse
from streamgauge.wire.event import Event
from streamgauge.wire.framing import Framing, detect

Arrivals = tuple[tuple[int, float], ...]
Splice = tuple[int, int, bytes]
"""A span of the body and the bytes that come in its place."""

LINE_END = re.compile(rb"\r\n|\r|\n")


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


def place_to_cut(exchange: Exchange, setting: Setting, after: float) -> int:
    """The boundary nearest to the share `after` of the body at which nothing has ended yet.

    The end of the body where there is none: an answer that is told to be over is not cut.
    """
    found = transcript(exchange, setting)
    ends = [stop.event for stop in found.folded.stops] + [event for _, event in found.folded.ended]
    last = found.span(min(ends))[0] if ends else len(exchange.body)
    wanted = after * len(exchange.body)
    inner = [offset for offset in found.bounds[1:-1] if offset <= last]
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


def spliced(exchange: Exchange, edits: Iterable[Splice]) -> Exchange:
    """The body with other bytes in some spans, which are in order and do not overlap.

    What is put in front of a byte comes with that byte's segment; a segment that began inside a
    span begins behind the new bytes.
    """
    known = list(edits)
    body = bytearray()
    at = 0
    for start, end, new in known:
        body += exchange.body[at:start] + new
        at = end
    body += exchange.body[at:]
    times = _moved(arrivals(exchange), known, len(body)) if exchange.arrivals else exchange.arrivals
    return replace(exchange, body=bytes(body), arrivals=times)


def _moved(times: Arrivals, edits: list[Splice], size: int) -> Arrivals:
    """The arrivals at their new places; of several at one place the last one counts."""
    starts = [start for start, _, _ in edits]
    shifts = [0, *accumulate(len(new) - (end - start) for start, end, new in edits)]
    found: dict[int, float] = {}
    for offset, ms in times:
        # How many spans begin before it; the last of them may hold it.
        count = bisect_left(starts, offset)
        end = edits[count - 1][1] if count else 0
        found[max(offset, end) + shifts[count]] = ms
    return tuple((at, ms) for at, ms in found.items() if at < size or at == 0)


def sse_events(exchange: Exchange) -> tuple[Event, ...]:
    """The events of an event stream that a reader gets, in order; of another body, none."""
    if detect(exchange.body, exchange.head.content_type) is not Framing.SSE:
        return ()
    return tuple(event for event in sse.events(exchange.body) if event.dispatched)


def newline(exchange: Exchange) -> bytes:
    """How the first line of a body ends; LF where it has one line alone."""
    found = LINE_END.search(exchange.body)
    return b"\n" if found is None else found.group()


def with_line_ends(exchange: Exchange, ending: bytes) -> Exchange:
    """Every line of an event stream ends in `ending`; no segment is cut inside one any more."""
    if not sse_events(exchange):
        return exchange
    body = exchange.body
    whole = tuple((at, ms) for at, ms in arrivals(exchange) if body[at - 1 : at + 1] != b"\r\n")
    return spliced(
        replace(exchange, arrivals=whole if exchange.arrivals else exchange.arrivals),
        [(*found.span(), ending) for found in LINE_END.finditer(body) if found.group() != ending],
    )
