"""Reads an answer with httpx: proxies, redirects refused, certificates as everybody has them.

Its pieces come late under load (docs/performance.md), so timed scenarios use the socket reader.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from streamgauge.capture import headers
from streamgauge.exchange import Close, Exchange, Head
from streamgauge.targets.reading import Ask, NoAnswerError, Taking, require_sendable
from streamgauge.targets.target import Timeouts

_SENDING = "send_request_headers.started"


_DIRECT: Mapping[str, None] = {
    f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")
}
"""What is on this machine is never asked through a proxy that the environment names."""


@asynccontextmanager
async def client(timeouts: Timeouts, at_once: int) -> AsyncIterator[httpx.AsyncClient]:
    """A client for one target."""
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    waits = httpx.Timeout(timeouts.read, connect=timeouts.connect, pool=None)
    async with httpx.AsyncClient(timeout=waits, limits=limits, mounts=_DIRECT) as made:
        yield made


async def read(made: httpx.AsyncClient, ask: Ask, taking: Taking) -> Exchange:
    """Send the request and read until the end, however it ends. Raises NoAnswerError."""
    require_sendable(ask.request)
    began = _Began()
    try:
        response = await made.send(_built(made, ask, began), stream=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswerError(_why(error, ask.timeouts)) from None
    try:
        _take_head(response, taking)
        close = await _body(response, ask, taking, began.at)
    except asyncio.CancelledError:
        taking.end(Close.CANCELLED)
        raise
    finally:
        await response.aclose()
    return taking.end(close)


class _Began:
    """When the request went out: a connection that had to be made first is no part of it."""

    def __init__(self) -> None:
        self.at = time.monotonic()

    async def trace(self, name: str, _: object) -> None:
        """What httpcore calls at each step."""
        if name.endswith(_SENDING):
            self.at = time.monotonic()


def _built(made: httpx.AsyncClient, ask: Ask, began: _Began) -> httpx.Request:
    request = ask.request
    # Text would be sent as ASCII; a value may be Latin-1.
    fields = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in request.headers]
    return made.build_request(
        request.method,
        request.url,
        content=request.body,
        headers=fields,
        extensions={"trace": began.trace},
    )


def _why(error: httpx.HTTPError | httpx.InvalidURL, waits: Timeouts) -> str:
    """Why there was no response, in the words that the socket reader has for it."""
    match error:
        case httpx.InvalidURL():
            return f"not a URL: {error}"
        case httpx.ConnectTimeout():
            return f"no connection within {waits.connect:g} s"
        case httpx.TimeoutException():
            return "no response within the read timeout"
        case httpx.ConnectError():
            return f"no connection: {error}"
        case httpx.NetworkError():
            return "the connection was reset before a response"
        case httpx.RemoteProtocolError() if "disconnected" in str(error):
            return "the connection was closed before a response"
        case httpx.RemoteProtocolError():
            return "what came is no HTTP response"
        case _:
            return f"no response ({type(error).__name__})"


def _take_head(response: httpx.Response, taking: Taking) -> None:
    raw = response.headers.raw
    fields = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in raw)
    head = Head(status=response.status_code, headers=fields)
    taking.head(head, headers.framing(head, http1=response.http_version.startswith("HTTP/1")))


async def _body(response: httpx.Response, ask: Ask, taking: Taking, began: float) -> Close:
    try:
        async for data in response.aiter_raw():
            ms = round((time.monotonic() - began) * 1000, 3)
            taking.segment(data, ms)
            if ask.watch is not None and ask.watch(data, ms):
                return Close.CANCELLED
    except httpx.TimeoutException:
        return Close.TIMEOUT
    except httpx.ReadError:
        return Close.RESET
    except httpx.HTTPError:
        return Close.EOF
    return Close.CLEAN
