"""When things arrived: first token by channel, whole duration, the longest gap, in milliseconds.

Looked up by byte offset in the recorded arrivals; nothing is measured here. Unknown arrivals give
None, never zero.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from streamgauge.delta import Kind
from streamgauge.transcript.transcript import Transcript

CHANNELS: Mapping[str, tuple[Kind, ...]] = {
    "reasoning": (Kind.REASONING,),
    "content": (Kind.TEXT, Kind.REFUSAL),
    "tool": (Kind.TOOL_CALL, Kind.SERVER_TOOL_CALL),
}
"""The channels of an answer, and the kinds of parts that come through each."""


def timings(transcript: Transcript) -> dict[str, Any] | None:
    """The record's `timings`; None where arrivals are unknown."""
    arrivals = transcript.exchange.arrivals
    own_error = transcript.exchange.own_error_ms
    if not arrivals:
        return None
    first = {channel: first_token(transcript, *kinds) for channel, kinds in CHANNELS.items()}
    seen = [at for at in first.values() if at is not None]
    times = [at for _, at in arrivals]
    gaps = [after - before for before, after in pairwise(times)]
    return {
        "first_ms": {"any": min(seen) if seen else None, **first},
        "total_ms": times[-1],
        "max_gap_ms": round(max(gaps), 3) if gaps else None,
        "own_error_ms": None if own_error is None else round(own_error, 3),
        "timeline": timeline(transcript),
    }


def first_token(transcript: Transcript, *kinds: Kind) -> float | None:
    """When the event with the first piece of a part of these kinds was whole, in milliseconds."""
    events = [
        trace.first_event
        for _, _, _, trace in transcript.parts(*kinds)
        if trace.first_event is not None
    ]
    if not events:
        return None
    _, end = transcript.span(min(events))
    return transcript.arrival(end - 1)


_MOST = 64
"""Stretches of a timeline: enough for a picture, little enough for thousands of streams."""
_LONGEST = 40
"""Borders of stretches at the longest gaps; the rest are spread evenly."""


def timeline(transcript: Transcript) -> list[list[object]]:
    """The body in at most 64 stretches of segments, for a picture of how it arrived.

    Each is [first ms, last ms, offset at which it ends, segments, channel of most of its pieces or
    None]. Up to 64 segments are a stretch each. Of more, borders stand at the longest gaps, so that
    these are true to the millisecond.
    """
    arrivals = transcript.exchange.arrivals or ()
    spoken = sorted(_spoken(transcript))
    ends = [offset for offset, _ in spoken]
    rows: list[list[object]] = []
    for first, after in pairwise([*_borders(arrivals), len(arrivals)]):
        size = len(transcript.exchange.body)
        end = arrivals[after][0] if after < len(arrivals) else size
        here = spoken[bisect_left(ends, arrivals[first][0] + 1) : bisect_left(ends, end + 1)]
        said = Counter(channel for _, channel in here).most_common(1)
        times = (round(arrivals[first][1], 2), round(arrivals[after - 1][1], 2))
        rows.append([*times, end, after - first, said[0][0] if said else None])
    return rows


def _borders(arrivals: Sequence[tuple[int, float]]) -> list[int]:
    """The segments with which stretches begin."""
    count = len(arrivals)
    if count <= _MOST:
        return list(range(count))
    by_gap = sorted(range(1, count), key=lambda at: arrivals[at - 1][1] - arrivals[at][1])
    evenly = _MOST - _LONGEST
    return sorted({*by_gap[:_LONGEST], *(at * count // evenly for at in range(evenly))})


def _spoken(transcript: Transcript) -> Iterator[tuple[int, str]]:
    """(end offset of its event, channel) of every piece."""
    bounds = transcript.bounds
    for channel, kinds in CHANNELS.items():
        for _, _, _, trace in transcript.parts(*kinds):
            for piece in trace.pieces:
                ends = (bounds[piece.event + 1],) if piece.run is None else piece.run.bounds[1:]
                yield from ((end, channel) for end in ends)
