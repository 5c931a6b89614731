"""One connection of the server: requests are read, asked for an answer, and the answer is played.

Each segment is one write to the socket, on an absolute schedule, so that lateness never adds up.
It must never raise at a client's doing: a client that sends nonsense, leaves or stops reading is
told, logged and left.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast

from streamgauge.exchange import Close, Exchange, Framing, Head, Request
from streamgauge.replay.http1 import CONTINUE, BadRequest, Bounds, Incoming, RequestReader
from streamgauge.replay.player import Stage, play
from streamgauge.replay.sent import Sent
from streamgauge.replay.wire_form import wire_form

Answer = Callable[[Request], Exchange | Awaitable[Exchange]]

_WRITE_BUFFER = 256 * 1024
_EARLY_BYTES = 64 * 1024
"""How much of a next request is taken in while an answer is still being played."""


@dataclass(slots=True, kw_only=True)
class House:
    """What all connections of one server share."""

    answer: Answer
    speed: float
    log: Callable[[Sent], None] | None
    bounds: Bounds
    url: str = ""
    open: set[Connection] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class Connection(asyncio.Protocol):
    """A client's connection, request after request."""

    def __init__(self, house: House) -> None:
        """`house` is what the server shares among its connections."""
        self._house = house
        self._reader = RequestReader(house.bounds)
        self._early = bytearray()
        self._writable = asyncio.Event()
        self._gone = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._refused = False

    def leave(self) -> None:
        """End the connection at once."""
        self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client came."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=_WRITE_BUFFER)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._writable.set()
        self._house.open.add(self)
        if len(self._house.open) > self._house.bounds.connections:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too many connections")
        else:
            self._await_request()

    def data_received(self, data: bytes) -> None:
        """Bytes came; those that come while we answer wait for their turn."""
        if self._refused:
            return
        if self._task is None:
            self._feed(data)
            return
        self._early += data
        if len(self._early) > _EARLY_BYTES:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """The client sends no more. Whoever asked before that still gets the answer."""
        self._gone.set()
        return self._task is not None

    def pause_writing(self) -> None:
        """The client reads slower than we send."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """The connection is over, whoever ended it."""
        self._house.open.discard(self)
        self._gone.set()
        self._writable.set()
        self._stop_idling()
        if self._task is not None:
            self._task.cancel()

    # Reading.

    @property
    def _socket(self) -> socket.socket:
        return cast(socket.socket, self._transport.get_extra_info("socket"))

    def _await_request(self) -> None:
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._house.bounds.idle, self._transport.close)

    def _stop_idling(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _feed(self, data: bytes) -> None:
        if self._transport.is_closing():
            return
        try:
            incoming = self._reader.feed(data)
        except BadRequest as wrong:
            self._refuse(wrong.status, str(wrong))
            return
        if incoming is not None:
            self._stop_idling()
            self._task = asyncio.create_task(self._converse(incoming, time.monotonic()))
            self._house.tasks.add(self._task)
            self._task.add_done_callback(self._house.tasks.discard)
        elif self._reader.waits_for_continue:
            self._transport.write(CONTINUE)

    def _refuse(self, status: int, says: str) -> None:
        self._stop_idling()
        exchange = failure(status, says)
        nobody = Incoming("GET", "/", (), b"", False, False)
        form = wire_form(exchange, nobody)
        self._transport.write(form.head + b"".join(piece.data for piece in form.pieces))
        # Closing over unread bytes would reset the connection, and the client lose the answer.
        self._transport.write_eof()
        self._refused = True
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._house.bounds.linger, self._transport.close)

    # Answering.

    async def _converse(self, incoming: Incoming, began: float) -> None:
        request = Request(
            method=incoming.method,
            url=self._house.url + incoming.target,
            headers=incoming.headers,
            body=incoming.body,
        )
        exchange, error = await self._answer(request)
        form = wire_form(exchange, incoming)
        sent = Sent(request=request, exchange=exchange, began=began, error=error)
        await play(self._stage(), form, sent)
        if not self._transport.is_closing():
            self._next_request()

    def _stage(self) -> Stage:
        return Stage(
            transport=self._transport,
            writable=self._writable,
            gone=self._gone,
            bounds=self._house.bounds,
            speed=self._house.speed,
            log=self._house.log,
        )

    async def _answer(self, request: Request) -> tuple[Exchange, str | None]:
        try:
            answer = self._house.answer(request)
            return (await answer if inspect.isawaitable(answer) else answer), None
        except Exception as error:
            says = f"no answer could be made: {type(error).__name__}: {error}"
            return failure(HTTPStatus.INTERNAL_SERVER_ERROR, says), says

    def _next_request(self) -> None:
        self._task = None
        if self._gone.is_set():
            self._transport.close()
            return
        early, self._early = bytes(self._early), bytearray()
        self._reader = RequestReader(self._house.bounds, self._reader.carried)
        self._transport.resume_reading()
        self._await_request()
        self._feed(early)


def failure(status: int, says: str) -> Exchange:
    """An answer that no recording knows: what went wrong, as JSON."""
    body = json.dumps({"error": {"type": "replay_server", "message": says}}).encode()
    return Exchange(
        head=Head(
            status=status,
            headers=(("content-type", "application/json"), ("connection", "close")),
        ),
        body=body,
        framing=Framing.LENGTH,
        close=Close.CLEAN,
    )
