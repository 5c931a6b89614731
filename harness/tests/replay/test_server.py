"""Law 7, the server's end: what was recorded is what a socket gets: bytes, boundaries, close."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

import httpx
import pytest

from streamgauge.exchange import Close, Exchange, Framing, Head, Request
from streamgauge.replay.sent import Sent
from streamgauge.replay.server import Server

PIECES = (b"data: 1\n\n", b"data: \xc3", b"\xa9\n", b"\ndata: [DONE]\n\n")
BODY = b"".join(PIECES)
RECORDED = Exchange(
    head=Head(status=200, headers=(("content-type", "text/event-stream"),)),
    body=BODY,
    arrivals=((0, 60.0), (9, 120.0), (16, 180.0), (18, 240.0)),
    close=Close.CLEAN,
    framing=Framing.CHUNKED,
)


def unchunked(read: bytes) -> bytes:
    size, _, rest = read.partition(b"\r\n")
    return rest[: int(size, 16)]


def was_awake(sent: Sent) -> bool:
    """Whether no two segments left close together, as on a machine that slept over the gap."""
    gaps = [after - before for (_, before), (_, after) in pairwise(sent.segments)]
    return min(gaps, default=0) > 0.01 and sent.segments[0][1] - sent.began > 0.01


@pytest.mark.asyncio
@pytest.mark.parametrize("close", [Close.CLEAN, Close.EOF, Close.RESET, Close.TIMEOUT])
@pytest.mark.parametrize("framing", [Framing.CHUNKED, Framing.LENGTH, Framing.UNTIL_CLOSE])
async def test_a_replayed_exchange_has_the_same_bytes_boundaries_and_close(
    close: Close, framing: Framing, ask
) -> None:
    exchange = replace(RECORDED, close=close, framing=framing)
    ends_open = close is Close.CLEAN and framing is not Framing.UNTIL_CLOSE
    last = b"0\r\n\r\n" if framing is Framing.CHUNKED else BODY
    patience = 0.5 if close is Close.TIMEOUT else 5
    for _ in range(10):
        log: list[Sent] = []
        async with Server(lambda _: exchange, log=log.append) as server:
            heard = await ask(server.url, until=last if ends_open else b"", patience=patience)
        if was_awake(log[0]):
            break
    segments = heard.reads[1:5]
    took_off = unchunked if framing is Framing.CHUNKED else bytes
    assert tuple(took_off(read) for read in segments) == PIECES
    assert heard.all.endswith(b"0\r\n\r\n") is (close is Close.CLEAN and framing is Framing.CHUNKED)
    ends = {Close.CLEAN: "fin", Close.EOF: "fin", Close.RESET: "reset", Close.TIMEOUT: "silence"}
    assert heard.end == ("stopped" if ends_open else ends[close])
    assert [sent.close for sent in log] == [close]


@pytest.mark.asyncio
async def test_segments_keep_an_absolute_schedule_and_the_log_is_true(ask) -> None:
    log: list[Sent] = []
    async with Server(lambda _: RECORDED, log=log.append) as server:
        heard = await ask(server.url, until=b"0\r\n\r\n")
    (sent,) = log
    assert [offset for offset, _ in sent.segments] == [0, 9, 16, 18]
    for (_, left), at, (_, due) in zip(
        sent.segments, heard.times[1:], RECORDED.arrivals or (), strict=False
    ):
        assert due / 1000 <= left - sent.began < due / 1000 + 0.5
        assert left <= at < left + 0.5


@pytest.mark.asyncio
@pytest.mark.parametrize(("speed", "least"), [(20.0, 200), (0, 0)], ids=["faster", "at once"])
async def test_speed_stretches_the_times(speed: float, least: float, ask) -> None:
    log: list[Sent] = []
    slow = replace(RECORDED, arrivals=((0, 0.0), (9, 4000.0)))
    async with Server(lambda _: slow, speed=speed, log=log.append) as server:
        await ask(server.url, until=b"0\r\n\r\n")
    assert least <= (log[0].segments[-1][1] - log[0].began) * 1000 < 3500


@pytest.mark.asyncio
async def test_a_connection_serves_request_after_request() -> None:
    seen: list[Request] = []

    async def answer(request: Request) -> Exchange:
        seen.append(request)
        return RECORDED

    async with Server(answer, speed=0) as server:
        async with httpx.AsyncClient(trust_env=False) as client:
            answers = [await client.post(f"{server.url}/n/{n}", json={"n": n}) for n in range(3)]
        assert [answer.content for answer in answers] == [BODY] * 3
        assert [(r.method, r.url, r.body) for r in seen] == [
            ("POST", f"{server.url}/n/{n}", b'{"n":%d}' % n) for n in range(3)
        ]


@pytest.mark.asyncio
async def test_a_stopped_server_leaves_no_stream_running(ask) -> None:
    log: list[Sent] = []
    slow = replace(RECORDED, arrivals=((0, 0.0), (9, 60_000.0)))
    async with Server(lambda _: slow, log=log.append) as server:
        task = asyncio.create_task(ask(server.url))
        while not server.busy:
            await asyncio.sleep(0)
    assert (await task).end in ("reset", "fin")
    assert [sent.close for sent in log] == [Close.CANCELLED]
