"""The tap: sits between an HTTP transport and its connection pool, and listens.

httpx and httpx2 transports keep a pool in `_pool`; what stands there hands out the pieces of a
body as the connection gave them. A tap in the transport's place would stand above everything that
patches transports, vcrpy among them, and would see a body joined into one piece. Time is taken
before a piece is handed on. It never changes what passes, but for the one request header that asks
for an answer without compression, and it never imports an HTTP library.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Final

from streamgauge.capture import headers
from streamgauge.capture.recorder import Recorder
from streamgauge.capture.taking import Taking
from streamgauge.exchange import Close, Head, Headers, Request

IDENTITY: Final = "identity"
_WAS_SENT: Final = ("send_request_body.complete",)
_TIMEOUTS: Final = frozenset({"TimeoutException", "TimeoutError"})
_GIVEN_UP: Final = frozenset(
    {"CancelledError", "Cancelled", "KeyboardInterrupt", "GeneratorExit", "ClosedResourceError"}
)
_BROKEN: Final = frozenset({"ReadError", "NetworkError", "ConnectionError", "OSError"})
_CUT: Final = (
    "peer closed connection",
    "server disconnected",
    "unexpected eof",
    "eof occurred",
    "connectionterminated",
)
_RESET: Final = ("streamreset",)


class Pool:
    """A connection pool with a listener, for synchronous and asynchronous transports alike.

    `accept_encoding` replaces what the client asks for, None leaves it.
    """

    def __init__(self, pool: Any, recorder: Recorder, accept_encoding: str | None) -> None:
        self.heard = pool
        self._recorder = recorder
        self._accept_encoding = accept_encoding

    def __getattr__(self, name: str) -> Any:
        """Everything else is the pool's own."""
        return getattr(self.heard, name)

    def __enter__(self) -> Any:
        return self.heard.__enter__()

    def __exit__(self, *how: Any) -> Any:
        return self.heard.__exit__(*how)

    async def __aenter__(self) -> Any:
        return await self.heard.__aenter__()

    async def __aexit__(self, *how: Any) -> Any:
        return await self.heard.__aexit__(*how)

    def handle_request(self, request: Any) -> Any:
        """Send a request and listen to its answer."""
        asked = _Body(b"".join(request.stream))
        call = self._call(request, asked, Call.trace)
        if call is None:
            return self.heard.handle_request(request)
        try:
            response = self.heard.handle_request(request)
        except BaseException as error:
            call.taking.end(close_of(error))
            raise
        return call.answered(response)

    async def handle_async_request(self, request: Any) -> Any:
        """The same for an asynchronous pool."""
        asked = _Body(b"".join([piece async for piece in request.stream]))
        call = self._call(request, asked, Call.async_trace)
        if call is None:
            return await self.heard.handle_async_request(request)
        try:
            response = await self.heard.handle_async_request(request)
        except BaseException as error:
            call.taking.end(close_of(error))
            raise
        return call.answered(response)

    def _call(self, request: Any, asked: _Body, trace: Callable[..., Any]) -> Call | None:
        """Prepare the request that goes out, and say that it begins; None after the recording."""
        request.stream = asked
        if self._recorder.is_closed:
            return None
        if self._accept_encoding is not None:
            request.headers = _asking_for(self._accept_encoding, request.headers)
        taking = self._recorder.begin(
            Request(
                method=request.method.decode("ascii", "replace"),
                url=_address(request.url),
                headers=fields_of(request.headers),
                body=asked.data,
            )
        )
        call = Call(taking, request.extensions.get("trace"))
        request.extensions = {**request.extensions, "trace": trace.__get__(call)}
        return call


class _Body:
    """A request's body that was read to be kept, and can be sent as often as it must be."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __iter__(self) -> Iterator[bytes]:
        yield self.data

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.data


class Call:
    """One request on its way; time counts from the moment when its last byte was sent."""

    def __init__(self, taking: Taking, trace: Callable[..., Any] | None) -> None:
        self.taking = taking
        self._sent = time.perf_counter()
        self._trace = trace

    def trace(self, name: str, info: dict[str, Any]) -> None:
        """What the pool tells of its steps; the client's own listener hears it too."""
        self._note(name)
        if self._trace is not None:
            self._trace(name, info)

    async def async_trace(self, name: str, info: dict[str, Any]) -> None:
        self._note(name)
        if self._trace is not None:
            told: Awaitable[None] = self._trace(name, info)
            await told

    def _note(self, name: str) -> None:
        if name.endswith(_WAS_SENT):
            self._sent = time.perf_counter()

    def since_sent(self) -> float:
        """Milliseconds since the request was sent."""
        return (time.perf_counter() - self._sent) * 1000

    def answered(self, response: Any) -> Any:
        """The response with a stream that is listened to."""
        self.take_head(response.status, response.headers, response.extensions)
        response.stream = Stream(response.stream, self)
        return response

    def take_head(self, status: int, fields: list[tuple[bytes, bytes]], more: Any) -> None:
        """The head of the answer came; `more` may name the version of HTTP."""
        head = Head(status=status, headers=fields_of(fields))
        is_http1 = more.get("http_version", b"").startswith(b"HTTP/1")
        self.taking.head(head, headers.framing(head, http1=is_http1))


class Stream:
    """The stream of an answer; each piece is noted when it comes, the end however it comes."""

    def __init__(self, stream: Any, call: Call) -> None:
        self._stream = stream
        self._call = call

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._stream:
                self._call.taking.segment(piece, self._call.since_sent())
                yield piece
        except BaseException as error:
            self._call.taking.end(close_of(error))
            raise
        self._call.taking.end(Close.CLEAN)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._stream:
                self._call.taking.segment(piece, self._call.since_sent())
                yield piece
        except BaseException as error:
            self._call.taking.end(close_of(error))
            raise
        self._call.taking.end(Close.CLEAN)

    def close(self) -> None:
        """The client lets go; where the end has not come, it did not wait for it."""
        self._call.taking.end(Close.CANCELLED)
        if hasattr(self._stream, "close"):
            self._stream.close()

    async def aclose(self) -> None:
        self._call.taking.end(Close.CANCELLED)
        if hasattr(self._stream, "aclose"):
            await self._stream.aclose()


def close_of(error: BaseException) -> Close:
    """How the transport ended, by the error that its pool raised.

    The classes of two libraries are meant, so they are known by name. What is none of the ways
    that a transport can end, such as a chunk size that is no number, stays unknown.

    >>> close_of(ConnectionResetError()), close_of(TimeoutError()), close_of(ValueError())
    (<Close.RESET: 'reset'>, <Close.TIMEOUT: 'timeout'>, <Close.UNKNOWN: 'unknown'>)
    """
    names = {kind.__name__ for one in _with_reasons(error) for kind in type(one).__mro__}
    says = str(error).lower()
    if names & _TIMEOUTS:
        return Close.TIMEOUT
    if names & _GIVEN_UP:
        return Close.CANCELLED
    if any(part in says for part in _CUT):
        return Close.EOF
    if names & _BROKEN or any(part in says for part in _RESET):
        return Close.RESET
    return Close.UNKNOWN


def _with_reasons(error: BaseException) -> list[BaseException]:
    """The error and those that it was made of: pools wrap what the network raised."""
    reasons = [reason for reason in (*error.args, error.__cause__) if _is_error(reason)]
    return [error, *reasons]


def _is_error(value: object) -> bool:
    return isinstance(value, BaseException)


def _asking_for(coding: str, fields: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in fields if name.lower() != b"accept-encoding"]
    return [*kept, (b"Accept-Encoding", coding.encode("ascii"))]


def fields_of(fields: list[tuple[bytes, bytes]]) -> Headers:
    """Header fields as texts."""
    return tuple((headers.text(name), headers.text(value)) for name, value in fields)


def _address(url: Any) -> str:
    """The address as the client wrote it: the port only where one was named."""
    port = "" if url.port is None else f":{url.port}"
    host = url.host.decode("ascii", "replace")
    named = f"[{host}]" if ":" in host else host
    return f"{url.scheme.decode()}://{named}{port}{url.target.decode('ascii', 'replace')}"
