"""What an exchange becomes on the wire: framing, coding, times and the end, without a socket."""

from __future__ import annotations

import zlib
from dataclasses import replace

import pytest

from streamgauge.exchange import Close, Exchange, Framing, Head, Headers
from streamgauge.replay.http1 import Incoming
from streamgauge.replay.wire_form import WireForm, segments, wire_form

BODY = b"data: 1\n\ndata: 2\n\n"
SSE: Headers = (("content-type", "text/event-stream"),)
EXCHANGE = Exchange(
    head=Head(status=200, headers=SSE),
    body=BODY,
    arrivals=((0, 10.0), (9, 30.0)),
    close=Close.CLEAN,
    framing=Framing.CHUNKED,
)
POST = Incoming("POST", "/", (), b"", True, True)


def form(incoming: Incoming = POST, headers: Headers = SSE, **changes: object) -> WireForm:
    exchange = replace(EXCHANGE, head=Head(status=200, headers=headers), **changes)
    return wire_form(exchange, incoming)


def written(shown: WireForm) -> bytes:
    return b"".join(piece.data for piece in shown.pieces) + shown.tail


@pytest.mark.parametrize(
    ("framing", "head_line", "body"),
    [
        (
            Framing.CHUNKED,
            b"transfer-encoding: chunked",
            b"9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n",
        ),
        (Framing.LENGTH, b"content-length: 18", BODY),
        (Framing.UNTIL_CLOSE, b"content-type: text/event-stream", BODY),
    ],
    ids=lambda value: value.value if isinstance(value, Framing) else "",
)
def test_a_body_is_delimited_as_stated(framing: Framing, head_line: bytes, body: bytes) -> None:
    shown = form(framing=framing)
    assert shown.head.split(b"\r\n")[-3] == head_line
    assert written(shown) == body
    assert shown.ends_connection is (framing is Framing.UNTIL_CLOSE)


@pytest.mark.parametrize(
    ("arrivals", "pieces"),
    [
        (None, [(0, 0.0, BODY)]),
        (((0, 10.0), (9, 30.0)), [(0, 0.01, BODY[:9]), (9, 0.03, BODY[9:])]),
        (((4, 10.0),), [(0, 0.01, BODY)]),
        (((0, 10.0), (18, 99.0)), [(0, 0.01, BODY), (18, 0.099, b"")]),
    ],
    ids=["unknown", "two", "first arrival inside", "close has a time"],
)
def test_segments_are_those_recorded(
    arrivals: tuple[tuple[int, float], ...] | None, pieces: list[tuple[int, float, bytes]]
) -> None:
    assert [tuple(piece) for piece in segments(replace(EXCHANGE, arrivals=arrivals))] == pieces


def test_an_empty_segment_is_no_last_chunk() -> None:
    shown = form(arrivals=((0, 0.0), (9, 1.0), (9, 2.0)))
    assert written(shown).count(b"0\r\n") == 1


@pytest.mark.parametrize("close", [Close.EOF, Close.RESET, Close.TIMEOUT])
@pytest.mark.parametrize(
    ("stated", "length"), [((), b"19"), ((("content-length", "500"),), b"500")]
)
def test_a_cut_body_is_shorter_than_its_length(
    close: Close, stated: Headers, length: bytes
) -> None:
    shown = form(headers=stated, close=close, framing=Framing.LENGTH)
    assert shown.head.endswith(b"content-length: " + length + b"\r\n\r\n")
    assert shown.ends_connection


@pytest.mark.parametrize("close", [Close.EOF, Close.RESET, Close.TIMEOUT])
def test_a_cut_chunked_body_has_no_last_chunk(close: Close) -> None:
    assert not form(close=close).tail


def test_framing_headers_of_the_recording_do_not_stay() -> None:
    shown = form(headers=(("Content-Length", "7"), ("Transfer-Encoding", "gzip"), *SSE))
    assert shown.head == (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    )


@pytest.mark.parametrize("value", ["close", "keep-alive", "Close, x"])
def test_the_connection_header_is_sent_as_stated(value: str) -> None:
    shown = form(headers=(("Connection", value),))
    assert b"\r\nConnection: " + value.encode() + b"\r\n" in shown.head
    assert shown.ends_connection is ("lose" in value)


def test_no_connection_header_is_made_up() -> None:
    assert b"onnection" not in form(framing=Framing.UNTIL_CLOSE).head


def test_recorded_headers_cannot_write_others() -> None:
    shown = form(headers=((":status", "200"), ("a b", "x"), ("x", "1\r\nset-cookie: y\0")))
    assert shown.head.split(b"\r\n")[1:] == [
        b"x: 1  set-cookie: y ",
        b"transfer-encoding: chunked",
        b"",
        b"",
    ]


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("close", [Close.CLEAN, Close.EOF])
def test_each_segment_of_a_compressed_body_can_be_read_alone(coding: str, close: Close) -> None:
    shown = form(headers=(("content-encoding", coding),), close=close, framing=Framing.UNTIL_CLOSE)
    decoder = zlib.decompressobj(47)
    assert [decoder.decompress(piece.data) for piece in shown.pieces] == [BODY[:9], BODY[9:]]
    assert decoder.eof is (close is Close.CLEAN)


def test_a_length_counts_compressed_bytes() -> None:
    shown = form(headers=(("content-encoding", "gzip"),), framing=Framing.LENGTH)
    assert b"content-length: %d\r\n" % len(written(shown)) in shown.head


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br"])
def test_a_coding_that_we_cannot_put_on_is_not_claimed(coding: str) -> None:
    shown = form(headers=(("Content-Encoding", coding),), framing=Framing.UNTIL_CLOSE)
    assert b"ncoding" not in shown.head
    assert written(shown) == BODY


def test_a_client_of_http_1_0_gets_no_chunks() -> None:
    shown = form(POST._replace(is_1_1=False, keeps_open=False))
    assert written(shown) == BODY
    assert shown.ends_connection


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)], ids=str)
def test_some_answers_have_no_body(method: str, status: int) -> None:
    exchange = replace(EXCHANGE, head=Head(status=status))
    shown = wire_form(exchange, POST._replace(method=method))
    assert written(shown) == b""
    assert b"chunked" not in shown.head


@pytest.mark.parametrize(
    ("status", "line"),
    [(None, b"200 OK"), (429, b"429 Too Many Requests"), (529, b"529 ")],
    ids=["none", "known", "unknown"],
)
def test_the_status_line_holds_the_status(status: int | None, line: bytes) -> None:
    shown = wire_form(replace(EXCHANGE, head=Head(status=status)), POST)
    assert shown.head.startswith(b"HTTP/1.1 " + line + b"\r\n")


def test_a_recording_whose_client_left_holds_still() -> None:
    assert form(close=Close.CANCELLED).close is Close.TIMEOUT
