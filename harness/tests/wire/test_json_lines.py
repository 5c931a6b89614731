"""The JSON lines decoder and its writer."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.wire import json_lines
from streamgauge.wire.event import DEFAULT_LIMITS, Event, Limits, Oddity

ROWS: dict[str, tuple[bytes, list[tuple[int, int, bytes | None, bool]]]] = {
    "two lines": (b"{}\n[]\n", [(0, 3, b"{}", True), (3, 6, b"[]", True)]),
    "CRLF": (b"{}\r\n[]\r\n", [(0, 4, b"{}", True), (4, 8, b"[]", True)]),
    "a CR alone ends nothing": (b"{}\r[]\n", [(0, 6, b"{}\r[]", True)]),
    "blank lines belong to the next": (
        b"\n \r\n{}\n\n[]\n",
        [(0, 7, b"{}", True), (7, 11, b"[]", True)],
    ),
    "blank lines at the end": (b"{}\n\n", [(0, 3, b"{}", True), (3, 4, None, False)]),
    "a whole last line": (b"{}\n[]", [(0, 3, b"{}", True), (3, 5, b"[]", True)]),
    "half a last line": (b'{}\n{"a', [(0, 3, b"{}", True), (3, 6, b'{"a', False)]),
    "a broken line is dispatched": (b'{"a\n{}\n', [(0, 4, b'{"a', True), (4, 7, b"{}", True)]),
    "white space is kept": (b" {} \n", [(0, 5, b" {} ", True)]),
    "a byte-order mark": (b"\xef\xbb\xbf{}\n", [(0, 6, b"{}", True)]),
    "a byte of a mark alone, further on": (
        b"{}\n\xef\n[]\n",
        [(0, 3, b"{}", True), (3, 5, b"\xef", True), (5, 8, b"[]", True)],
    ),
    "nothing": (b"", []),
}


@pytest.mark.parametrize(("body", "expected"), ROWS.values(), ids=ROWS)
def test_events(body: bytes, expected: list[tuple[int, int, bytes | None, bool]]) -> None:
    found = list(json_lines.events(body))
    assert [(e.start, e.end, e.data, e.dispatched) for e in found] == expected
    assert [body[e.data_start :].startswith(e.data or b"") for e in found] == [True] * len(found)
    assert all(e.data is not None or e.data_start == -1 for e in found)


ODDITIES = {
    "LF": (b"{}\n", ()),
    "CRLF": (b"{}\r\n", ((Oddity.CRLF, 2),)),
    "CRLF further on": (b'{"a":1}\r\n', ((Oddity.CRLF, 7),)),
    "a byte-order mark": (b"\xef\xbb\xbf{}\n", ((Oddity.BOM, 0),)),
    "not UTF-8": (b'"\xff"\n', ((Oddity.BAD_UTF8, 1),)),
    "a last line without ending": (b"{}", ((Oddity.UNTERMINATED, 2),)),
}


@pytest.mark.parametrize(("body", "expected"), ODDITIES.values(), ids=ODDITIES)
def test_oddities(body: bytes, expected: tuple[tuple[Oddity, int], ...]) -> None:
    (event,) = json_lines.events(body)
    assert event.oddities == expected


PAST = {
    "line": (Limits(line=4), [Oddity.LINE_OVER_LIMIT, None]),
    "event": (Limits(event=6), [Oddity.EVENT_OVER_LIMIT, None]),
    "stream": (Limits(stream=8), [Oddity.STREAM_OVER_LIMIT]),
}


@pytest.mark.parametrize(("limits", "expected"), PAST.values(), ids=PAST)
def test_past_a_limit_data_is_dropped(limits: Limits, expected: list[Oddity | None]) -> None:
    body = b'"1234567"\n{}\n'
    found = list(json_lines.events(body, limits))
    assert [e.oddities[0][0] if e.oddities else None for e in found] == expected
    assert all((e.data is None) == bool(e.oddities) == (e.data_start == -1) for e in found)
    assert found[-1].end == len(body)


def test_past_a_limit_the_line_is_named_and_not_the_blank_one_before_it() -> None:
    _, event = json_lines.events(b'{}\n\n"1234567"\n', Limits(line=4))
    assert event.oddities == ((Oddity.LINE_OVER_LIMIT, 4),)


def decoded(body: bytes, sizes: Iterable[int], limits: Limits) -> list[Event]:
    decoder, found, at = json_lines.Decoder(limits), [], 0
    for size in itertools.cycle(sizes):
        if at >= len(body):
            return found + decoder.close()
        found += decoder.feed(body[at : at + size])
        at += size
    raise AssertionError("sizes are never empty")


PIECES = [b"\n", b"\r\n", b"{}", b'{"a', b" ", b"\xef\xbb\xbf", b"\xef", b"\xff", b"1", b"\r"]
bodies = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join)
some_limits = st.just(DEFAULT_LIMITS) | st.builds(
    Limits, line=st.integers(0, 6), event=st.integers(0, 12), stream=st.integers(0, 30)
)


@given(bodies | st.binary(), some_limits, st.lists(st.integers(1, 5), min_size=1, max_size=5))
def test_events_tile_and_no_cutting_changes_them(
    body: bytes, limits: Limits, sizes: list[int]
) -> None:
    whole = list(json_lines.events(body, limits))
    assert [e.start for e in whole] == [0, *(e.end for e in whole)][: len(whole)]
    assert (whole[-1].end if whole else 0) == len(body)
    assert decoded(body, sizes, limits) == whole


documents = st.none() | st.integers() | st.lists(st.text(max_size=4), max_size=3)


@given(st.lists(documents, max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read_back(values: list[object], newline: str) -> None:
    lines = [json.dumps(value) for value in values]
    found = list(json_lines.events(json_lines.encode(lines, newline=newline)))
    assert [e.data for e in found] == [line.encode() for line in lines]
    assert all(e.dispatched for e in found)


def test_a_document_over_several_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="one line"):
        json_lines.encode(["{\n}"])


@pytest.mark.corpus
def test_recorded_streams_count_as_their_manifest_says(corpus: Path) -> None:
    lines = (corpus / "manifest.jsonl").read_text("utf-8").splitlines()
    streams = [entry for entry in map(json.loads, lines) if entry["framing"] == "json-lines"]
    for entry in streams:
        body = (corpus / entry["file"]).read_bytes()
        found = list(json_lines.events(body))
        assert sum(e.dispatched for e in found) == entry["events"], entry["id"]
        assert found[-1].end == len(body)
    assert streams
