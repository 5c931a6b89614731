"""`curl -v` logs: the shapes below are what curl 7.88 writes, with other words."""

from __future__ import annotations

import pytest

from streamgauge.capture import read
from streamgauge.exchange import Close, Framing

METER = (
    b"  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    b"                                 Dload  Upload   Total   Spent    Left  Speed\n"
)
TICK = b"\r100 10565    0 10565    0     0  11313      0 --:--:--  0:00:01 --:--:-- 11311"
INFO = b"*   Trying 127.0.0.1:8765...\n* Connected to 127.0.0.1 (127.0.0.1) port 8765 (#0)\n"
ASKED = (
    b"> POST /v1/chat HTTP/1.1\r\n> Host: api.example\r\n"
    b"> Authorization: Bearer abc\r\n> \r\n} [7 bytes data]\n"
)
HEAD = b"< HTTP/1.1 200 OK\r\n< Content-Type: text/event-stream\r\n< \r\n"
COUNT = b"{ [30 bytes data]\n"
BODY = b'data: {"i":0,"pad":"xxxx"}\n\n* not for us\n\ndata: [DONE]\n\n'.replace(
    b"* not for us\n\n", b": a comment\n\n"
)
LEFT = b"* Connection #0 to host 127.0.0.1 left intact\n"
START = INFO + ASKED + HEAD
REPEATED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

LOGS = {
    "unbuffered": START + COUNT + BODY + LEFT,
    "buffered, the body comes last": START + COUNT + LEFT + BODY,
    "a terminal": START.replace(b"\r", b"").replace(b"< \n", b"<\n") + BODY + LEFT,
    "with the meter": METER + TICK + START + COUNT + TICK + b"\n" + LEFT + BODY,
    "the meter within a line": START + BODY[:12] + TICK + BODY[12:] + LEFT,
    "curl's words within a line": START + BODY[:12] + TICK + b"\n" + LEFT + BODY[12:],
    "counts within a line": START + BODY[:12] + COUNT + BODY[12:] + LEFT,
    "with -i as well": START + COUNT + REPEATED + BODY + LEFT,
    "100-continue": INFO + ASKED + b"< HTTP/1.1 100 Continue\r\n* fine\n" + HEAD + BODY + LEFT,
    "a redirect": START.replace(b"200 OK", b"307 Away") + START + BODY + LEFT,
    "a tunnel": INFO + b"> CONNECT api.example:443 HTTP/1.1\r\n> \r\n"
    b"< HTTP/1.1 200 OK\r\n< Via: p\r\n< \r\n" + START + BODY + LEFT,
    "a prompt before it": b"$ curl -v https://api.example\n" + START + BODY + LEFT,
}


@pytest.mark.parametrize("log", LOGS.values(), ids=LOGS.keys())
def test_the_body_is_what_curl_did_not_write(log: bytes) -> None:
    (exchange,) = read("a.txt", log)
    assert exchange.body == BODY
    assert exchange.head.headers == (("Content-Type", "text/event-stream"),)
    assert (exchange.close, exchange.framing) == (Close.CLEAN, Framing.UNTIL_CLOSE)


@pytest.mark.parametrize(
    ("before", "url"),
    [(b"", "http://api.example/v1/chat"), (b"* ALPN: x\n", "https://api.example/v1/chat")],
    ids=["plain", "over TLS"],
)
def test_the_request_is_read_and_redacted(before: bytes, url: str) -> None:
    (exchange,) = read("a.txt", before + START + BODY)
    assert exchange.request is not None
    assert (exchange.request.method, exchange.request.url) == ("POST", url)
    assert exchange.request.headers == (("Host", "api.example"), ("Authorization", "XXXXXXXXXX"))


@pytest.mark.parametrize(
    ("end", "close"),
    [
        (LEFT, Close.CLEAN),
        (b"* transfer closed with outstanding read data remaining\n* Closing connection 0\n"
         b"curl: (18) transfer closed with outstanding read data remaining\n", Close.EOF),
        (b"* Recv failure: Connection reset by peer\n* Closing connection 0\n", Close.RESET),
        (b"* Operation timed out after 5001 milliseconds with 9 bytes received\n"
         b"* Closing connection 0\n", Close.TIMEOUT),
        (b"* Closing connection 0\n", Close.UNKNOWN),
        (b"", Close.UNKNOWN),
    ],
    ids=["left intact", "cut", "reset", "timed out", "closed", "nothing"],
)  # fmt: skip
def test_the_close_is_what_curl_says(end: bytes, close: Close) -> None:
    (exchange,) = read("a.txt", START + BODY + end)
    assert (exchange.body, exchange.close) == (BODY, close)


def test_a_document_without_a_last_line_end_is_kept() -> None:
    (exchange,) = read("a.txt", START + b'{"a":1}' + LEFT)
    assert exchange.body == b'{"a":1}'


def test_chunks_that_curl_left_are_taken_off() -> None:
    head = HEAD.replace(b"< \r", b"< Transfer-Encoding: chunked\r\n< \r")
    (exchange,) = read("a.txt", INFO + ASKED + head + b"5\r\nhello\r\n0\r\n\r\n")
    assert (exchange.body, exchange.close) == (b"hello", Close.CLEAN)


@pytest.mark.parametrize("before", [b"", b"> \r\n> Host: h\r\n"], ids=["nothing", "no first line"])
def test_an_answer_without_a_request_has_none(before: bytes) -> None:
    assert read("a.txt", before + HEAD + BODY)[0].request is None


def test_two_requests_are_two_exchanges() -> None:
    found = read("a.txt", START + BODY + LEFT + START + b"{}" + LEFT)
    assert [(e.source, e.body) for e in found] == [("a.txt#0", BODY), ("a.txt#1", b"{}")]
