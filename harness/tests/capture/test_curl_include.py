"""`curl -i` output gives the last answer of each way, decoded of what curl left on."""

from __future__ import annotations

import gzip

import pytest

from streamgauge.capture import read
from streamgauge.exchange import Close, Framing

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
BODY = b'data: {"i":0}\n\ndata: [DONE]\n\n'
RAW = b"f\r\n" + BODY[:15] + b"\r\ne\r\n" + BODY[15:] + b"\r\n0\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "shown",
    [
        OK + b"\r\n" + BODY,
        OK.replace(b"\r", b"") + b"\n" + BODY,
        OK.replace(b"HTTP/1.1 200 OK", b"HTTP/2 200") + b"\r\n" + BODY,
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"\r\n" + BODY,
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /s\r\n\r\n" + OK + b"\r\n" + BODY,
        b"HTTP/1.1 200 Connection established\r\nVia: p\r\n\r\n" + OK + b"\r\n" + BODY,
        b"HTTP/1.1 407 Log in\r\nA: b\r\n\r\n" + OK + b"\r\n" + BODY,
        CHUNKED + BODY,
        CHUNKED + RAW,
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY, mtime=0),
    ],
    ids=[
        "plain", "line feeds only", "HTTP/2", "100-continue", "a redirect", "a proxy tunnel",
        "a login", "chunks decoded by curl", "chunks left by --raw", "a compressed body",
    ],
)  # fmt: skip
def test_the_final_answer_is_read(shown: bytes) -> None:
    (exchange,) = read("a.txt", shown)
    assert exchange.body == BODY
    assert (exchange.head.status, exchange.head.content_type) == (200, "text/event-stream")
    assert exchange.request is None


@pytest.mark.parametrize(
    ("shown", "framing", "close"),
    [
        (OK + b"\r\n" + BODY, Framing.UNTIL_CLOSE, Close.UNKNOWN),
        (OK + b"content-length: 28\r\n\r\n" + BODY, Framing.LENGTH, Close.UNKNOWN),
        (CHUNKED + BODY, Framing.CHUNKED, Close.UNKNOWN),
        (CHUNKED + RAW, Framing.CHUNKED, Close.CLEAN),
        (CHUNKED + RAW[:-5], Framing.CHUNKED, Close.EOF),
        (b"HTTP/2 200\r\n\r\n" + BODY, Framing.UNKNOWN, Close.UNKNOWN),
    ],
    ids=["until close", "length", "chunked", "raw", "raw and cut", "HTTP/2"],
)
def test_framing_and_close_are_what_the_output_shows(
    shown: bytes, framing: Framing, close: Close
) -> None:
    (exchange,) = read("a.txt", shown)
    assert (exchange.framing, exchange.close) == (framing, close)


JSON = b'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"a":1}'


@pytest.mark.parametrize(
    ("shown", "bodies"),
    [
        (JSON + JSON, [b'{"a":1}', b'{"a":1}']),
        (OK + b"\r\n" + BODY + OK + b"\r\n" + BODY, [BODY, BODY]),
        (OK + b"\r\n" + BODY + b"HTTP/1.1 200 OK\n\ndata", [BODY + b"HTTP/1.1 200 OK\n\ndata"]),
        (OK + b"\r\n" + b"HTTP/1.1 200 OK\r\n\r\n", [b"", b""]),
        (b"HTTP/1.1 503 Busy\r\n\r\n", [b""]),
        (b"HTTP/1.1 503 Busy\r\nA: b", [b""]),
        (b"HTTP/1.1 503 Busy", [b""]),
    ],
    ids=[
        "by length", "by a head on its own lines", "no head without a header", "an empty answer",
        "no body", "cut in the head", "cut in the first line",
    ],
)  # fmt: skip
def test_several_answers_are_told_apart(shown: bytes, bodies: list[bytes]) -> None:
    found = read("a.txt", shown)
    assert [exchange.body for exchange in found] == bodies
    several = len(bodies) > 1
    assert [exchange.source for exchange in found] == [
        f"a.txt#{n}" if several else "a.txt" for n in range(len(bodies))
    ]


def test_many_heads_take_no_long_time() -> None:
    assert len(read("a.txt", b"HTTP/1.1 100 Go\r\n\r\n" * 50_000)) == 1
