"""The long way: served by the replay server in drawn pieces and times, read off the socket.

What is judged there equals what the pipeline says of the value that was drawn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings

from streamgauge.capture.recorder import Recorder
from streamgauge.exchange import Exchange, Request, Seam
from streamgauge.message import Message
from streamgauge.replay.server import Server
from streamgauge.strategies.cutting import timed
from streamgauge.strategies.lots import Lots, drawn
from streamgauge.targets import socket_reader
from streamgauge.targets.reading import Ask
from streamgauge.targets.target import Timeouts
from tests.strategies.drawing import DIALECTS, anyone, judged, timeless

_EACH = 125
"""Exchanges of each dialect where the profile says no more; 500 in all."""


class Loopback:
    """One server and one event loop for a whole session; what it answers is put in its hand."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.next = Exchange()
        self.server = Server(lambda _: self.next, speed=1.0)

    def __enter__(self) -> Loopback:
        self.runner.__enter__()
        self.runner.run(self.server.__aenter__())
        return self

    def __exit__(self, *error: object) -> None:
        self.runner.run(self.server.__aexit__(None, None, None))
        self.runner.__exit__(None, None, None)

    def carried(self, exchange: Exchange) -> Exchange:
        """The exchange as the runner's reader took it off the socket."""
        self.next = exchange
        return self.runner.run(self._read(exchange.request or Request()))

    async def _read(self, asked: Request) -> Exchange:
        path = "/" + asked.url.partition("://")[2].partition("/")[2]
        host, length = self.server.url.partition("://")[2], str(len(asked.body))
        headers = (("host", host), *asked.headers, ("content-length", length))
        sent = Request(url=self.server.url + path, headers=headers, body=asked.body)
        taking = Recorder(None).begin(sent, seam=Seam.SOCKET)
        ask = Ask(request=sent, timeouts=Timeouts(connect=60, read=60))
        return await socket_reader.read(ask, taking)


@pytest.fixture(scope="module")
def loopback() -> Iterator[Loopback]:
    with Loopback() as served:
        yield served


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_exchange_is_judged_alike_after_the_long_way(dialect: str, loopback: Loopback) -> None:
    @settings(max_examples=max(_EACH, settings().max_examples))
    @given(drawn=anyone(dialect), times=drawn(lambda lots: lots, 96))
    def law(drawn: tuple[str, tuple[Exchange, Message]], times: Lots) -> None:
        vendor, (exchange, said) = drawn
        sent = timed(times, exchange, max_gap_ms=times.among((0.0, 0.0, 0.0, 1.0)))
        carried = loopback.carried(_thinned(sent))
        assert carried.body == exchange.body
        assert carried.seam is Seam.SOCKET
        assert carried.arrivals is not None
        # The address differs, and so does nothing else that was asked.
        told = judged(replace(carried, request=exchange.request), dialect, vendor)
        assert timeless(told) == timeless(judged(exchange, dialect, vendor))
        assert told.message == said

    law()


def _thinned(exchange: Exchange, most: int = 64) -> Exchange:
    """At most so many segments: a millisecond each would be seconds of a large body."""
    timed = exchange.arrivals or ()
    return replace(exchange, arrivals=timed[:: len(timed) // most + 1])


def test_a_changed_byte_is_seen(loopback: Loopback) -> None:
    body = b'data: {"id":"a","choices":[{"index":0,"delta":{"content":"x"}}]}\n\n'
    exchange = Exchange(body=body, request=Request(url="https://h.example/v1"))
    carried = loopback.carried(exchange)
    assert carried.body == body
    spoilt = replace(carried, body=body.replace(b'"x"', b'"y"'))
    there, here = (judged(one, "openai-chat", "unknown") for one in (spoilt, carried))
    assert timeless(there) != timeless(here)
