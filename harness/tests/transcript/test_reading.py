"""Bodies to chunks: exactly, by template, and by whom an event is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.delta import (
    Append,
    Assign,
    Delta,
    Ended,
    Failure,
    Fragment,
    Identity,
    Kind,
    Role,
    Stop,
    Usage,
)
from streamgauge.dialects.catalogue import named
from streamgauge.transcript.chunk import State
from streamgauge.transcript.reading import Reading, read_events, read_sse, varying_pointer
from streamgauge.wire import json_lines
from streamgauge.wire.event import DEFAULT_LIMITS, Limits
from streamgauge.wire.payload import Flaw

CHAT = named("openai-chat")
PAYLOADS: dict[str, tuple[bytes, State, tuple[Flaw, ...]]] = {
    "json": (b'{"choices":[]}', State.JSON, ()),
    "json with a flaw": (b'{"a":1,"a":2}', State.JSON, (Flaw.DUPLICATE_KEY,)),
    "the sentinel": (b"[DONE]", State.SENTINEL, ()),
    "the sentinel with white space": (b"[DONE] ", State.SENTINEL, ()),
    "another word": (b"DONE", State.UNREADABLE, (Flaw.NOT_JSON,)),
    "the sentinel in small letters": (b"[done]", State.UNREADABLE, (Flaw.NOT_JSON,)),
    "the sentinel as text": (b'"[DONE]"', State.JSON, ()),
    "nothing": (b"", State.UNREADABLE, (Flaw.EMPTY,)),
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_is_json_the_sentinel_or_unreadable(name: str) -> None:
    data, state, flaws = PAYLOADS[name]
    reading = read_sse(b"data: " + data + b"\n\n", CHAT)
    (chunk,) = reading.chunks
    assert (chunk.state, tuple(flaw for flaw, _ in chunk.flaws)) == (state, flaws)
    assert (chunk.deltas == (Ended("[DONE]", sentinel=True),)) == (state is State.SENTINEL)


def test_events_that_dispatch_nothing_are_kept_apart() -> None:
    reading = read_sse(b": a\n\ndata: {}\n\n: b\n\ndata: {", CHAT)
    assert [event.index for event in reading.silent] == [0, 2, 3]
    assert [chunk.event.index for chunk in reading.chunks] == [1]
    assert reading.events == 4


def test_events_of_another_framing_are_read_one_by_one() -> None:
    reading = read_events(json_lines.events(b'{"choices":[]}\n\n{'), CHAT)
    assert [chunk.state for chunk in reading.chunks][:1] == [State.JSON]
    assert reading.events == len(reading.chunks) + len(reading.silent)


TEXT = Append(0, None, Kind.TEXT, "a", "/t")
PIECE = Fragment(0, 0, None, None, "a", "/f")
VARYING: dict[str, tuple[list[Delta], str | None]] = {
    "one text": ([TEXT], "/t"),
    "one piece of arguments": ([PIECE], "/f"),
    "a blank id and name": ([PIECE._replace(id="", name="")], "/f"),
    "with what does not matter": ([Identity("i", "m"), Role(0, "a", "/r"), TEXT], "/t"),
    "usage, of which the last counts": ([TEXT, Usage({}, "/u")], None),
    "nothing": ([], None),
    "an empty text": ([TEXT._replace(text="")], None),
    "an empty text beside another": ([TEXT._replace(text=""), TEXT], None),
    "two texts": ([TEXT, TEXT], None),
    "a text and arguments": ([TEXT, PIECE], None),
    "a header of a call": ([PIECE._replace(id="c")], None),
    "a name of a call": ([PIECE._replace(name="f")], None),
    "opaque members": ([PIECE._replace(extra={"a": 1})], None),
    "arguments as a value": ([PIECE._replace(arguments={})], None),
    "no arguments": ([PIECE._replace(arguments=None)], None),
    "a signature": ([TEXT, Assign(0, None, Kind.TEXT, "signature", "s", "/s")], None),
    "a finish reason": ([TEXT, Stop(0, "stop", "stop", "/s")], None),
    "an error": ([TEXT, Failure(None, None, None, {}, "/e")], None),
    "an end": ([TEXT, Ended("x")], None),
}


@pytest.mark.parametrize("name", VARYING)
def test_a_look_alike_says_one_text_and_nothing_that_counts_twice(name: str) -> None:
    deltas, pointer = VARYING[name]
    assert varying_pointer(tuple(deltas)) == pointer


def counts(reading: Reading) -> list[int]:
    return [chunk.count for chunk in reading.chunks]


def test_two_of_a_shape_make_a_run_of_the_rest(body: Any, chunk: Any) -> None:
    sent = body(*(chunk({"content": "a"}) for _ in range(10)))
    assert counts(read_sse(sent, CHAT)) == [1, 9]
    assert counts(read_sse(sent, CHAT, exact=True)) == [1] * 10


def test_a_body_that_is_not_utf8_is_read_exactly(body: Any, chunk: Any) -> None:
    sent = body(*(chunk({"content": "a"}) for _ in range(10)))
    assert counts(read_sse(sent + b": \xff\n\n", CHAT)) == [1] * 10


def test_forms_that_take_turns_each_keep_their_template(body: Any, chunk: Any) -> None:
    pairs = [chunk({"content": "a"}, index=n // 2 % 2) for n in range(40)]
    reading = read_sse(body(*pairs), CHAT)
    # Each look-alike of a known form is at least matched; none is cut anew.
    assert sum(counts(reading)) == 40
    assert len(reading.chunks) < 40


def test_flaws_are_never_hidden_by_a_template() -> None:
    flawed = b'data: {"choices":[{"delta":{"content":"a"}}],"x":1,"x":2}\n\n'
    reading = read_sse(flawed * 5, CHAT)
    assert [len(chunk.flaws) for chunk in reading.chunks] == [1] * 5


LIMITS: dict[str, tuple[Callable[[int], Limits], list[bool]]] = {
    # Whether each event of six is read; the fourth is longer than the others.
    "none is near": (lambda _: DEFAULT_LIMITS, [True] * 6),
    "a line that is too long": (
        lambda size: Limits(line=size + 3),
        [True, True, True, False, True, True],
    ),
    "an event that is too large": (
        lambda size: Limits(event=size + 3),
        [True, True, True, False, True, True],
    ),
    "a stream that is too large by its last event": (
        lambda size: Limits(stream=6 * size + 18),
        [True] * 5 + [False],
    ),
    "a stream that is too large": (lambda size: Limits(stream=3 * size), [True, True, True]),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_hold_for_look_alikes_too(name: str, body: Any, chunk: Any) -> None:
    make, read = LIMITS[name]
    texts = ["a", "a", "a", "a" * 20, "a", "a"]
    sent = body(*(chunk({"content": text}) for text in texts))
    limits = make(len(body(chunk({"content": "a"}))))
    fast, exact = (read_sse(sent, CHAT, exact=one, limits=limits) for one in (False, True))
    seen = [event in _spoken(fast) for event in range(len(read))]
    assert seen == read
    assert _spoken(fast) == _spoken(exact)
    assert (fast.events, fast.silent) == (exact.events, exact.silent)


def _spoken(reading: Reading) -> set[int]:
    """The events whose payload was read as JSON."""
    chunks = [chunk for chunk in reading.chunks if chunk.state is State.JSON]
    return {event for chunk in chunks for event in range(chunk.event.index, chunk.last_event + 1)}
