"""Requests are read whole or in crumbs, within bounds, and refused with a status otherwise."""

from __future__ import annotations

import pytest

from streamgauge.replay.http1 import BadRequest, Bounds, Incoming, RequestReader, says_close

LENGTH = b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
)
BARE = b"GET /cases HTTP/1.0\r\n\r\n"


def read(data: bytes, step: int, bounds: Bounds | None = None) -> tuple[Incoming | None, bytes]:
    reader = RequestReader(bounds or Bounds())
    for start in range(0, len(data), step):
        if (incoming := reader.feed(data[start : start + step])) is not None:
            return incoming, reader.carried + data[start + step :]
    return None, b""


@pytest.mark.parametrize("step", [1, 7, 10_000], ids=["by byte", "by seven", "whole"])
@pytest.mark.parametrize(
    ("data", "method", "target", "body", "keeps_open"),
    [
        pytest.param(LENGTH, "POST", "/a?b=c", b"hello", True, id="length"),
        pytest.param(CHUNKED, "POST", "/a", b"hello", True, id="chunked"),
        pytest.param(BARE, "GET", "/cases", b"", False, id="HTTP/1.0"),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n",
            "GET",
            "/",
            b"",
            False,
            id="close",
        ),
    ],
)
def test_a_request_is_read_however_it_is_cut(
    *, data: bytes, method: str, target: str, body: bytes, keeps_open: bool, step: int
) -> None:
    incoming, _ = read(data, step)
    assert incoming is not None
    assert (incoming.method, incoming.target, incoming.body) == (method, target, body)
    assert incoming.keeps_open is keeps_open


def test_what_follows_a_request_is_carried_to_the_next() -> None:
    incoming, carried = read(LENGTH + BARE, 10_000)
    assert incoming is not None
    assert carried == BARE
    following = RequestReader(Bounds(), carried).feed(b"")
    assert following is not None
    assert following.target == "/cases"


def test_an_unfinished_request_is_no_request_yet() -> None:
    assert read(LENGTH[:-1], 10_000)[0] is None


@pytest.mark.parametrize(
    ("data", "bounds", "status"),
    [
        pytest.param(b"hello\r\n\r\n", Bounds(), 400, id="no HTTP"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", Bounds(), 400, id="TLS"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", Bounds(), 400, id="no host"),
        pytest.param(LENGTH.replace(b"5", b"x"), Bounds(), 400, id="no length"),
        pytest.param(CHUNKED.replace(b"2\r\n", b"zz\r\n"), Bounds(), 400, id="no chunk size"),
        pytest.param(LENGTH, Bounds(body_bytes=4), 413, id="body too large"),
        pytest.param(CHUNKED, Bounds(body_bytes=4), 413, id="chunks too large"),
        pytest.param(LENGTH, Bounds(headers=1), 431, id="too many headers"),
        pytest.param(LENGTH, Bounds(header_bytes=20), 431, id="headers too large"),
    ],
)
def test_what_is_no_request_is_refused(data: bytes, bounds: Bounds, status: int) -> None:
    with pytest.raises(BadRequest) as refused:
        read(data, 16, bounds)
    assert refused.value.status == status
    assert "\n" not in str(refused.value)


def test_a_client_that_waits_before_its_body_is_noticed() -> None:
    reader = RequestReader(Bounds())
    assert reader.feed(LENGTH[:-5].replace(b"Host", b"Expect: 100-continue\r\nHost")) is None
    assert reader.waits_for_continue


@pytest.mark.parametrize(
    ("value", "closes"), [("close", True), ("Keep-Alive, CLOSE", True), ("keep-alive", False)]
)
def test_a_connection_header_says_whether_it_ends(value: str, closes: bool) -> None:
    assert says_close((("Connection", value),)) is closes
