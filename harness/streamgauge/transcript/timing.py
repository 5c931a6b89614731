"""When things arrived: first token by channel, whole duration, the longest gap, in milliseconds.

Looked up by byte offset in the recorded arrivals; nothing is measured here. Unknown arrivals give
None, never zero.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from streamgauge.delta import Kind
from streamgauge.transcript.transcript import Transcript

_CHANNELS = {
    "reasoning": (Kind.REASONING,),
    "content": (Kind.TEXT, Kind.REFUSAL),
    "tool": (Kind.TOOL_CALL, Kind.SERVER_TOOL_CALL),
}


def timings(transcript: Transcript) -> dict[str, Any] | None:
    """The record's `timings`; None where arrivals are unknown."""
    arrivals = transcript.exchange.arrivals
    if not arrivals:
        return None
    first = {channel: first_token(transcript, *kinds) for channel, kinds in _CHANNELS.items()}
    seen = [at for at in first.values() if at is not None]
    times = [at for _, at in arrivals]
    gaps = [after - before for before, after in pairwise(times)]
    return {
        "first_ms": {"any": min(seen) if seen else None, **first},
        "total_ms": times[-1],
        "max_gap_ms": max(gaps) if gaps else None,
        "own_error_ms": None,
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
