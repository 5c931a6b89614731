"""The WPT eventsource format tests and the vectors beyond them, each read in every cutting.

Row ids are the names of the web-platform-tests in `eventsource/`; their bodies end as the test
server ends them, with `message.py` adding LF LF LF.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from streamgauge.wire import sse
from streamgauge.wire.event import Event
from streamgauge.wire.eventsource import Dispatched, EventSource

BOM = b"\xef\xbb\xbf"
X = b"x" * 2048


def message(data: str, last_event_id: str = "", type: str = "message") -> Dispatched:
    return Dispatched(type, data, last_event_id)


WPT: dict[str, tuple[bytes, list[Dispatched]]] = {
    "format-bom": (
        BOM + b"data:1\n\n" + BOM + b"data:2\n\ndata:3\n\n\n",
        [message("1"), message("3")],
    ),
    "format-bom-2": (
        BOM + BOM + b"data:1\n\ndata:2\n\ndata:3\n\n\n",
        [message("2"), message("3")],
    ),
    "format-comments": (
        b"data:1\r:\0\n:\r\ndata:2\n:" + X + b"\rdata:3\n:data:fail\r:" + X + b"\ndata:4\n\n",
        [message("1\n2\n3\n4")],
    ),
    "format-data-before-final-empty-line": (
        b"retry:1000\ndata:test1\n\nid:test\ndata:test2\n",
        [message("test1")],
    ),
    "format-field-data": (
        b"data:\n\ndata\ndata\n\ndata:test\n\n\n",
        [message(""), message("\n"), message("test")],
    ),
    "format-field-event": (
        b"event:test\ndata:x\n\ndata:x\n\n\n",
        [message("x", type="test"), message("x")],
    ),
    "format-field-event-empty": (b"event: \ndata:data\n\n\n", [message("data")]),
    "format-field-id": (
        b"id: \xe2\x80\xa6\nretry: 200\ndata: hello\n\n",
        [message("hello", "…")],
    ),
    "format-field-id-3 persists": (
        b"id: 1\ndata: 1\n\ndata:2\n\n",
        [message("1", "1"), message("2", "1")],
    ),
    "format-field-id-3 changes": (
        b"id: 1\ndata: 1\n\nid: 2\ndata:2\n\ndata:3\n\n",
        [message("1", "1"), message("2", "2"), message("3", "2")],
    ),
    "format-field-id-3 reset with colon": (
        b"id: 1\ndata: 1\n\nid:\ndata:2\n\ndata:3\n\n",
        [message("1", "1"), message("2"), message("3")],
    ),
    "format-field-id-3 reset without colon": (
        b"id: 1\ndata: 1\n\nid\ndata:2\n\n",
        [message("1", "1"), message("2")],
    ),
    "format-field-id-null": (b"id: \0\0\nretry: 200\ndata: hello\n\n", [message("hello")]),
    "format-field-parsing": (
        b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n"
        b" data:32\ndata:4\n\n",
        [message("\0\n 2\n1\n3\n\n4")],
    ),
    "format-field-retry": (b"retry:03000\ndata:x\n\n\n", [message("x")]),
    "format-field-retry-bogus": (b"retry:3000\nretry:1000x\ndata:x\n\n\n", [message("x")]),
    "format-field-retry-empty": (b"retry\ndata:test\n\n\n", [message("test")]),
    "format-field-unknown": (
        b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n\n",
        [message("test\n\ntest")],
    ),
    "format-leading-space": (
        b"data:\ttest\rdata: \ndata:test\n\n\n",
        [message("\ttest\n\ntest")],
    ),
    "format-mime-trailing-semicolon": (b"data: data\n\n\n", [message("data")]),
    "format-newlines": (b"data:test\r\ndata\ndata:test\r\n\r\n", [message("test\n\ntest")]),
    "format-null-character": (b"data:\0\n\n\n\n", [message("\0")]),
    "format-utf-8": (b"data:ok\xe2\x80\xa6\n\n\n", [message("ok…")]),
    "event-data": (
        b"data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\n"
        b"data:end\n\n",
        [message("msg\nmsg"), message(""), message("end")],
    ),
    "eventsource-from-readable-stream in three chunks": (
        b"data: hello\n\n",
        [message("hello")],
    ),
    "eventsource-from-readable-stream newlines": (
        b"data: cr\r\rdata: lf\n\ndata: crlf\r\n\r\n",
        [message("cr"), message("lf"), message("crlf")],
    ),
    "eventsource-from-readable-stream BOM": (BOM + b"data: hello\n\n", [message("hello")]),
    "eventsource-from-readable-stream id": (
        b"id: 42\ndata: hello\n\n",
        [message("hello", "42")],
    ),
    "eventsource-from-readable-stream bogus retry": (
        b"retry: bogus\ndata: hello\n\n",
        [message("hello")],
    ),
    "eventsource-from-readable-stream empty": (b"", []),
}

LOOKS_LIKE_A_LINE_END = {
    "U+2028": "\u2028",
    "U+2029": "\u2029",
    "U+0085": "\u0085",
    "VT": "\x0b",
    "FF": "\x0c",
    "FS": "\x1c",
    "GS": "\x1d",
    "RS": "\x1e",
}

BEYOND: dict[str, tuple[bytes, list[Dispatched]]] = {
    "no blank line at the end": (b"data: a\n\ndata: b\n", [message("a")]),
    "no line end at the end": (b"data: a\n\ndata: b", [message("a")]),
    "a lone CR closes the last event": (
        b"data: a\r\n\r\ndata: b\r\n\r",
        [message("a"), message("b")],
    ),
    "CR alone": (b"data: a\r\rdata: b\r\r", [message("a"), message("b")]),
    "LF then CRLF": (
        b"data: a\n\r\ndata: b\r\n\ndata: c\n\r\n",
        [message("a"), message("b"), message("c")],
    ),
    "LF then CR": (b"data: a\n\rdata: b\n\r", [message("a"), message("b")]),
    "a byte that is not UTF-8": (b"data: a\xffb\n\n", [message("a\ufffdb")]),
    "half a character": (b"data: a\xe2\x82\n\n", [message("a\ufffd")]),
    "an event name alone": (b"event: foo\n\ndata: a\n\n", [message("a")]),
    "an id alone counts": (b"id: 7\n\ndata: a\n\n", [message("a", "7")]),
    "blank lines fire nothing": (
        b"id: 7\ndata: a\n\n\n\ndata: b\n\n",
        [message("a", "7"), message("b", "7")],
    ),
    "a retry alone": (b"retry: 10\n\ndata: a\n\n", [message("a")]),
    "comments with blank lines": (b": keep\n\n: keep\n\ndata: a\n\n", [message("a")]),
    "one space is empty data": (b"data: \n\n", [message("")]),
    "a last data line that is empty": (b"data: a\ndata:\n\n", [message("a\n")]),
    "a second space is data": (b"data:  a\n\n", [message(" a")]),
    "two spaces are an unknown field": (b"data: a\n  \ndata: b\n\n", [message("a\nb")]),
    "an id with a NUL inside": (b"id: a\0b\ndata: a\n\n", [message("a")]),
    "the last event name wins": (
        b"event: a\nevent: b\ndata: x\n\n",
        [message("x", type="b")],
    ),
    "an empty name after another": (b"event: a\nevent\ndata: x\n\n", [message("x")]),
    **{
        f"{name} inside data": (f"data: x{mark}y\n\n".encode(), [message(f"x{mark}y")])
        for name, mark in LOOKS_LIKE_A_LINE_END.items()
    },
}

VECTORS = {**WPT, **BEYOND}


def cuttings(body: bytes) -> Iterator[list[bytes]]:
    """Whole, byte by byte, and in two at every position."""
    yield [body]
    yield [body[at : at + 1] for at in range(len(body))]
    yield from ([body[:at], body[at:]] for at in range(1, len(body)))


def decoded(pieces: list[bytes]) -> list[Event]:
    decoder = sse.Decoder()
    found = [event for piece in pieces for event in decoder.feed(piece)]
    return found + decoder.close()


@pytest.mark.parametrize(("body", "expected"), VECTORS.values(), ids=VECTORS)
def test_a_page_gets_what_the_standard_says(body: bytes, expected: list[Dispatched]) -> None:
    assert list(EventSource().dispatch(sse.events(body))) == expected


@pytest.mark.parametrize("body", [body for body, _ in VECTORS.values()], ids=VECTORS)
def test_no_cutting_changes_an_event(body: bytes) -> None:
    whole = list(sse.events(body))
    for pieces in cuttings(body):
        assert decoded(pieces) == whole, pieces


RECONNECTION = {
    "format-field-retry": 3000,
    "format-field-retry-bogus": 3000,
    "format-field-retry-empty": None,
    "format-data-before-final-empty-line": 1000,
    "a retry alone": 10,
}


@pytest.mark.parametrize(("vector", "expected"), RECONNECTION.items(), ids=RECONNECTION)
def test_retry_sets_the_reconnection_time(vector: str, expected: int | None) -> None:
    source = EventSource()
    list(source.dispatch(sse.events(VECTORS[vector][0])))
    assert source.reconnection_ms == expected


def test_a_half_retry_line_at_the_end_is_not_obeyed() -> None:
    source = EventSource(reconnection_ms=500)
    list(source.dispatch(sse.events(b"data: a\n\nretry: 10")))
    assert source.reconnection_ms == 500


def test_a_retry_too_long_to_wait_for_is_held_at_a_bound() -> None:
    source = EventSource()
    list(source.dispatch(sse.events(b"retry: " + b"9" * 10_000 + b"\n\n")))
    assert source.reconnection_ms == 10**12


def test_an_unterminated_event_does_not_set_the_id() -> None:
    source = EventSource()
    list(source.dispatch(sse.events(VECTORS["format-data-before-final-empty-line"][0])))
    assert source.last_event_id == ""


def test_the_id_persists_over_streams() -> None:
    source = EventSource()
    list(source.dispatch(sse.events(b"id: 42\nretry: 7\ndata: a\n\n")))
    again = list(source.dispatch(sse.events(b"data: b\n\n")))
    assert again == [message("b", "42")]
    assert source.reconnection_ms == 7
