"""What only the httpx reader does: connections are kept and reused, redirects are answers."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from streamgauge.capture.recorder import Recorder
from streamgauge.exchange import Close, Exchange, Framing, Head, Headers, Request
from streamgauge.replay.server import Server
from streamgauge.targets import httpx_reader
from streamgauge.targets.reading import Ask, NoAnswerError
from streamgauge.targets.target import Timeouts

WAITS = Timeouts(connect=5.0, read=5.0)


def ask(url: str, headers: Headers = ()) -> Ask:
    return Ask(
        request=Request(url=f"{url}/x", headers=(*headers, ("content-length", "2")), body=b"{}"),
        timeouts=WAITS,
    )


async def read(made: httpx.AsyncClient, asked: Ask) -> Exchange:
    return await httpx_reader.read(made, asked, Recorder(None).begin(asked.request))


def whole(*, connection: str = "keep-alive", status: int = 200, headers: Headers = ()) -> Exchange:
    return Exchange(
        head=Head(status=status, headers=(("connection", connection), *headers)),
        body=b"{}",
        close=Close.CLEAN,
        framing=Framing.LENGTH,
    )


@pytest.mark.asyncio
@pytest.mark.parametrize(("connection", "made"), [("keep-alive", 1), ("close", 3)])
async def test_a_connection_is_reused_unless_the_answer_says_close(
    connection: str, made: int
) -> None:
    opened = 0

    async def counted(stage: str, _: object) -> None:
        nonlocal opened
        opened += stage == "connection.connect_tcp.complete"

    async with (
        Server(lambda _: whole(connection=connection)) as server,
        httpx_reader.client(WAITS, 4) as client,
    ):
        original = httpx_reader._Began.trace
        for _ in range(3):
            with pytest.MonkeyPatch.context() as patch:

                async def both(self: Any, stage: str, info: object) -> None:
                    await counted(stage, info)
                    await original(self, stage, info)

                patch.setattr(httpx_reader._Began, "trace", both)
                assert (await read(client, ask(server.url))).close is Close.CLEAN
    assert opened == made


@pytest.mark.asyncio
async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Exchange:
        asked.append(request)
        return whole(status=307, headers=(("location", "http://127.0.0.1:9/elsewhere"),))

    async with Server(answer) as server, httpx_reader.client(WAITS, 4) as client:
        found = await read(client, ask(server.url))
    assert found.head.status == 307
    assert len(asked) == 1


@pytest.mark.asyncio
async def test_a_header_goes_out_byte_for_byte() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Exchange:
        asked.append(request)
        return whole()

    async with Server(answer) as server, httpx_reader.client(WAITS, 4) as client:
        await read(client, ask(server.url, (("X-Mixed", "Grüße"),)))
    assert "Grüße" in {value for name, value in asked[0].headers if name.lower() == "x-mixed"}


@pytest.mark.asyncio
async def test_as_many_connections_are_open_as_are_allowed() -> None:
    running, most = 0, 0

    async def answer(_: Request) -> Exchange:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return whole()

    async with Server(answer) as server, httpx_reader.client(WAITS, 2) as client:
        await asyncio.gather(*(read(client, ask(server.url)) for _ in range(6)))
    assert most == 2


@pytest.mark.asyncio
async def test_a_url_that_httpx_refuses_is_one_line() -> None:
    async with httpx_reader.client(WAITS, 1) as client:
        with pytest.raises(NoAnswerError, match=r"\A[^\n]+\Z"):
            await read(client, ask("http://127.0.0.1:1/\x00"))
