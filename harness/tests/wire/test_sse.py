"""The SSE decoder: spans tile, cutting changes nothing, limits hold, work is linear."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.wire import sse
from streamgauge.wire.event import DEFAULT_LIMITS, Event, Limits, Oddity

# Pieces that meet each other badly: endings, halves of marks and characters, fields, plain events.
NASTY = [
    *(b"\n", b"\r", b"\r\n", b"\n\n", b" ", b":", b"\0", b"\xef", b"\xbb\xbf", b"\xef\xbb\xbf"),
    *(b"\xe2\x80\xa6", b"\xe2\x80", b"\xff", b"\xe2\x80\xa8", b"data", b"data:", b"data: x"),
    *(b"event: a", b"event:", b"id: 1", b"id: \0", b"retry: 5", b": ping", b"nonsense", b"Data: 1"),
    *(b"data: {}\n\n", b"event: a\ndata: {}\n\n", b"data:{}\n\n", b"data: {}\r\n\r\n"),
]
bodies = st.lists(st.sampled_from(NASTY), max_size=14).map(b"".join)
small_limits = st.builds(
    Limits, line=st.integers(0, 12), event=st.integers(0, 24), stream=st.integers(0, 60)
)


def decoded(pieces: Iterable[bytes], limits: Limits = DEFAULT_LIMITS) -> list[Event]:
    decoder = sse.Decoder(limits)
    found = [event for piece in pieces for event in decoder.feed(piece)]
    return found + decoder.close()


def cut(body: bytes, sizes: Iterable[int]) -> list[bytes]:
    pieces, at = [], 0
    for size in itertools.cycle(sizes):
        if at >= len(body):
            break
        pieces.append(body[at : at + size])
        at += size
    return pieces


def assert_tiles(events: list[Event], size: int) -> None:
    edges = [0, *(event.end for event in events)]
    assert [event.start for event in events] == edges[:-1]
    assert edges[-1] == size
    assert all(event.start < event.end for event in events)
    assert [event.index for event in events] == list(range(len(events)))


@given(bodies)
def test_events_tile_the_body(body: bytes) -> None:
    assert_tiles(list(sse.events(body)), len(body))


@given(st.binary())
def test_any_bytes_become_events(body: bytes) -> None:
    assert_tiles(list(sse.events(body)), len(body))


@given(bodies, st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_no_cutting_changes_an_event(body: bytes, sizes: list[int]) -> None:
    assert decoded(cut(body, sizes)) == list(sse.events(body))


@given(bodies, small_limits, st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_no_cutting_changes_what_a_limit_does(
    body: bytes, limits: Limits, sizes: list[int]
) -> None:
    whole = list(sse.events(body, limits))
    assert_tiles(whole, len(body))
    assert decoded(cut(body, sizes), limits) == whole


PIECES = {
    "a mark in pieces before blank lines": (b"\xef\xbb\xbf\n\ndata: a\n\n", [1]),
    "a plain line behind a comment in the piece before": (b": a\ndata: b\n\n", [4, 9]),
    "two plain events in a later piece": (b"data: a\n\n" * 3, [9, 18]),
}


@pytest.mark.parametrize(("body", "sizes"), PIECES.values(), ids=PIECES)
def test_no_such_cutting_changes_an_event(body: bytes, sizes: list[int]) -> None:
    assert decoded(cut(body, sizes)) == list(sse.events(body))


@given(bodies)
def test_data_that_stands_in_one_piece_is_where_it_says(body: bytes) -> None:
    for event in sse.events(body):
        if event.data_start >= 0:
            assert event.data is not None
            assert body[event.data_start :].startswith(event.data)


@given(bodies.filter(bool))
def test_a_base_only_shifts_the_offsets(body: bytes) -> None:
    lead = b"data: lead\n\n"
    _, second, *_ = sse.events(lead + body)
    assert sse.scan(body, 0, 1, base=len(lead)) == second


def first(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Event:
    return next(sse.events(body, limits))


SPANS = {
    "blank lines before an event are its own": (b"\n\r\n\rdata: a\n\n", [(0, 13)]),
    "blank lines behind the last event are one more": (b"data: a\n\n\n\n", [(0, 9), (9, 11)]),
    "the LF of a closing CRLF is inside": (
        b"data: a\r\n\r\ndata: b\n\n",
        [(0, 11), (11, 20)],
    ),
    "CR CR LF closes with all three": (b"data: a\r\r\n:x\n\n", [(0, 10), (10, 14)]),
    "comments before data are the data's": (b": a\ndata: b\n\n", [(0, 13)]),
    "a closed comment is an event": (b": a\n\ndata: b\n\n", [(0, 5), (5, 14)]),
}


@pytest.mark.parametrize(("body", "spans"), SPANS.values(), ids=SPANS)
def test_spans(body: bytes, spans: list[tuple[int, int]]) -> None:
    assert [(event.start, event.end) for event in sse.events(body)] == spans


UNDISPATCHED: dict[str, tuple[bytes, bool]] = {
    "half a data line": (b"data: x", True),
    "a data line": (b"data: x\n", True),
    "a name alone": (b"event: x\n", True),
    "an unknown field": (b"x\n", True),
    "blank lines": (b"\n\r\n", False),
    "a comment": (b": x\n", False),
    "half a comment": (b": x", False),
    "a closed name": (b"event: x\n\n", False),
    "a closed id": (b"id: x\n\n", False),
}


@pytest.mark.parametrize(("body", "unterminated"), UNDISPATCHED.values(), ids=UNDISPATCHED)
def test_what_is_not_dispatched_says_whether_it_was_cut_off(
    body: bytes, unterminated: bool
) -> None:
    event = first(body)
    assert not event.dispatched
    assert ((Oddity.UNTERMINATED, len(body)) in event.oddities) is unterminated


def test_an_unterminated_event_keeps_what_it_said() -> None:
    event = first(b"event: e\nid: 7\ndata: half")
    assert (event.name, event.data, event.id, event.data_start) == ("e", b"half", "7", 21)


PAST: dict[str, tuple[bytes, Limits, list[tuple[int, int, Oddity | None]]]] = {
    "a long line": (
        b"data: 12345\n\ndata: 1\n\n",
        Limits(line=8),
        [(0, 13, Oddity.LINE_OVER_LIMIT), (13, 22, None)],
    ),
    "a large event": (
        b"data: 1\ndata: 2\n\ndata: 1\n\n",
        Limits(event=10),
        [(0, 17, Oddity.EVENT_OVER_LIMIT), (17, 26, None)],
    ),
    "a large body": (
        b"data: 1\n\ndata: 2\n\ndata: 3\n\n",
        Limits(stream=17),
        [(0, 9, None), (9, 27, Oddity.STREAM_OVER_LIMIT)],
    ),
}


@pytest.mark.parametrize(("body", "limits", "expected"), PAST.values(), ids=PAST)
def test_past_a_limit_the_span_stays_and_decoding_goes_on(
    body: bytes, limits: Limits, expected: list[tuple[int, int, Oddity | None]]
) -> None:
    for events in (list(sse.events(body, limits)), decoded(cut(body, [1]), limits)):
        marks = [(e.start, e.end, e.oddities[0][0] if e.oddities else None) for e in events]
        assert marks == expected
        assert all((e.data is None) == bool(e.oddities) == (not e.dispatched) for e in events)


def test_a_line_of_two_megabytes_is_read_by_default() -> None:
    event = first(b"id: 1\ndata: " + b"x" * (2 << 20) + b"\n\n")
    assert (event.dispatched, event.data) == (True, b"x" * (2 << 20))


def test_a_closing_cr_waits_for_the_byte_behind_it() -> None:
    decoder = sse.Decoder()
    assert decoder.feed(b"data: a\r\r") == []
    (event,) = decoder.feed(b"\n")
    assert (event.end, event.data) == (10, b"a")


def test_a_closed_event_is_handed_out_at_once() -> None:
    assert len(sse.Decoder().feed(b"data: a\n\ndata: b\n\nda")) == 2


def test_a_decoder_keeps_no_more_than_the_event_limit() -> None:
    decoder = sse.Decoder(Limits(event=1000))
    decoder.feed(b"data: ")
    most = 0
    for _ in range(100):
        decoder.feed(b"x" * 100)
        most = max(most, len(decoder._held))
    assert most <= 1000
    (event,) = decoder.feed(b"\n\n")
    assert event.oddities == ((Oddity.EVENT_OVER_LIMIT, 0),)
    assert event.end == 10_008


class Counting:
    """A pattern that counts the bytes between where it began to look and where it stopped."""

    def __init__(self, pattern: Any) -> None:
        self.pattern = pattern
        self.bytes = 0

    def search(self, body: bytes, at: int = 0) -> Any:
        match = self.pattern.search(body, at)
        self.bytes += (match.end() if match else len(body)) - at
        return match


LONG = {
    "one long line": b"data: " + b"x" * 200_000 + b"\n\n",
    "many short lines in one event": b"data:\n" * 30_000 + b"\n",
    "events of CR alone": b"data: x\r\r" * 20_000,
    "events of several lines": b"id: 1\r\ndata: x\r\n\r\n" * 10_000,
    "never closed": b"id: 1\n" * 30_000,
}


@pytest.mark.parametrize("body", LONG.values(), ids=LONG)
def test_the_end_of_an_event_is_looked_for_once(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in (256, len(body)):
        counting = Counting(sse._CLOSE)
        with monkeypatch.context() as patch:
            patch.setattr(sse, "_CLOSE", counting)
            decoded(cut(body, [size]))
        assert counting.bytes <= 1.1 * len(body)


@pytest.mark.corpus
def test_recorded_streams_tile_and_count_as_their_manifest_says(corpus: Path) -> None:
    """A stream whose last event was never closed has one dispatched event less than listed.

    Only files that hold the stream alone are so: what their authors saved lost the last line end.
    """
    lines = (corpus / "manifest.jsonl").read_text("utf-8").splitlines()
    streams = [entry for entry in map(json.loads, lines) if entry["framing"] == "sse"]
    cut_off = {}
    for entry in streams:
        body = (corpus / entry["file"]).read_bytes()
        events = list(sse.events(body))
        assert_tiles(events, len(body))
        missing = entry["events"] - sum(event.dispatched for event in events)
        last = events[-1]
        half = last.data is not None and Oddity.UNTERMINATED in dict(last.oddities)
        assert missing == half, entry["id"]
        if missing:
            cut_off[entry["id"]] = entry["recording"]
    assert len(streams) > 1000
    assert set(cut_off.values()) == {"fixture"}
