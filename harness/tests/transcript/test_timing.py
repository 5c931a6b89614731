"""When things arrived: by byte offset, in milliseconds, never measured and never made up."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import Any

from streamgauge.delta import Kind
from streamgauge.transcript.timing import first_token, timeline, timings
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
    transcript = read(b"".join(events), arrivals=arrivals, own_error_ms=3.5)
    found = timings(transcript)
    assert found is not None
    del found["timeline"]
    assert found == {
        "first_ms": {"any": 20.0, "reasoning": 20.0, "content": 25.0, "tool": 100.0},
        "total_ms": 100.0,
        "max_gap_ms": 75.0,
        "own_error_ms": 3.5,
    }


def test_unknown_arrivals_have_no_times(read: Read, body: Any, chunk: Any) -> None:
    transcript = read(body(chunk({"content": "a"})))
    assert timings(transcript) is None
    assert first_token(transcript, Kind.TEXT) is None


def test_one_piece_has_no_gap_and_silence_no_first_token(read: Read, body: Any, chunk: Any) -> None:
    found = timings(read(body(chunk({})), arrivals=((0, 5.0),)))
    assert found is not None
    assert (found["max_gap_ms"], found["first_ms"]["any"], found["total_ms"]) == (None, None, 5.0)


# The timeline.


def at(size: int, *times: float) -> tuple[tuple[int, float], ...]:
    """A segment of `size` bytes at each of the times."""
    return tuple((size * n, time) for n, time in enumerate(times))


def test_a_short_stream_has_a_stretch_for_each_segment(read: Read, body: Any, chunk: Any) -> None:
    events = [
        body(chunk({"role": "assistant"})),
        body(chunk({"reasoning": "h"}), chunk({"content": "a"})),
    ]
    whole = b"".join(events)
    arrivals = ((0, 10.0), (len(events[0]), 20.123), (len(whole), 30.0))
    assert timeline(read(whole, arrivals=arrivals)) == [
        [10.0, 10.0, len(events[0]), 1, None],
        [20.12, 20.12, len(whole), 1, "reasoning"],
        [30.0, 30.0, len(whole), 1, None],
    ]


def test_a_stretch_has_the_channel_of_most_of_its_pieces(read: Read, body: Any, chunk: Any) -> None:
    said = body(chunk({"reasoning": "h"}), *(chunk({"content": letter}) for letter in "abc"))
    ((_, _, _, _, channel),) = timeline(read(said, arrivals=((0, 1.0),)))
    assert channel == "content"


def test_a_piece_counts_where_its_last_byte_is(read: Read, body: Any, chunk: Any) -> None:
    said = body(chunk({"content": "a"}))
    arrivals = ((0, 1.0), (len(said) - 1, 2.0))
    channels = [row[4] for row in timeline(read(said, arrivals=arrivals))]
    assert channels == [None, "content"]


def test_a_long_stream_keeps_its_longest_gaps(read: Read, body: Any, chunk: Any) -> None:
    one = body(chunk({"content": "a"}))
    times = [10.0 * n + (500 if n > 700 else 0) + (900 if n > 1234 else 0) for n in range(3000)]
    found = timeline(read(one * 3000, arrivals=at(len(one), *times)))
    assert len(found) <= 64
    assert {*range(125, 3000, 125)} <= {*accumulate(row[3] for row in found)}
    gaps = {after[0] - before[1] for before, after in pairwise(found)}
    assert {510.0, 910.0} <= gaps
    assert sum(row[3] for row in found) == 3000
    assert (found[0][0], found[-1][1], found[-1][2]) == (times[0], times[-1], 3000 * len(one))
    assert {row[4] for row in found} == {"content"}


def test_look_alikes_and_exact_reading_have_one_timeline(read: Read, body: Any, chunk: Any) -> None:
    one = body(chunk({"content": "a"}))
    arrivals = at(len(one), *(3.0 * n for n in range(200)))
    fast, exact = (read(one * 200, arrivals=arrivals, exact=exact) for exact in (False, True))
    assert timeline(fast) == timeline(exact)
