"""One exchange while it happens: request, head, segments, end; redacted before it is kept.

A reader tells a taking what came and when; at the end it is an exchange. Content codings are
undone first, since a compressed body cannot be searched for keys. Arrivals refer to the body
without them. Where a journal is written, bytes that may belong to a key wait before they are
kept; otherwise all is redacted at the end. A taking never reads a clock, and what it hands out
never holds a key.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from streamgauge.capture import journal
from streamgauge.capture.announced import keys_in
from streamgauge.capture.limits import Unreadable
from streamgauge.capture.piecewise_redact import PiecewiseRedaction
from streamgauge.capture.redact import redact, redact_head, redact_request
from streamgauge.capture.secret_forms import forms_of
from streamgauge.capture.unpacking import Unpacking, stored_decoded
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam

_Write = Callable[[Mapping[str, object]], None]


class _Whole:
    """In place of redaction while it streams, where only the end will be looked at.

    A reader that measures time then does no more than to keep what came.
    """

    def feed(self, data: bytes) -> bytes:
        return data

    def rest(self) -> bytes:
        return b""


def _nowhere(_: Mapping[str, object]) -> None:
    """A line that no journal takes."""


class Taking:
    """What one request brings; made by `Recorder.begin`, safe to use from several threads.

    `exchange` is the result once it has ended, `refused` says why there is none.
    """

    def __init__(
        self,
        number: int,
        request: Request,
        *,
        secrets: Sequence[bytes],
        seam: Seam,
        write: _Write | None,
    ) -> None:
        """`write` takes the lines of a journal; without one nothing is shown before the end."""
        self._number, self._seam, self._write = number, seam, write or _nowhere
        self._secrets = (*secrets, *keys_in(request))
        self._request = redact_request(request, self._secrets)
        self._head: Head | None = None
        self._framing = Framing.UNKNOWN
        self._unpacking = Unpacking(None)
        self._text = _Whole() if write is None else PiecewiseRedaction(forms_of(self._secrets))
        self._shown: list[bytes] = []
        self._arrivals: list[tuple[int, float]] = []
        self._size = 0
        self._lock = threading.Lock()
        self.exchange: Exchange | None = None
        self.refused: str | None = None
        self._write(journal.begun(number, self._request, seam))

    @property
    def answered(self) -> bool:
        """Whether a head has come: without one there is nothing to keep."""
        return self._head is not None

    def head(self, head: Head, framing: Framing = Framing.UNKNOWN) -> None:
        """The status line and headers came; the body is framed so.

        A body in a coding that cannot be undone here is left out, and `refused` says why.
        """
        with self._lock:
            if self.exchange is not None:
                return
            self._head, self._framing = redact_head(head, self._secrets), framing
            self._write(journal.headed(self._number, self._head, framing))
            self._try(lambda: self._unpack_by(head.header("content-encoding")))

    def segment(self, data: bytes, ms: float) -> None:
        """A segment of the body came, `ms` milliseconds after the request was sent."""
        with self._lock:
            if self.refused is None and self.exchange is None:
                self._try(lambda: self._add(self._unpacking.feed(data), ms))

    def end(self, close: Close) -> Exchange:
        """Nothing more comes. The second time nothing changes, whatever is said then."""
        with self._lock:
            if self.exchange is None:
                self._finish(close)
                self.exchange = self._taken(close)
            return self.exchange

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Unreadable as error:
            self.refused = str(error)

    def _unpack_by(self, coding: str | None) -> None:
        self._unpacking = Unpacking(coding)

    def _add(self, data: bytes, ms: float) -> None:
        if not data:
            return
        # A clock that was asked by two threads may step back; what came later did not come earlier.
        at = (self._size, max(ms, self._arrivals[-1][1] if self._arrivals else 0.0))
        self._arrivals.append(at)
        self._size += len(data)
        shown = self._text.feed(data)
        self._shown.append(shown)
        self._write(journal.arrived(self._number, at, shown, self._unpacking.undone))

    def _finish(self, close: Close) -> None:
        if self.refused is None:
            self._try(lambda: self._add(self._unpacking.rest(), 0.0))
        rest = self._text.rest()
        self._shown.append(rest)
        self._write(journal.ended(self._number, close, rest))

    def _taken(self, close: Close) -> Exchange:
        exchange = Exchange(
            request=self._request,
            head=self._final_head(),
            body=b"".join(self._shown),
            arrivals=tuple(self._arrivals),
            seam=self._seam,
            close=close,
            framing=self._framing,
        )
        # What stands in pieces all over the body is seen only now.
        return redact(exchange, self._secrets)

    def _final_head(self) -> Head:
        head = self._head or Head()
        return stored_decoded(head) if self._unpacking.undone else head
