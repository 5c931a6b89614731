"""Reads HTTP/1.1 requests from bytes, within bounds, and says when one is whole.

The parsing is h11's; what is ours are the bounds and the answers "not yet", "here" and "wrong".
It must never touch a socket, and bytes that are no request raise `BadRequest`, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

import h11

from streamgauge.exchange import Headers

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one client may cost. Sizes in bytes, times in seconds.

    `idle` bounds the whole reading of a request, `hold` how long a silent connection is kept
    where the answer holds still, `stuck` how long a client may leave sent bytes unread, `linger`
    how long we read on after our own FIN.
    """

    header_bytes: int = 64 * 1024
    headers: int = 100
    body_bytes: int = 64 * 1024 * 1024
    connections: int = 4096
    idle: float = 75.0
    hold: float = 600.0
    stuck: float = 60.0
    linger: float = 30.0


class BadRequest(ValueError):
    """Bytes that are no request we answer; `status` is what the client is told."""

    def __init__(self, status: int, says: str) -> None:
        """`says` is one line without bytes of the request: it may hold a key."""
        super().__init__(says)
        self.status = status


class Incoming(NamedTuple):
    """One whole request as it came. `target` is the path and query, or whatever stood there."""

    method: str
    target: str
    headers: Headers
    body: bytes
    is_1_1: bool
    keeps_open: bool


class RequestReader:
    """Reads one request; `carried` has the bytes that came after it."""

    def __init__(self, bounds: Bounds, carried: bytes = b"") -> None:
        """`carried` are bytes that came with the request before."""
        self._bounds = bounds
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=bounds.header_bytes)
        self._start: h11.Request | None = None
        self._body = bytearray()
        if carried:
            self._parser.receive_data(carried)

    def feed(self, data: bytes) -> Incoming | None:
        """Take more bytes; the request if it is whole now. Raises BadRequest."""
        try:
            if data:
                self._parser.receive_data(data)
            return self._read()
        except h11.RemoteProtocolError as error:
            raise BadRequest(error.error_status_hint, "not an HTTP/1.1 request") from None

    @property
    def waits_for_continue(self) -> bool:
        """Whether the client sends its body only after `100 Continue`."""
        return self._parser.they_are_waiting_for_100_continue

    @property
    def carried(self) -> bytes:
        """What came after the request, as far as it was fed."""
        return self._parser.trailing_data[0]

    def _read(self) -> Incoming | None:
        while True:
            match self._parser.next_event():
                case h11.Request() as start:
                    self._begin(start)
                case h11.Data(data=data):
                    self._take(data)
                case h11.EndOfMessage():
                    return self._whole()
                case _:
                    return None

    def _begin(self, start: h11.Request) -> None:
        if len(start.headers) > self._bounds.headers:
            raise BadRequest(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                f"more than {self._bounds.headers} header fields",
            )
        self._start = start

    def _take(self, data: bytes) -> None:
        self._body += data
        if len(self._body) > self._bounds.body_bytes:
            raise BadRequest(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"a body of more than {self._bounds.body_bytes} bytes",
            )

    def _whole(self) -> Incoming:
        assert self._start is not None  # h11 gives no end without a start
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in self._start.headers
        )
        is_1_1 = self._start.http_version >= b"1.1"
        return Incoming(
            method=self._start.method.decode("ascii"),
            target=self._start.target.decode("ascii"),
            headers=headers,
            body=bytes(self._body),
            is_1_1=is_1_1,
            keeps_open=is_1_1 and not says_close(headers),
        )


def says_close(headers: Headers) -> bool:
    """Whether a `Connection` header says that the connection ends with this message."""
    return any(
        "close" in (word.strip().lower() for word in value.split(","))
        for name, value in headers
        if name.lower() == "connection"
    )
