"""When things arrived: by byte offset, in milliseconds, never measured and never made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamgauge.delta import Kind
from streamgauge.transcript.timing import first_token, timings
from streamgauge.transcript.transcript import Transcript

Read = Callable[..., Transcript]


def test_the_first_token_of_each_channel_is_its_event_s_last_byte(
    read: Read, body: Any, chunk: Any
) -> None:
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}}
    deltas = [{"role": "assistant"}, {"reasoning": "h"}, {"content": "a"}, {"tool_calls": [call]}]
    events = [body(chunk(delta)) for delta in deltas]
    ends = [sum(map(len, events[: at + 1])) for at in range(4)]
    # The thought's event arrives in two pieces; it is whole with the second.
    arrivals = ((0, 10.0), (ends[1] - 1, 20.0), (ends[1], 25.0), (ends[2], 100.0))
    transcript = read(b"".join(events), arrivals=arrivals)
    assert timings(transcript) == {
        "first_ms": {"any": 20.0, "reasoning": 20.0, "content": 25.0, "tool": 100.0},
        "total_ms": 100.0,
        "max_gap_ms": 75.0,
        "own_error_ms": None,
    }


def test_unknown_arrivals_have_no_times(read: Read, body: Any, chunk: Any) -> None:
    transcript = read(body(chunk({"content": "a"})))
    assert timings(transcript) is None
    assert first_token(transcript, Kind.TEXT) is None


def test_one_piece_has_no_gap_and_silence_no_first_token(read: Read, body: Any, chunk: Any) -> None:
    found = timings(read(body(chunk({})), arrivals=((0, 5.0),)))
    assert found is not None
    assert (found["max_gap_ms"], found["first_ms"]["any"], found["total_ms"]) == (None, None, 5.0)
