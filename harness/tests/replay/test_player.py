"""How an answer is played where the client is difficult: it stops reading, or never goes."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest

from streamgauge.exchange import Close, Exchange, Framing, Request
from streamgauge.replay.http1 import Bounds
from streamgauge.replay.sent import Sent
from streamgauge.replay.server import Server

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
LARGE = 8 * 1024 * 1024


@pytest.mark.asyncio
@pytest.mark.parametrize("close", [Close.CLEAN, Close.RESET], ids=lambda close: close.value)
async def test_a_client_that_does_not_read_is_given_up(close: Close) -> None:
    noted = asyncio.Event()
    log: list[Sent] = []

    def note(sent: Sent) -> None:
        log.append(sent)
        noted.set()

    halves = Exchange(body=bytes(2 * LARGE), arrivals=((0, 0.0), (LARGE, 0.0)), close=close)
    async with Server(lambda _: halves, log=note, bounds=Bounds(stuck=0.1)) as server:
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as tcp:
            tcp.sendall(GET)
            await asyncio.wait_for(noted.wait(), 5)
    assert log[0].error == "the client stopped reading"
    assert len(log[0].segments) == 1


@pytest.mark.asyncio
async def test_a_slow_reader_gets_every_byte(ask) -> None:
    body = bytes(range(256)) * (LARGE // 256)
    step = LARGE // 64
    arrivals = tuple((n * step, 0.0) for n in range(64))
    exchange = Exchange(body=body, arrivals=arrivals, framing=Framing.UNTIL_CLOSE)
    async with Server(lambda _: exchange) as server:
        assert (await ask(server.url)).body == body


@pytest.mark.asyncio
async def test_a_reset_does_not_overtake_what_was_sent(ask) -> None:
    body = bytes(range(256)) * 4096
    exchange = Exchange(body=body, close=Close.RESET, framing=Framing.UNTIL_CLOSE)
    async with Server(lambda _: exchange) as server:
        heard = await ask(server.url)
    assert heard.body == body
    assert heard.end == "reset"


@pytest.mark.asyncio
async def test_an_answer_made_late_keeps_its_gaps(ask) -> None:
    log: list[Sent] = []
    exchange = Exchange(body=b"ab", arrivals=((0, 10.0), (1, 60.0)))

    def answer(_: Request) -> Exchange:
        ready = time.monotonic() + 0.1
        while time.monotonic() < ready:
            pass
        return exchange

    async with Server(answer, log=log.append) as server:
        await ask(server.url)
    (_, first), (_, second) = log[0].segments
    assert first - log[0].began >= 0.1
    assert second - first >= 0.05


@pytest.mark.asyncio
@pytest.mark.parametrize("close", [Close.EOF, Close.TIMEOUT], ids=lambda close: close.value)
async def test_waiting_for_a_client_to_go_has_an_end(close: Close, ask) -> None:
    exchange = Exchange(body=b"x", close=close)
    async with Server(lambda _: exchange, bounds=Bounds(hold=0.05, linger=0.05)) as server:
        heard = await ask(server.url)
        assert heard.end == "fin"
        while server.busy:
            await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_after_our_end_the_client_may_go_on_writing() -> None:
    exchange = Exchange(body=b"x", close=Close.EOF, framing=Framing.UNTIL_CLOSE)
    async with Server(lambda _: exchange) as server:
        port = int(server.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GET)
        assert (await reader.read()).endswith(b"x")
        for _ in range(3):  # a closed socket would answer the first with a reset
            writer.write(b"more")
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.close()
        await writer.wait_closed()
