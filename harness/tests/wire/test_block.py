"""One block: fields, oddities and their offsets."""

from __future__ import annotations

import pytest

from streamgauge.wire import block
from streamgauge.wire.event import DEFAULT_LIMITS, Event, Limits, Oddity


def read(raw: bytes, start: int = 100, *, closed: bool = True) -> Event:
    return block.read(raw, start, 3, DEFAULT_LIMITS, closed=closed)


ODDITIES: dict[str, tuple[bytes, tuple[tuple[Oddity, int], ...]]] = {
    "plain": (b"data: a\n\n", ()),
    "no space": (b"data:a\n\n", ((Oddity.NO_SPACE, 100),)),
    "no space where there is no value is none": (b"data:\n\n", ((Oddity.EMPTY_DATA, 105),)),
    "several data lines": (b"data: a\ndata: b\n\n", ((Oddity.SEVERAL_DATA_LINES, 108),)),
    "a comment": (b"data: a\n: c\n\n", ((Oddity.COMMENT, 108),)),
    "the first of two comments": (b": c\n: d\ndata: a\n\n", ((Oddity.COMMENT, 100),)),
    "an unknown field": (b"data: a\nData: b\n\n", ((Oddity.UNKNOWN_FIELD, 108),)),
    "an id": (b"id: 7\ndata: a\n\n", ((Oddity.ID, 100),)),
    "an id with NUL": (
        b"id: \0\ndata: a\n\n",
        ((Oddity.ID, 100), (Oddity.ID_WITH_NUL, 100)),
    ),
    "retry": (b"retry: 7\ndata: a\n\n", ((Oddity.RETRY, 100),)),
    "retry that is no number": (
        b"retry: -7\ndata: a\n\n",
        ((Oddity.RETRY, 100), (Oddity.RETRY_IGNORED, 100)),
    ),
    "CRLF": (b"data: a\r\n\r\n", ((Oddity.CRLF, 107),)),
    "every ending that is mixed": (
        b"data: a\r\ndata: b\rdata: c\n\n",
        ((Oddity.CRLF, 107), (Oddity.SEVERAL_DATA_LINES, 109), (Oddity.CR, 116), (Oddity.LF, 124)),
    ),
    "bytes that are not UTF-8": (b"data: a\xff\n\n", ((Oddity.BAD_UTF8, 107),)),
    "bytes that are not UTF-8 in a comment": (
        b": \xff\ndata: a\n\n",
        ((Oddity.COMMENT, 100), (Oddity.BAD_UTF8, 102)),
    ),
    "the LF of an event that is not dispatched": (
        b"event: a\n\n",
        ((Oddity.LF, 108),),
    ),
}


@pytest.mark.parametrize(("raw", "expected"), ODDITIES.values(), ids=ODDITIES)
def test_oddities_stand_where_they_begin(
    raw: bytes, expected: tuple[tuple[Oddity, int], ...]
) -> None:
    assert read(raw).oddities == expected


FIELDS: dict[str, tuple[bytes, tuple[str | None, bytes | None, str | None, int | None, int]]] = {
    "all four": (b"event: e\nid: 7\nretry: 9\ndata: a\n\n", ("e", b"a", "7", 9, 130)),
    "none": (b": c\n\n", (None, None, None, None, -1)),
    "an empty name": (b"event:\ndata: a\n\n", ("", b"a", None, None, 113)),
    "two data lines": (b"data: a\ndata: b\n\n", (None, b"a\nb", None, None, -1)),
    "payload bytes are raw": (
        b"data: \xff\xe2\x80\xa8\n\n",
        (None, b"\xff\xe2\x80\xa8", None, None, 106),
    ),
    "the longest retry": (b"retry: 0999999999999\n\n", (None, None, None, 10**12 - 1, -1)),
    "a retry longer than that": (b"retry: 7000000000000\n\n", (None, None, None, 10**12, -1)),
    "a later good id": (b"id: \0\nid: 8\n\n", (None, None, "8", None, -1)),
    "a later bad retry": (b"retry: 8\nretry: x\n\n", (None, None, None, 8, -1)),
}


@pytest.mark.parametrize(("raw", "expected"), FIELDS.values(), ids=FIELDS)
def test_fields(
    raw: bytes, expected: tuple[str | None, bytes | None, str | None, int | None, int]
) -> None:
    event = read(raw)
    assert (event.name, event.data, event.id, event.retry, event.data_start) == expected
    assert (event.index, event.start, event.end) == (3, 100, 100 + len(raw))


@pytest.mark.parametrize(("start", "data"), [(0, b"a"), (100, None)])
def test_a_mark_is_taken_off_at_the_start_of_the_body_alone(start: int, data: bytes | None) -> None:
    event = read(block.BOM + b"data: a\n\n", start)
    assert event.data == data
    assert ((Oddity.BOM, 0) in event.oddities) is (start == 0)


def test_an_event_that_is_not_closed_is_never_dispatched() -> None:
    event = read(b"data: a\n", closed=False)
    assert not event.dispatched
    assert event.data == b"a"
    assert event.oddities == ((Oddity.LF, 107), (Oddity.UNTERMINATED, 108))


def test_half_a_comment_is_no_event_cut_off() -> None:
    assert read(b": c", closed=False).oddities == ((Oddity.COMMENT, 100),)


def test_half_a_line_says_what_it_shows_and_sets_no_delay() -> None:
    assert read(b"data: a", closed=False).data == b"a"
    assert read(b"event: e", closed=False).name == "e"
    assert read(b"retry: 7", closed=False).retry is None


def test_a_line_past_its_limit_drops_what_the_event_said() -> None:
    raw = b"event: e\ndata: 12345\n\n"
    event = block.read(raw, 100, 0, Limits(line=10), closed=True)
    assert event == Event(0, 100, 122, None, None, False, -1, ((Oddity.LINE_OVER_LIMIT, 109),))


def test_each_kind_of_oddity_is_listed_once_however_many_there_are() -> None:
    assert len(read(b": c\nx\r\n" * 10_000 + b"\n").oddities) == 4
