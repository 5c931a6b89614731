"""The transcript: an exchange understood. Events, chunks, message, ending; immutable.

Everything that rules may ask of a stream is here, computed once. It holds no verdicts.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from streamgauge.delta import Delta, Kind
from streamgauge.dialects.dialect import Dialect, Facts
from streamgauge.exchange import Exchange
from streamgauge.message import Ending, Part
from streamgauge.prompt import Asked, Turn
from streamgauge.transcript.aggregate import Folded
from streamgauge.transcript.building import Trace
from streamgauge.transcript.chunk import Chunk
from streamgauge.wire.event import Event
from streamgauge.wire.framing import Framing
from streamgauge.wire.json_spans import locate
from streamgauge.wire.payload import parse


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
    def turns(self) -> tuple[Turn, ...]:
        """The conversation that the request held; empty where no request is known."""
        request = self.exchange.request
        payload = parse(request.body) if request is not None and request.body.strip() else None
        return () if payload is None else self.dialect.turns(payload.value)

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

    def evidence_span(self, event: int, pointer: str | None) -> tuple[int, int]:
        """The bytes of the value that a JSON pointer names in an event, else of the whole event."""
        start, end = self.span(event)
        if not pointer:
            return start, end
        payload = self._payload(event)
        if payload is None:
            return start, end
        data, shift = payload
        found = locate(data, {pointer}).get(pointer)
        return (start, end) if found is None else (found[0] + shift, found[1] + shift)

    def _payload(self, event: int) -> tuple[bytes, int] | None:
        """An event's payload and its offset in the body, where it stands there in one piece."""
        at = bisect_right(self._firsts, event) - 1
        if at < 0 or event > self.chunks[at].last_event:
            return None
        first = self.chunks[at].event
        if first.data_start < 0 or first.data is None:
            return None
        if event == first.index:
            return first.data, first.data_start
        # Look-alikes have the same bytes before the payload, and it stands on one line.
        start, end = self.span(event)
        offset = start + first.data_start - first.start
        return re.split(rb"[\r\n]", self.exchange.body[offset:end], maxsplit=1)[0], offset

    @cached_property
    def _firsts(self) -> list[int]:
        return [chunk.event.index for chunk in self.chunks]

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
        after = bisect_right(arrivals, offset, key=itemgetter(0))
        return arrivals[after - 1][1] if after else None
