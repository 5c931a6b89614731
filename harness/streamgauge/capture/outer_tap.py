"""The tap for transports without a connection pool: applications called in place, other engines.

It listens one step higher than `tap`, at the transport itself, and so sees what the transport
makes of an answer: an application that is called in place has no network to cut. It never imports
an HTTP library.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from streamgauge.capture.recorder import Recorder
from streamgauge.capture.tap import Call, Stream, close_of, fields_of
from streamgauge.exchange import Close, Request

_SYNC: Final = "handle_request"
_ASYNC: Final = "handle_async_request"
_STREAMS: Final = frozenset({"SyncByteStream", "AsyncByteStream"})


def listen(transport: Any, recorder: Recorder, accept_encoding: str | None) -> Callable[[], None]:
    """Listen to a transport; what is returned ends it.

    `accept_encoding` replaces what the client asks for, None leaves it.
    """
    before = {name: vars(transport).get(name) for name in (_SYNC, _ASYNC)}
    ear = _Ear(transport, recorder, accept_encoding)
    for name, heard in ((_SYNC, ear.handle_request), (_ASYNC, ear.handle_async_request)):
        if hasattr(transport, name):
            setattr(transport, name, heard)

    def end() -> None:
        for name, own in before.items():
            if own is not None:
                setattr(transport, name, own)
            elif name in vars(transport):
                delattr(transport, name)

    return end


class _Ear:
    """Stands in a transport's methods."""

    def __init__(self, transport: Any, recorder: Recorder, accept_encoding: str | None) -> None:
        self._handle = getattr(transport, _SYNC, None)
        self._handle_async = getattr(transport, _ASYNC, None)
        self._recorder, self._accept_encoding = recorder, accept_encoding

    def handle_request(self, request: Any) -> Any:
        assert self._handle is not None
        if self._recorder.is_closed:
            return self._handle(request)
        call = self._begun(request, request.read())
        try:
            response = self._handle(request)
        except BaseException as error:
            call.taking.end(close_of(error))
            raise
        return _heard(response, call)

    async def handle_async_request(self, request: Any) -> Any:
        assert self._handle_async is not None
        if self._recorder.is_closed:
            return await self._handle_async(request)
        call = self._begun(request, await request.aread())
        try:
            response = await self._handle_async(request)
        except BaseException as error:
            call.taking.end(close_of(error))
            raise
        return _heard(response, call)

    def _begun(self, request: Any, body: bytes) -> Call:
        if self._accept_encoding is not None:
            request.headers["accept-encoding"] = self._accept_encoding
        asked = Request(
            method=request.method,
            url=str(request.url),
            headers=fields_of(request.headers.raw),
            body=body,
        )
        return Call(self._recorder.begin(asked), None)


def _heard(response: Any, call: Call) -> Any:
    """The response with a stream that is listened to and is of the kind that its client expects."""
    call.take_head(response.status_code, response.headers.raw, response.extensions)
    if (whole := getattr(response, "_content", None)) is not None:
        # Such an answer was made whole, and nobody will read its stream.
        call.taking.segment(whole, call.since_sent())
        call.taking.end(Close.CLEAN)
        return response
    kinds = [kind for kind in type(response.stream).__mro__ if kind.__name__ in _STREAMS]
    response.stream = type("HeardStream", (Stream, *kinds), {})(response.stream, call)
    return response
