"""Reads an answer off the socket with a bare asyncio Protocol; for everything that is timed.

Time is stamped when the bytes come in, before anything looks at them. HTTP itself is read by h11.
One request, one connection: nothing of one answer can wait behind another.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from urllib.parse import urlsplit

import h11

from streamgauge.capture import headers
from streamgauge.exchange import Close, Exchange, Head, Request
from streamgauge.targets.reading import Ask, NoAnswerError, Taking, require_sendable

_BIGGEST_HEAD = 256 * 1024


async def read(ask: Ask, taking: Taking) -> Exchange:
    """Send the request and read until the end, however it ends. Raises NoAnswerError."""
    require_sendable(ask.request)
    reading = _Reading(ask, taking)
    transport = await _connected(ask, reading)
    try:
        return await reading.answer()
    finally:
        transport.abort()


async def _connected(ask: Ask, reading: _Reading) -> asyncio.Transport:
    address = urlsplit(ask.request.url)
    secure = address.scheme == "https"
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(ask.timeouts.connect):
            transport, _ = await loop.create_connection(
                lambda: reading,
                address.hostname or "",
                address.port or (443 if secure else 80),
                ssl=ssl.create_default_context() if secure else None,
            )
    except TimeoutError:
        raise NoAnswerError(f"no connection within {ask.timeouts.connect:g} s") from None
    except ssl.SSLError as error:
        raise NoAnswerError(f"TLS: {error.reason or 'failed'}") from None
    except OSError as error:
        raise NoAnswerError(f"no connection: {error.strerror or error}") from None
    except UnicodeError:
        raise NoAnswerError("no connection: the host's name is none") from None
    return transport


class _Reading(asyncio.Protocol):
    """One connection. Everything happens in callbacks; `answer` waits for the end of it."""

    def __init__(self, ask: Ask, taking: Taking) -> None:
        self._ask = ask
        self._taking = taking
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_BIGGEST_HEAD)
        self._said = _on_the_wire(self._http, ask.request)
        self._is_http = True
        self._ended: asyncio.Future[Close] = asyncio.get_running_loop().create_future()
        self._began = 0.0
        self._last = 0.0
        self._has_head = False
        self._watchdog: asyncio.TimerHandle | None = None

    async def answer(self) -> Exchange:
        """The exchange once the transport has ended."""
        try:
            close = await self._ended
        except asyncio.CancelledError:
            if self._has_head:
                self._taking.end(Close.CANCELLED)
            raise
        finally:
            if self._watchdog is not None:
                self._watchdog.cancel()
        if not self._has_head:
            raise NoAnswerError(_WITHOUT_HEAD[close] if self._is_http else _NOT_HTTP)
        return self._taking.end(close)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected: the request goes out at once and the clock starts."""
        assert isinstance(transport, asyncio.Transport)
        self._began = self._last = time.monotonic()
        transport.write(self._said)
        self._look_out()

    def data_received(self, data: bytes) -> None:
        """Bytes came; the time is taken first."""
        self._last = time.monotonic()
        self._take(data)

    def eof_received(self) -> None:
        """The other side will say no more."""
        self._take(b"")
        self._end(Close.EOF)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone; where the answer had not ended, it was cut."""
        self._end(Close.EOF if exc is None else Close.RESET)

    def _take(self, data: bytes) -> None:
        if self._ended.done():
            return
        try:
            self._http.receive_data(data)
            body = bytearray()
            finished = self._events(body)
        except h11.RemoteProtocolError:
            self._is_http = not data
            self._segment(body)
            self._end(Close.EOF)
            return
        self._segment(body)
        if finished:
            self._end(Close.CLEAN)

    def _events(self, body: bytearray) -> bool:
        """What h11 makes of the bytes so far; whether the answer is whole."""
        while True:
            event = self._http.next_event()
            match event:
                case h11.Response():
                    self._head(event)
                case h11.Data():
                    body += event.data
                case h11.EndOfMessage():
                    return True
                case h11.InformationalResponse():
                    pass
                case _:
                    return False

    def _head(self, response: h11.Response) -> None:
        fields = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in response.headers)
        head = Head(status=response.status_code, headers=fields)
        self._has_head = True
        self._taking.head(head, headers.framing(head, http1=True))

    def _segment(self, body: bytearray) -> None:
        if not body:
            return
        ms = round((self._last - self._began) * 1000, 3)
        data = bytes(body)
        self._taking.segment(data, ms)
        if self._ask.watch is not None and self._ask.watch(data, ms):
            self._end(Close.CANCELLED)

    def _end(self, close: Close) -> None:
        if not self._ended.done():
            self._ended.set_result(close)

    def _look_out(self) -> None:
        """Wakes when the silence may have lasted too long; one timer, however many segments."""
        limit = self._ask.timeouts.read
        rest = self._last + limit - time.monotonic()
        if rest <= 0:
            self._end(Close.TIMEOUT)
        else:
            self._watchdog = asyncio.get_running_loop().call_later(rest, self._look_out)


_NOT_HTTP = "what came is no HTTP response"
_WITHOUT_HEAD = {
    Close.CLEAN: "the connection ended before a response",
    Close.EOF: "the connection was closed before a response",
    Close.RESET: "the connection was reset before a response",
    Close.TIMEOUT: "no response within the read timeout",
    Close.CANCELLED: "cancelled before a response",
}


def _on_the_wire(http: h11.Connection, request: Request) -> bytes:
    address = urlsplit(request.url)
    path = address.path or "/"
    target = f"{path}?{address.query}" if address.query else path
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
    try:
        said = http.send(h11.Request(method=request.method, target=target, headers=fields))
    except h11.LocalProtocolError:
        raise NoAnswerError("not a URL: HTTP forbids a sign in its path") from None
    body = http.send(h11.Data(data=request.body))
    end = http.send(h11.EndOfMessage())
    return b"".join(part for part in (said, body, end) if part)
