"""Reads an answer with httpx: proxies, redirects refused, certificates as everybody has them.

Its pieces come late under load (docs/performance.md), so timed scenarios use the socket reader.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from streamgauge.capture import headers
from streamgauge.exchange import Close, Exchange, Head
from streamgauge.targets.reading import Ask, NoAnswerError, Taking
from streamgauge.targets.target import Timeouts


@asynccontextmanager
async def client(timeouts: Timeouts, at_once: int) -> AsyncIterator[httpx.AsyncClient]:
    """A client for one target."""
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    waits = httpx.Timeout(timeouts.read, connect=timeouts.connect, pool=None)
    async with httpx.AsyncClient(timeout=waits, limits=limits) as made:
        yield made


async def read(made: httpx.AsyncClient, ask: Ask, taking: Taking) -> Exchange:
    """Send the request and read until the end, however it ends. Raises NoAnswerError."""
    request = ask.request
    sent = made.build_request(
        request.method, request.url, content=request.body, headers=list(request.headers)
    )
    began = time.monotonic()
    try:
        response = await made.send(sent, stream=True)
    except httpx.TimeoutException as error:
        raise NoAnswerError(f"no response in time ({type(error).__name__})") from None
    except httpx.HTTPError as error:
        raise NoAnswerError(str(error) or type(error).__name__) from None
    try:
        _take_head(response, taking)
        close = await _body(response, ask, taking, began)
    except asyncio.CancelledError:
        taking.end(Close.CANCELLED)
        raise
    finally:
        await response.aclose()
    return taking.end(close)


def _take_head(response: httpx.Response, taking: Taking) -> None:
    raw = response.headers.raw
    fields = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in raw)
    head = Head(status=response.status_code, headers=fields)
    taking.head(head, headers.framing(head, http1=response.http_version == "HTTP/1.1"))


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
