"""The server in front of a translator: HTTP/1.1, request after request, many clients at once.

It must never raise at a client's doing, and never let an upstream work for a client that left.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from contextlib import aclosing
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx

from streamgauge.proxy.handled import Handled
from streamgauge.proxy.relay import Head, Relay
from streamgauge.proxy.upstream import Upstream
from streamgauge.replay.http1 import CONTINUE, BadRequest, Bounds, Incoming, RequestReader
from streamgauge.translate.translator import Translator

_PIECE = 64 * 1024
_BOUNDS = Bounds(body_bytes=32 * 1024 * 1024, connections=256)


class Proxy:
    """An async context manager that listens while it is open.

    `log` is called once for each request, in the event loop. `port` 0 takes a free one; OSError
    where it cannot listen.
    """

    def __init__(
        self,
        translator: Translator,
        upstream: Upstream,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        log: Callable[[Handled], None] | None = None,
        bounds: Bounds = _BOUNDS,
    ) -> None:
        """Nothing is opened yet."""
        self._translator = translator
        self._upstream = upstream
        self._address = (host, port)
        self._log = log
        self._bounds = bounds
        self._began = time.monotonic()
        self._open: set[asyncio.Task[None]] = set()
        self.url = ""

    async def __aenter__(self) -> Self:
        """Listen."""
        host, port = self._address
        self._client: httpx.AsyncClient = self._upstream.client()
        self._relay = Relay(self._translator, self._upstream, self._client)
        self._server = await asyncio.start_server(self._greet, host, port)
        bound = self._server.sockets[0].getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening and end every connection at once."""
        self._server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._client.aclose()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            connection = _Connection(reader, writer, self._bounds)
            if len(self._open) > self._bounds.connections:
                await connection.refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too many connections")
            else:
                await self._converse(connection)
        except (OSError, TimeoutError):
            pass
        except asyncio.CancelledError:
            # Only the end of the proxy cancels a connection.
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _converse(self, connection: _Connection) -> None:
        while True:
            try:
                incoming = await connection.request()
            except BadRequest as wrong:
                await connection.refuse(wrong.status, str(wrong))
                return
            if incoming is None:
                return
            handled = Handled(began=self._now())
            try:
                stays = await self._answered(connection, incoming, handled)
            finally:
                handled.total_ms = round(self._now() - handled.began, 3)
                if self._log is not None:
                    self._log(handled)
            if not stays:
                return

    async def _answered(
        self, connection: _Connection, incoming: Incoming, handled: Handled
    ) -> bool:
        """Whether the connection can serve another request."""
        answering = asyncio.create_task(self._send(connection, incoming, handled))
        leaving = asyncio.create_task(connection.until_gone())
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                answering.result()
                return incoming.keeps_open and not leaving.done()
            return False
        finally:
            for task in (answering, leaving):
                task.cancel()
            await asyncio.gather(answering, leaving, return_exceptions=True)

    async def _send(self, connection: _Connection, incoming: Incoming, handled: Handled) -> None:
        async def begin(head: Head) -> None:
            handled.status = head.status
            await connection.begin(head, incoming)

        body = self._relay.answer(incoming, handled, self._now(), begin)
        try:
            async with aclosing(body):
                async for piece in body:
                    if handled.first_ms is None:
                        handled.first_ms = round(self._now() - handled.began, 3)
                    handled.said.add(piece)
                    await connection.send(piece)
            await connection.end()
        except Exception as error:
            # Ours or the network's: the client must see a cut, never an end.
            handled.ended = "failed"
            handled.warnings += (f"the answer broke off: {type(error).__name__}",)
            connection.abort()
            raise ConnectionAbortedError from error

    def _now(self) -> float:
        return (time.monotonic() - self._began) * 1000


class _Connection:
    """A client's connection: requests in, chunks out."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, bounds: Bounds
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._bounds = bounds
        self._early = b""
        self._chunked = True

    async def request(self) -> Incoming | None:
        """The next request, or None where the client is done. Raises BadRequest, TimeoutError."""
        parser = RequestReader(self._bounds)
        data, self._early = self._early, b""
        async with asyncio.timeout(self._bounds.idle):
            while True:
                incoming = parser.feed(data) if data else None
                if incoming is not None:
                    self._early = parser.carried
                    return incoming
                if parser.waits_for_continue:
                    self._writer.write(CONTINUE)
                data = await self._reader.read(_PIECE)
                if not data:
                    return None

    async def until_gone(self) -> None:
        """Return when the client has left; what it sends meanwhile is kept for later."""
        while len(self._early) < _PIECE:
            data = await self._reader.read(_PIECE)
            if not data:
                return
            self._early += data
        await asyncio.Event().wait()

    async def begin(self, head: Head, incoming: Incoming) -> None:
        """Send the head of an answer whose length nobody knows."""
        self._chunked = incoming.is_1_1
        phrase = HTTPStatus(head.status).phrase if head.status in _KNOWN else "Unknown"
        fields = [("content-type", head.media_type), ("cache-control", "no-cache"), *head.headers]
        if self._chunked:
            fields.append(("transfer-encoding", "chunked"))
        if not incoming.keeps_open:
            fields.append(("connection", "close"))
        lines = [f"HTTP/1.1 {head.status} {phrase}", *(f"{k}: {_one_line(v)}" for k, v in fields)]
        self._writer.write(
            "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1", "replace")
        )
        await self._drain()

    async def send(self, piece: bytes) -> None:
        """Send a piece of the body, at once."""
        framed = b"%x\r\n%b\r\n" % (len(piece), piece) if self._chunked else piece
        self._writer.write(framed)
        await self._drain()

    async def end(self) -> None:
        """The body is over."""
        if self._chunked:
            self._writer.write(b"0\r\n\r\n")
        await self._drain()

    async def refuse(self, status: int, says: str) -> None:
        """Answer what is no request; the connection ends."""
        body = json.dumps({"error": {"type": "proxy", "message": says}}).encode()
        nobody = Incoming("GET", "/", (), b"", True, False)
        await self.begin(Head(status, "application/json"), nobody)
        await self.send(body)
        await self.end()
        # Closing over unread bytes would reset the connection, and the client lose the answer.
        with contextlib.suppress(OSError, TimeoutError):
            self._writer.write_eof()
            async with asyncio.timeout(self._bounds.linger):
                while await self._reader.read(_PIECE):
                    pass

    def abort(self) -> None:
        """End the connection at once, in the middle of whatever is said."""
        self._writer.transport.abort()

    async def _drain(self) -> None:
        async with asyncio.timeout(self._bounds.stuck):
            await self._writer.drain()


_KNOWN = frozenset(status.value for status in HTTPStatus)


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
