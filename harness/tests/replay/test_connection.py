"""A connection answers in turn, and no client can hurt it: nonsense, early bytes, too much."""

from __future__ import annotations

import asyncio

import pytest

from streamgauge.exchange import Close, Exchange, Framing, Head, Request
from streamgauge.replay.http1 import Bounds
from streamgauge.replay.sent import Sent
from streamgauge.replay.server import Server

GET = b"GET /%d HTTP/1.1\r\nhost: x\r\n\r\n"


def echo(request: Request) -> Exchange:
    return Exchange(body=request.url.rpartition("/")[2].encode(), framing=Framing.LENGTH)


@pytest.mark.asyncio
async def test_requests_sent_at_once_are_answered_in_turn(ask) -> None:
    async with Server(echo) as server:
        heard = await ask(server.url, GET % 1 + GET % 2 + GET % 3, until=b"\r\n\r\n3")
    assert [part[-1:] for part in heard.all.split(b"HTTP/1.1")[1:]] == [b"1", b"2", b"3"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"\x16\x03\x01\x00\r\n\r\n", b"400", id="TLS"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", b"400", id="no host"),
        pytest.param(b"A" * 100_000, b"4", id="endless line"),
        pytest.param(
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n" + b"x" * 99,
            b"413",
            id="large body",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000\r\n\r\n" + b"x" * 9_000_000,
            b"413",
            id="very large body",
        ),
    ],
)
async def test_nonsense_gets_an_answer_and_a_close(sent: bytes, status: bytes, ask) -> None:
    async with Server(echo, bounds=Bounds(body_bytes=50)) as server:
        heard = await ask(server.url, sent)
    assert heard.head.startswith(b"HTTP/1.1 " + status)
    assert b"Traceback" not in heard.all


@pytest.mark.asyncio
async def test_a_client_that_says_nothing_is_let_go(ask) -> None:
    async with Server(echo, bounds=Bounds(idle=0.05)) as server:
        assert (await ask(server.url, b"GET / HT")).end == "fin"


@pytest.mark.asyncio
async def test_one_connection_too_many_is_told_so(ask) -> None:
    async with Server(echo, bounds=Bounds(connections=0)) as server:
        heard = await ask(server.url, GET % 1)
    assert heard.head.startswith(b"HTTP/1.1 503")


@pytest.mark.asyncio
async def test_an_answer_that_fails_is_a_500_and_logged(ask) -> None:
    def broken(_: Request) -> Exchange:
        raise KeyError("x")

    log: list[Sent] = []
    async with Server(broken, log=log.append) as server:
        heard = await ask(server.url, GET % 1)
    assert heard.head.startswith(b"HTTP/1.1 500")
    assert b"KeyError" in heard.body
    assert log[0].error is not None


@pytest.mark.asyncio
async def test_a_client_that_waits_before_its_body_is_waved_on(ask) -> None:
    head = b"POST /7 HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
    async with Server(echo) as server:
        heard = await ask(server.url, head, until=b"Continue\r\n\r\n")
    assert heard.all == b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.asyncio
async def test_a_stated_close_ends_the_connection(ask) -> None:
    exchange = Exchange(
        head=Head(headers=(("connection", "close"),)), body=b"x", framing=Framing.CHUNKED
    )
    async with Server(lambda _: exchange) as server:
        heard = await ask(server.url)
    assert heard.end == "fin"
    assert heard.all.endswith(b"1\r\nx\r\n0\r\n\r\n")


@pytest.mark.asyncio
async def test_a_client_that_leaves_is_logged(ask) -> None:
    left = asyncio.Event()
    log: list[Sent] = []

    def note(sent: Sent) -> None:
        log.append(sent)
        left.set()

    arrivals = tuple((n, n * 5.0) for n in range(1000))
    exchange = Exchange(body=b"x" * 1000, arrivals=arrivals)
    async with Server(lambda _: exchange, log=note) as server:
        await ask(server.url, until=b"x\r\n")
        await asyncio.wait_for(left.wait(), 5)
    assert log[0].close is Close.CANCELLED
    assert len(log[0].segments) < 1000
