"""When and where the pieces of an answer arrived. It measures nothing itself and judges nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from streamgauge.delta import Kind
from streamgauge.transcript.building import Piece
from streamgauge.transcript.chunk import Chunk, State
from streamgauge.transcript.transcript import Transcript

_KEEPALIVES = frozenset(("ping", "keepalive"))


class Gap(NamedTuple):
    """Milliseconds of silence, and the event that broke it."""

    lasted: float
    event: int


class Moment(NamedTuple):
    """When a piece was whole, in milliseconds, and its event."""

    at: float
    event: int


class Spread(NamedTuple):
    """How the pieces of an answer lie in time: the milliseconds of the first and the last."""

    pieces: int
    first: float
    last: float
    event: int


def event_at(transcript: Transcript, offset: int) -> int:
    """The event that holds the byte at an offset; the last one for an offset behind it."""
    return min(bisect_right(transcript.bounds, offset), transcript.events) - 1


def own_error(transcript: Transcript) -> float:
    """How many milliseconds off a stamp of the tool may be; 0 where nobody measured it."""
    return transcript.exchange.own_error_ms or 0.0


def moments(transcript: Transcript, *kinds: Kind) -> list[Moment]:
    """When each piece of parts of some kinds, or of all, was whole; in the order of events."""
    arrivals = transcript.exchange.arrivals or ()
    starts = [offset for offset, _ in arrivals]
    bounds = transcript.bounds
    events = sorted(
        event
        for *_, trace in transcript.parts(*kinds)
        for piece in trace.pieces
        if piece.text
        for event in range(piece.event, _last(piece) + 1)
    )
    return [
        Moment(arrivals[max(0, bisect_right(starts, bounds[event + 1] - 1) - 1)][1], event)
        for event in events
    ]


def spread(transcript: Transcript, *kinds: Kind) -> Spread | None:
    """How the pieces of parts of some kinds, or of all, lie in time; None where there are none."""
    pieces = [
        piece for *_, trace in transcript.parts(*kinds) for piece in trace.pieces if piece.text
    ]
    if not pieces:
        return None
    first = min(piece.event for piece in pieces)
    last = max(_last(piece) for piece in pieces)
    count = sum(1 if piece.run is None else len(piece.run) for piece in pieces)
    began = transcript.arrival(transcript.span(first)[1] - 1)
    ended = transcript.arrival(transcript.span(last)[1] - 1)
    if began is None or ended is None:
        return None
    return Spread(count, began, ended, first)


def _last(piece: Piece) -> int:
    return piece.event if piece.run is None else piece.run.first + len(piece.run) - 1


def silences(transcript: Transcript) -> Iterator[Gap]:
    """The time before each segment, from the request on; none where the body is empty."""
    before = 0.0
    arrivals = transcript.exchange.arrivals if transcript.events else None
    for offset, at in arrivals or ():
        yield Gap(at - before, event_at(transcript, offset))
        before = at


def stalls(transcript: Transcript) -> Iterator[Gap]:
    """The time before each event that says something, from the first one on.

    Comments and pings say nothing. The last gap is the one up to the end of the body.
    """
    arrivals = transcript.exchange.arrivals or ()
    starts = [offset for offset, _ in arrivals]
    before: float | None = None
    for event, end in _said(transcript):
        at = arrivals[max(0, bisect_right(starts, end - 1) - 1)][1]
        if before is not None:
            yield Gap(at - before, event)
        before = at
    if before is not None:
        yield Gap(arrivals[-1][1] - before, transcript.events - 1)


def _said(transcript: Transcript) -> Iterator[tuple[int, int]]:
    """(index, end offset) of every dispatched event that is no keep-alive."""
    for chunk in transcript.chunks:
        if chunk.state is State.JSON and _is_keepalive(chunk):
            continue
        yield chunk.event.index, chunk.event.end
        if chunk.run is not None:
            yield from enumerate(chunk.run.bounds[1:], chunk.run.first)


def _is_keepalive(chunk: Chunk) -> bool:
    return isinstance(chunk.value, dict) and chunk.value.get("type") in _KEEPALIVES
