"""The transcript: an exchange understood. Events, chunks, message, ending; immutable.

Everything that rules may ask of a stream is here, computed once. It holds no verdicts.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from streamgauge.delta import Delta, Kind
from streamgauge.dialects.dialect import Asked, Dialect, Facts
from streamgauge.exchange import Exchange
from streamgauge.message import Ending, Part
from streamgauge.transcript.aggregate import Folded
from streamgauge.transcript.building import Trace
from streamgauge.transcript.chunk import Chunk
from streamgauge.wire.event import Event
from streamgauge.wire.framing import Framing


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """One exchange, read.

    `streamed` is False for a body that is one document. `asked` is what the request wanted, None
    where no request is known. `events` counts everything framed, dispatched or not; `silent` are
    the events that dispatched nothing.
    """

    exchange: Exchange
    dialect: Dialect
    facts: Facts
    framing: Framing
    streamed: bool
    asked: Asked | None
    chunks: tuple[Chunk, ...]
    silent: tuple[Event, ...]
    events: int
    folded: Folded
    ending: Ending

    def deltas(self) -> Iterator[tuple[Chunk, Delta]]:
        """Every delta with its chunk; look-alikes are not repeated."""
        for chunk in self.chunks:
            for delta in chunk.deltas:
                yield chunk, delta

    def parts(self, *kinds: Kind) -> Iterator[tuple[int, int, Part, Trace]]:
        """(choice, position, part, trace) of the parts of some kinds, or of all."""
        for choice in self.folded.message.choices:
            for position, part in enumerate(choice.parts):
                if not kinds or part.kind in kinds:
                    yield choice.index, position, part, self.folded.traces[choice.index, position]

    @cached_property
    def bounds(self) -> array[int]:
        """The start offset of every event and, last, the length of the body."""
        starts = array("q", [0]) * (self.events + 1)
        for event in self.silent:
            starts[event.index] = event.start
        for chunk in self.chunks:
            first = chunk.event.index
            starts[first] = chunk.event.start
            if chunk.run is not None:
                starts[first + 1 : first + 1 + len(chunk.run)] = chunk.run.bounds[:-1]
        starts[self.events] = len(self.exchange.body)
        return starts

    def span(self, event: int) -> tuple[int, int]:
        """The byte span of an event, by its index."""
        if not 0 <= event < self.events:
            return (0, len(self.exchange.body))
        return self.bounds[event], self.bounds[event + 1]

    @cached_property
    def dispatched(self) -> int:
        """How many events were dispatched."""
        return self.events - len(self.silent)

    @cached_property
    def chunk_count(self) -> int:
        """How many chunks there are, look-alikes counted, the sentinel not."""
        return sum(chunk.count for chunk in self.chunks if chunk.value is not None)

    def arrival(self, offset: int) -> float | None:
        """When the byte at `offset` arrived, in milliseconds since the request, if known."""
        arrivals = self.exchange.arrivals
        if not arrivals:
            return None
        found: float | None = None
        for start, at in arrivals:
            if start > offset:
                break
            found = at
        return found
