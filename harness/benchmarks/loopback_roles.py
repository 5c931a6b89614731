"""Servers and clients of the loopback benchmark; each runs in a process of its own.

A stream is `chunks` pieces of equal size, one every `gap` milliseconds. Servers print their URL and
run until their standard input closes. Clients print one JSON object.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib
import json
import math
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlsplit

from streamgauge.exchange import Close, Exchange, Framing, Head, Request
from streamgauge.pipeline import profiles
from streamgauge.replay.server import Server
from streamgauge.replay.simulator import Settings, Simulator

SIZE = 40
HEAD = (("content-type", "text/event-stream"),)
_CHUNK = b"%x\r\n%b\r\n"
_LAST = b"0\r\n\r\n"
_WIRE = len(_CHUNK % (SIZE, bytes(SIZE)))
_BARE_HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Work:
    """How many streams, of how many pieces, how many milliseconds apart."""

    streams: int
    chunks: int
    gap: float


def piece(stream: int, number: int) -> bytes:
    """A piece that no other stream and no other place has."""
    return b'data: {"s": %6d, "n": %8d}' % (stream, number) + b" " * 4 + b"\n\n"


def body(stream: int, chunks: int) -> bytes:
    """All pieces of a stream."""
    return b"".join(piece(stream, number) for number in range(chunks))


# Servers


async def serve_ours(work: Work, framing: Framing) -> None:
    """The replay server."""
    arrivals = tuple((n * SIZE, n * work.gap) for n in range(work.chunks))

    def answer(request: Request) -> Exchange:
        return Exchange(
            head=Head(status=200, headers=HEAD),
            body=body(int(request.url.rpartition("/")[2]), work.chunks),
            arrivals=arrivals,
            close=Close.CLEAN,
            framing=framing,
        )

    async with Server(answer) as server:
        print(server.url, flush=True)
        await _told_to_stop()


async def serve_simulated(work: Work) -> None:
    """The simulator: every stream an answer of its own, all of them played at once.

    Answers wait until the last one is made, so that all streams are on the way together. What
    was meant to be sent is told as digests under `/digests`.
    """
    profile = next(one for one in profiles() if one.slug == _PLAYED)
    settings = Settings(tokens_per_second=1000 / work.gap, keepalive_ms=math.inf)
    simulator = Simulator(profile, settings=settings)
    digests: dict[int, str] = {}
    together = asyncio.Event()

    async def answer(request: Request) -> Exchange:
        name = request.url.rpartition("/")[2]
        if name == "digests":
            said = json.dumps([digests[stream] for stream in range(work.streams)]).encode()
            return Exchange(head=Head(status=200), body=said, framing=Framing.UNTIL_CLOSE)
        made = simulator.answer(_counting(int(name), work.chunks))
        digests[int(name)] = hashlib.blake2b(made.body).hexdigest()
        if len(digests) == work.streams:
            together.set()
        await together.wait()
        return replace(made, framing=Framing.UNTIL_CLOSE)

    async with Server(answer) as server:
        print(server.url, flush=True)
        await _told_to_stop()


_PLAYED = "openai"


def _counting(stream: int, tokens: int) -> Request:
    """A request whose answer is about so many tokens long, and like no other."""
    last = stream + tokens // 2
    said = f"Count from {stream} to {min(last, 9999)}."
    asked = {
        "model": "simulated",
        "stream": True,
        "max_tokens": tokens,
        "messages": [{"role": "user", "content": said}],
    }
    return Request(
        url="http://simulated/v1/chat/completions",
        headers=(("authorization", "Bearer sk-simulated"), ("content-type", "application/json")),
        body=json.dumps(asked).encode(),
    )


async def serve_bare(work: Work) -> None:
    """An asyncio writer and nothing else, on the same schedule."""

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        stream = int(asked.split(b" ")[1].rpartition(b"/")[2])
        began = time.monotonic()
        writer.write(_BARE_HEAD)
        for number in range(work.chunks):
            await asyncio.sleep(max(0.0, began + number * work.gap / 1000 - time.monotonic()))
            writer.write(_CHUNK % (SIZE, piece(stream, number)))
            await writer.drain()
        writer.write(_LAST)
        writer.close()

    server = await asyncio.start_server(play, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await _told_to_stop()


async def _told_to_stop() -> None:
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


# Clients that stamp


async def read_raw(url: str, work: Work, stream: int) -> list[float]:
    """An asyncio reader: the moment at which each piece was there."""
    host = urlsplit(url)
    reader, writer = await asyncio.open_connection(host.hostname, host.port)
    writer.write(b"GET /%d HTTP/1.1\r\nhost: x\r\n\r\n" % stream)
    await reader.readuntil(b"\r\n\r\n")
    stamps: list[float] = []
    got, size = 0, work.chunks * _WIRE + len(_LAST)
    while got < size and (data := await reader.read(65536)):
        now = time.monotonic()
        got += len(data)
        stamps += [now] * (min(got // _WIRE, work.chunks) - len(stamps))
    writer.close()
    return stamps


async def read_httpx(url: str, work: Work, stream: int) -> list[float]:
    """httpx, a client for each stream."""
    import httpx

    async with (
        httpx.AsyncClient(trust_env=False, timeout=60) as client,
        client.stream("GET", f"{url}/{stream}") as answer,
    ):
        return await _stamped(answer.aiter_raw(), work)


async def read_aiohttp(url: str, work: Work, stream: int) -> list[float]:
    """aiohttp, a session for each stream; only where it is installed."""
    aiohttp = importlib.import_module("aiohttp")
    async with aiohttp.ClientSession() as session, session.get(f"{url}/{stream}") as answer:
        return await _stamped(answer.content.iter_any(), work)


async def _stamped(pieces, work: Work) -> list[float]:  # type: ignore[no-untyped-def]
    stamps, got = [], 0
    async for data in pieces:
        now = time.monotonic()
        got += len(data)
        stamps += [now] * (got // SIZE - len(stamps))
    return stamps[: work.chunks]


READERS: dict[str, Callable[[str, Work, int], Awaitable[list[float]]]] = {
    "raw": read_raw,
    "httpx": read_httpx,
    "aiohttp": read_aiohttp,
}


async def read(reader: str, url: str, work: Work) -> None:
    """Read all streams at once and print how far the gaps were from what was wanted."""
    with contextlib.suppress(ImportError):
        importlib.import_module(reader)
    one = Work(streams=1, chunks=work.chunks, gap=work.gap)
    await READERS[reader](url, one, 0)  # warm: imports, first connection
    begun = time.process_time()
    every = await asyncio.gather(*(READERS[reader](url, work, n) for n in range(work.streams)))
    errors = sorted(error for stamps in every for error in _errors(stamps, work.gap))
    whole = all(len(stamps) == work.chunks for stamps in every)
    cpu = time.process_time() - begun
    print(json.dumps({"whole": whole, "cpu": cpu, **_shares(errors)}))


def _errors(stamps: list[float], gap: float) -> Iterator[float]:
    for before, at in pairwise(stamps):
        yield abs((at - before) * 1000 - gap)


def _shares(errors: list[float]) -> dict[str, float]:
    places = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    last = len(errors) - 1
    return {name: round(errors[round(share * last)], 3) for name, share in places.items()}


# The client of the soak


class Hashing(asyncio.Protocol):
    """Keeps of a stream its length and its hash."""

    def __init__(self, stream: int, done: asyncio.Future[bytes]) -> None:
        """`done` gets the digest when the connection ends."""
        self._stream, self._done = stream, done
        self._digest = hashlib.blake2b()
        self._in_body = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"GET /%d HTTP/1.1\r\nhost: x\r\n\r\n" % self._stream)

    def data_received(self, data: bytes) -> None:
        """The head comes in one piece on loopback."""
        if not self._in_body:
            self._in_body, data = True, data.partition(b"\r\n\r\n")[2]
        self._digest.update(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The stream is over."""
        self._done.set_result(b"" if exc else self._digest.digest())


async def soak(url: str, work: Work, *, simulated: bool = False) -> None:
    """Read all streams at once, byte for byte, and print how many were not as expected."""
    host = urlsplit(url)
    loop = asyncio.get_running_loop()
    begun = time.monotonic()
    ends = [loop.create_future() for _ in range(work.streams)]
    await asyncio.gather(
        *(
            loop.create_connection(lambda n=n: Hashing(n, ends[n]), host.hostname, host.port)
            for n in range(work.streams)
        )
    )
    digests = await asyncio.gather(*ends)
    seconds = time.monotonic() - begun
    if simulated:
        wanted = [bytes.fromhex(one) for one in await _fetched(f"{url}/digests")]
    else:
        wanted = [hashlib.blake2b(body(n, work.chunks)).digest() for n in range(work.streams)]
    wrong = sum(got != right for got, right in zip(digests, wanted, strict=True))
    print(json.dumps({"wrong": wrong, "seconds": seconds}))


async def _fetched(url: str) -> list[str]:
    """The digests that a simulated server tells."""
    host = urlsplit(url)
    reader, writer = await asyncio.open_connection(host.hostname, host.port)
    writer.write(f"GET {host.path} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    digests: list[str] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return digests
