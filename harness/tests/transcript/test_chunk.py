"""A chunk stands for itself and for the look-alikes behind it."""

from __future__ import annotations

from array import array

from streamgauge.transcript.chunk import Chunk, State
from streamgauge.wire.event import Event
from streamgauge.wire.template import Run

EVENT = Event(3, 10, 20, None, b"{}", True, 12)


def test_a_chunk_alone_is_one() -> None:
    chunk = Chunk(EVENT, State.JSON, {}, (), (), None)
    assert (chunk.count, chunk.last_event, chunk.end) == (1, 3, 20)


def test_a_chunk_with_a_run_is_all_of_them() -> None:
    run = Run(4, array("q", [20, 30, 41]), ("/a",), ([b"x", b"y"],))
    chunk = Chunk(EVENT, State.JSON, {}, (), (), run)
    assert (chunk.count, chunk.last_event, chunk.end) == (3, 5, 41)
