"""A peer that is a list of byte strings and an end, and both readers behind one call."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import cast

import pytest

from streamgauge.capture.recorder import Recorder
from streamgauge.capture.taking import Taking
from streamgauge.exchange import Exchange, Headers, Request, Seam
from streamgauge.targets import httpx_reader, socket_reader
from streamgauge.targets.reading import Ask
from streamgauge.targets.target import Timeouts

Peer = Callable[..., AbstractAsyncContextManager[str]]
Read = Callable[..., Awaitable[Exchange]]


@pytest.fixture
def peer() -> Peer:
    """`async with peer([b"…", b"…"], "fin") as url`: answers each connection so.

    The end is `fin`, `reset`, or `hold`: silence until the other side goes.
    """

    @asynccontextmanager
    async def listening(said: Sequence[bytes], end: str = "fin") -> AsyncIterator[str]:
        tasks: set[asyncio.Task[None]] = set()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await _answer(said, end, reader, writer)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.add(asyncio.ensure_future(answer(reader, writer)))

        server = await asyncio.start_server(begin, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            await asyncio.gather(*tasks)

    return listening


async def _answer(
    said: Sequence[bytes], end: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await reader.read(1 << 16)
    for piece in said:
        writer.write(piece)
        await writer.drain()
        # Lets the reader have this piece before the next.
        await asyncio.sleep(0.002)
    if end == "hold":
        await reader.read()
    if end == "reset":
        tcp = cast(socket.socket, writer.get_extra_info("socket"))
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


def _request(url: str, headers: Headers) -> Request:
    host = url.partition("://")[2].partition("/")[0]
    fields = (("host", host), ("content-length", "2"), *headers)
    return Request(url=f"{url}/v1/x", headers=fields, body=b"{}")


@pytest.fixture(params=[Seam.CLIENT, Seam.SOCKET], ids=["httpx", "socket"])
def read(request: pytest.FixtureRequest) -> Read:
    """`await read(url, …)` with either reader; `taken` collects the takings."""

    async def reading(
        url: str,
        *,
        headers: Headers = (),
        timeouts: Timeouts | None = None,
        watch: Callable[[bytes, float], bool] | None = None,
        taken: list[Taking] | None = None,
    ) -> Exchange:
        waits = timeouts or Timeouts(connect=5.0, read=5.0)
        asked = Ask(request=_request(url, headers), timeouts=waits, watch=watch)
        taking = Recorder(None).begin(asked.request, seam=request.param)
        if taken is not None:
            taken.append(taking)
        if request.param is Seam.SOCKET:
            return await socket_reader.read(asked, taking)
        async with httpx_reader.client(waits, 4) as made:
            return await httpx_reader.read(made, asked, taking)

    return reading
