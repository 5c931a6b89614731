"""What only the socket reader does: time before parsing, and nothing kept after an answer."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from streamgauge.capture.recorder import Recorder
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.replay.sent import Sent
from streamgauge.replay.server import Server
from streamgauge.targets import socket_reader
from streamgauge.targets.reading import Ask, NoAnswerError
from streamgauge.targets.target import Timeouts

EVENT = b"data: {}\n\n"


def ask(url: str, path: str = "/v1/x?alt=sse") -> Ask:
    host = url.split("/")[2]
    return Ask(
        request=Request(
            url=url + path, headers=(("host", host), ("content-length", "2")), body=b"{}"
        ),
        timeouts=Timeouts(connect=5.0, read=5.0),
    )


async def read(asked: Ask) -> Exchange:
    taking = Recorder(None).begin(asked.request, seam=Seam.SOCKET)
    return await socket_reader.read(asked, taking)


def steady(pieces: int, gap_ms: float) -> Exchange:
    return Exchange(
        head=Head(status=200),
        body=EVENT * pieces,
        arrivals=tuple((number * len(EVENT), number * gap_ms) for number in range(pieces)),
        close=Close.CLEAN,
        framing=Framing.CHUNKED,
    )


@pytest.mark.asyncio
async def test_nothing_arrives_before_it_was_sent() -> None:
    sent: list[Sent] = []
    async with Server(lambda _: steady(10, 5.0), log=sent.append) as server:
        found = await read(ask(server.url))
    # Our clock starts when the request is sent, the server's when it has read it: later.
    left = [(at - sent[0].began) * 1000 for _, at in sent[0].segments]
    assert all(ms >= due - 0.5 for (_, ms), due in zip(found.arrivals or (), left, strict=False))
    assert (found.seam, len(found.body)) == (Seam.SOCKET, 10 * len(EVENT))


@pytest.mark.asyncio
async def test_the_request_is_sent_with_its_query() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Exchange:
        asked.append(request)
        return steady(1, 0.0)

    async with Server(answer) as server:
        await read(ask(server.url))
    assert asked[0].url.endswith("/v1/x?alt=sse")
    assert asked[0].body == b"{}"


@pytest.mark.asyncio
async def test_streams_at_once_do_not_mix() -> None:
    def answer(request: Request) -> Exchange:
        name = request.url.rpartition("/")[2].encode()
        body = (b"data: " + name + b"\n\n") * 20
        return Exchange(head=Head(status=200), body=body, framing=Framing.CHUNKED)

    async with Server(answer) as server:
        paths = [f"/{number:02}" for number in range(20)]
        found = await asyncio.gather(*(read(ask(server.url, path)) for path in paths))
    assert [one.body for one in found] == [
        f"data: {number:02}\n\n".encode() * 20 for number in range(20)
    ]


@pytest.mark.asyncio
async def test_a_connection_is_gone_after_its_answer(peer: Any) -> None:
    said = [b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n"]
    async with peer(said, "hold") as url:
        found = await read(ask(url))
    # The peer's block waits until the reader has gone: to get here is the proof.
    assert found.close is Close.CLEAN


@pytest.mark.asyncio
async def test_a_path_that_http_forbids_is_one_line() -> None:
    with pytest.raises(NoAnswerError, match="not a URL"):
        await read(ask("http://127.0.0.1:1", "/a b"))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "trouble",
    [UnicodeError("label too long"), socket.gaierror(-2, "Name or service not known")],
    ids=["no name at all", "unknown"],
)
async def test_a_host_without_an_address_is_one_line(
    trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(NoAnswerError, match=r"\Ano connection: [^\n]+\Z"):
        await read(ask(f"http://{'a' * 70}.invalid"))
