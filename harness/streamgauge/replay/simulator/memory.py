"""What a provider remembers of its answers: the signatures that it gave, and what they stand for.

It must never remember without bound.
"""

from __future__ import annotations

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Dialect, Facts
from streamgauge.history import Issued
from streamgauge.message import Message
from streamgauge.transcript.aggregate import Aggregator
from streamgauge.transcript.chunk import Chunk, State
from streamgauge.wire.event import Event

_MOST = 20_000


class Memory:
    """The signatures of one run, the oldest forgotten first."""

    def __init__(self) -> None:
        """Nothing signed yet."""
        self._signed: dict[object, str] = {}

    @property
    def issued(self) -> Issued:
        """What must come back unchanged."""
        return Issued(signed=self._signed)

    def keep(self, told: object, dialect: Dialect, facts: Facts) -> None:
        """Remember the signatures of an answer, given as the JSON that is not streamed."""
        for choice in read(told, dialect, facts).choices:
            for part in choice.parts:
                if isinstance(part.signature, str):
                    thought = part.content if part.kind is Kind.REASONING else ""
                    self._signed[part.signature] = thought
        while len(self._signed) > _MOST:
            del self._signed[next(iter(self._signed))]


def read(told: object, dialect: Dialect, facts: Facts) -> Message:
    """The message of an answer that is not streamed."""
    aggregator = Aggregator(dialect, facts)
    event = Event(0, 0, 0, None, b"", True, 0)
    deltas = tuple(dialect.document(told))
    aggregator.fold(Chunk(event, State.JSON, told, deltas, (), None))
    return aggregator.finish().message
