"""One request of a client: asked of the upstream, and its answer handed on as it comes.

What is refused before the first byte keeps its status; what fails later is told in the stream. It
must never hold a stream back, and never go on asking for a client that has left.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from streamgauge.delta import Failure
from streamgauge.dialects.catalogue import by_path
from streamgauge.dialects.dialect import Refusal
from streamgauge.proxy.handled import Handled
from streamgauge.proxy.upstream import Upstream, json_of, key_of
from streamgauge.replay.http1 import Incoming
from streamgauge.translate.asking import Asking
from streamgauge.translate.translator import Answering, Translator
from streamgauge.wire.payload import parse

_DOCUMENT = 16 * 1024 * 1024
"""Bytes that an answer which is no stream may have."""
_KEPT_HEADERS = ("retry-after",)


class Head(NamedTuple):
    """What stands before a body."""

    status: int
    media_type: str
    headers: tuple[tuple[str, str], ...] = ()


Begin = Callable[[Head], Awaitable[None]]
"""Sends the head of the answer; afterwards pieces of its body may follow."""


class Refused(Exception):
    """A request that gets an error answer in the client's words, and why."""

    def __init__(self, status: int, says: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """`says` is one line; it goes to the client."""
        super().__init__(says)
        self.status = status
        self.headers = headers


class Relay:
    """Handles requests, several at once."""

    def __init__(
        self, translator: Translator, upstream: Upstream, client: httpx.AsyncClient
    ) -> None:
        """`client` is open."""
        self._translator = translator
        self._upstream = upstream
        self._client = client

    async def answer(
        self, incoming: Incoming, handled: Handled, now: float, begin: Begin
    ) -> AsyncGenerator[bytes, None]:
        """The body of the answer, piece by piece, after `begin` got its head."""
        try:
            asking = self._asked(incoming, handled)
            request = self._upstream.request(
                self._client,
                self._translator.target,
                asking,
                key_of(incoming.headers, incoming.target),
            )
            handled.sent.add(request.content)
            response = await self._send(request)
        except Refused as refused:
            yield await self._refuse(refused, handled, begin)
            return
        answering = self._translator.answer(asking, now)
        try:
            async for piece in self._handed_on(response, asking, answering, handled, begin):
                yield piece
        except Refused as refused:
            yield await self._refuse(refused, handled, begin)
        finally:
            await response.aclose()
            handled.warnings += answering.warnings

    def _asked(self, incoming: Incoming, handled: Handled) -> Asking:
        handled.asked.add(incoming.body)
        handled.path = urlsplit(incoming.target).path
        source = self._translator.source
        if by_path(handled.path) is not source:
            raise Refused(HTTPStatus.NOT_FOUND, f"this is a proxy for {source.name} alone")
        if incoming.method != "POST":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "only POST is answered here")
        payload = parse(incoming.body)
        if not isinstance(payload.value, dict):
            raise Refused(HTTPStatus.BAD_REQUEST, "the body of the request is not a JSON object")
        stated = {name.lower(): value for name, value in incoming.headers}
        asking = self._translator.ask(
            payload.value,
            incoming.target,
            conversation=stated.get("x-conversation-id", "")[:200] or None,
            model=self._upstream.model,
        )
        if not asking.wants_events:
            raise Refused(HTTPStatus.BAD_REQUEST, "streams are events here: ask with alt=sse")
        handled.conversation, handled.request_index = asking.conversation, asking.index
        handled.warnings = asking.warnings
        return asking

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._client.send(request, stream=True)
        except httpx.TimeoutException:
            raise Refused(
                HTTPStatus.GATEWAY_TIMEOUT, "the upstream did not answer in time"
            ) from None
        except httpx.HTTPError:
            # The text of such an error may hold the address, and that a key.
            raise Refused(HTTPStatus.BAD_GATEWAY, "the upstream cannot be reached") from None

    async def _handed_on(
        self,
        response: httpx.Response,
        asking: Asking,
        answering: Answering,
        handled: Handled,
        begin: Begin,
    ) -> AsyncIterator[bytes]:
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if response.status_code != HTTPStatus.OK:
            raise self._refused(response, await _whole(response, handled))
        if not asking.streams:
            body = await _whole(response, handled)
            told = json_of(answering.document(body))
            await begin(Head(HTTPStatus.OK, "application/json"))
            handled.ended = "complete"
            yield told
            return
        if kind != "text/event-stream":
            await _whole(response, handled)
            raise Refused(HTTPStatus.BAD_GATEWAY, "the upstream answered with no event stream")
        conversation = (("x-conversation-id", asking.conversation),)
        await begin(Head(HTTPStatus.OK, "text/event-stream; charset=utf-8", conversation))
        async for piece in _streamed(response, answering, handled):
            yield piece
        handled.ended = "failed" if answering.failed else "complete"

    def _refused(self, response: httpx.Response, body: bytes) -> Refused:
        """The upstream's own refusal, its status and its words kept."""
        payload = parse(body)
        deltas = self._translator.target.document(payload.value) if payload.readable else ()
        failures = [delta for delta in deltas if isinstance(delta, Failure)]
        says = str(failures[0].message) if failures else "the upstream refused without saying why"
        status = response.status_code
        if status < HTTPStatus.BAD_REQUEST:
            return Refused(HTTPStatus.BAD_GATEWAY, f"the upstream answered with status {status}")
        kept = tuple(
            (name, response.headers[name]) for name in _KEPT_HEADERS if name in response.headers
        )
        return Refused(status, says, kept)

    async def _refuse(self, refused: Refused, handled: Handled, begin: Begin) -> bytes:
        handled.ended = "refused"
        refusal = Refusal(status=refused.status, type="", message=str(refused))
        body = json_of(self._translator.refuse(refusal))
        await begin(Head(refused.status, "application/json", refused.headers))
        return body


async def _streamed(
    response: httpx.Response, answering: Answering, handled: Handled
) -> AsyncIterator[bytes]:
    """What the client gets of a stream, as it comes; a broken transport ends it as broken."""
    clean = True
    try:
        async for piece in response.aiter_bytes():
            handled.heard.add(piece)
            said = answering.feed(piece)
            if said:
                yield said
            if answering.failed:
                return
    except httpx.HTTPError:
        clean = False
    last = answering.finish(clean=clean)
    if last:
        yield last


async def _whole(response: httpx.Response, handled: Handled) -> bytes:
    """A body that is no stream. Raises Refused where it is too long or breaks off."""
    body = bytearray()
    try:
        async for piece in response.aiter_bytes():
            handled.heard.add(piece)
            body += piece
            if len(body) > _DOCUMENT:
                raise Refused(HTTPStatus.BAD_GATEWAY, "the upstream's answer is too long")
    except httpx.HTTPError:
        raise Refused(HTTPStatus.BAD_GATEWAY, "the upstream's answer broke off") from None
    return bytes(body)
