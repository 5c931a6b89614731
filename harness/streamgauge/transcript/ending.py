"""How a stream ended: five words, by precedence, never repaired.

`not-a-stream` · `error-terminated` (an error, and no successful end after it; a sentinel does not
heal it) · `truncated` (the dialect's end was not reached) · `malformed` (the end was reached, but
something dispatched could not be read) · `complete`.
"""

from __future__ import annotations

from collections.abc import Sequence

from streamgauge.dialects.dialect import Dialect, EndRule
from streamgauge.message import Ending
from streamgauge.transcript.aggregate import Folded
from streamgauge.transcript.chunk import Chunk, State


def ending(folded: Folded, chunks: Sequence[Chunk], dialect: Dialect) -> Ending:
    """The ending of a body that was framed as a stream."""
    end = reached_at(folded, dialect)
    if folded.failures:
        healed = _success_after(folded, folded.failures[-1].event, dialect)
        if not healed:
            return Ending.ERROR_TERMINATED
    if end is None:
        return Ending.TRUNCATED
    if any(chunk.state is State.UNREADABLE for chunk in chunks):
        return Ending.MALFORMED
    return Ending.COMPLETE


def reached_at(folded: Folded, dialect: Dialect) -> int | None:
    """The event with which the dialect's end was reached, or None."""
    markers = [event for ended, event in folded.ended if not ended.sentinel]
    if dialect.end is EndRule.MARKER:
        return markers[0] if markers else None
    if dialect.end is EndRule.STOPS_OR_SENTINEL:
        markers += [event for ended, event in folded.ended if ended.sentinel]
    stopped = {stop.choice: stop.event for stop in folded.stops}
    seen = {choice.index for choice in folded.message.choices}
    if seen and seen <= stopped.keys():
        markers.append(max(stopped.values()))
    return min(markers) if markers else None


def _success_after(folded: Folded, event: int, dialect: Dialect) -> bool:
    """Whether a successful end of the dialect came after an error."""
    if dialect.end is EndRule.MARKER:
        return any(at > event and not ended.sentinel for ended, at in folded.ended)
    return any(stop.event > event and stop.reason != "error" for stop in folded.stops)
