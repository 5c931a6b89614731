"""text/event-stream: bytes to events, whole or piece by piece.

It finds where one event ends and the next begins. The usual shapes are read by `plain`, every
other one by `block`. It must never do I/O, never raise on bad input, and never lose a byte: the
events tile the body.

Source: WHATWG HTML Living Standard, "Server-sent events"
<https://html.spec.whatwg.org/multipage/server-sent-events.html>. The rules of line endings, fields
and dispatch are those of its sections "Parsing" and "Interpreting an event stream".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamgauge.wire import block
from streamgauge.wire.encode import encode
from streamgauge.wire.event import DEFAULT_LIMITS, Event, Limits, Oddity
from streamgauge.wire.plain import plain, usual

__all__ = ["Decoder", "encode", "events", "scan", "text"]

# Two line endings in a row close an event. A CR with an LF behind it is one ending, so the first
# ending may not be such a CR alone.
_CLOSE = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n?|\n)")
_BLANK_LINES = re.compile(rb"[\r\n]*")


def scan(
    body: bytes, start: int, index: int, limits: Limits = DEFAULT_LIMITS, base: int = 0
) -> Event:
    """The event that begins at `start`, which is inside `body`; its offsets count from `base`.

    It holds the blank lines before it and ends behind the blank line that closes it, or with the
    body. Past the stream limit the rest of the body is one event.
    """
    event = plain(body, start, index, limits, base)
    if event is None:
        event = usual(body, start, index, limits, base)
        if event is None:
            event = _exact(body, start, index, limits, base)
    return event


def events(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Event]:
    """All events of a whole body, in order; they tile it."""
    at = index = 0
    size = len(body)
    while at < size:
        event = scan(body, at, index, limits)
        yield event
        at = event.end
        index += 1


def text(data: bytes) -> str:
    """Payload as the standard decodes it: what is not UTF-8 becomes U+FFFD."""
    return data.decode("utf-8", "replace")


def _exact(body: bytes, start: int, index: int, limits: Limits, base: int) -> Event:
    """Any event, after every rule of the standard."""
    content = _content(body, start, base)
    closing = _CLOSE.search(body, content)
    end = closing.end() if closing else len(body)
    if base + end > limits.stream:
        return _past_stream(index, base + start, base + len(body))
    return _read(body[start:end], base + start, index, limits, closed=closing is not None)


def _content(body: bytes, start: int, base: int = 0) -> int:
    """Where the first line that is not blank begins, or the end of the body."""
    if base + start == 0 and body.startswith(block.BOM):
        start = len(block.BOM)
    blank = _BLANK_LINES.match(body, start)
    return blank.end() if blank else start


def _read(raw: bytes, start: int, index: int, limits: Limits, *, closed: bool) -> Event:
    if len(raw) > limits.event:
        return _past_event(index, start, start + len(raw), closed=closed)
    return block.read(raw, start, index, limits, closed=closed)


def _past_event(index: int, start: int, end: int, *, closed: bool) -> Event:
    return block.opaque(index, start, end, (Oddity.EVENT_OVER_LIMIT, start), closed=closed)


def _past_stream(index: int, start: int, end: int) -> Event:
    return block.opaque(index, start, end, (Oddity.STREAM_OVER_LIMIT, start))


class Decoder:
    """The same events from a body that arrives in pieces, however it is cut.

    Work is linear in the bytes: what was looked at is never looked at again. Memory is bounded by
    the event limit and the piece at hand.
    """

    __slots__ = ("_content", "_held", "_index", "_limits", "_past", "_size", "_start", "_tail")

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._index = 0
        self._start = 0  # body offset where the open event begins
        self._size = 0  # bytes of the open event so far
        self._held = bytearray()  # the same bytes, while they are within the event limit
        self._content = False  # whether a line that is not blank has begun
        self._tail = b""  # last bytes of the content: what an ending across pieces needs
        self._past = False  # the stream limit was passed

    def feed(self, piece: bytes) -> list[Event]:
        """Take the next bytes of the body; the events that they close."""
        found: list[Event] = []
        if self._start == 0 and self._size < len(block.BOM) and self._held and not self._past:
            # A byte-order mark may still be arriving: begin again with all that there is.
            piece = bytes(self._held) + piece
            self._open(0)
        at = 0
        while at < len(piece) and not self._past:
            at = self._step(piece, at, found)
        if self._past:
            self._size += len(piece) - at
        elif self._start + self._size > self._limits.stream:
            self._past = True
            self._held = bytearray()
        return found

    def close(self) -> list[Event]:
        """The body has ended: the last event, closed or not, if there is one."""
        if not self._size:
            return []
        end = self._start + self._size
        closed = _CLOSE.search(self._tail) is not None
        if self._past:
            last = _past_stream(self._index, self._start, end)
        elif self._size > self._limits.event:
            last = _past_event(self._index, self._start, end, closed=closed)
        else:
            raw = bytes(self._held)
            last = _read(raw, self._start, self._index, self._limits, closed=closed)
        self._index += 1
        self._open(end)
        return [last]

    def _step(self, piece: bytes, at: int, found: list[Event]) -> int:
        """Take one event, or what there is of it; the offset in the piece behind it."""
        if not self._size:
            base = self._start - at
            event = plain(piece, at, self._index, self._limits, base)
            if event is None:
                event = usual(piece, at, self._index, self._limits, base)
            if event is not None:
                found.append(event)
                self._index += 1
                self._start = event.end
                return event.end - base
        return self._grow(piece, at, found)

    def _grow(self, piece: bytes, at: int, found: list[Event]) -> int:
        """Look for the end of the open event in the rest of the piece."""
        # An open event always goes on at the start of a piece: only there is a tail to look at.
        ahead = len(self._tail)
        window = self._tail + piece if ahead else piece
        first = at
        if not self._content:
            first = _content(piece, at, self._start + self._size - at)
            self._content = first < len(piece)
        closing = _CLOSE.search(window, first)
        if closing is None or _may_go_on(window, closing.end()):
            self._tail = window[max(first, len(window) - 3) :]
            return self._hold(piece, at)
        return self._emit(piece, at, closing.end() - ahead, found)

    def _hold(self, piece: bytes, at: int) -> int:
        self._size += len(piece) - at
        # The first bytes are always kept: they may be a byte-order mark.
        if self._size <= max(self._limits.event, len(block.BOM)):
            self._held += memoryview(piece)[at:]
        else:
            self._held = bytearray()
        return len(piece)

    def _emit(self, piece: bytes, at: int, stop: int, found: list[Event]) -> int:
        """The open event ends at `stop` of the piece."""
        size = self._size + stop - at
        end = self._start + size
        if end > self._limits.stream:
            self._past = True
            self._held = bytearray()
            return at
        if size > self._limits.event:
            event = _past_event(self._index, self._start, end, closed=True)
        else:
            raw = bytes(self._held) + piece[at:stop]
            event = _read(raw, self._start, self._index, self._limits, closed=True)
        found.append(event)
        self._index += 1
        self._open(end)
        return stop

    def _open(self, start: int) -> None:
        """Begin an event at a body offset."""
        self._start = start
        self._size = 0
        self._held = bytearray()
        self._content = False
        self._tail = b""


def _may_go_on(window: bytes, end: int) -> bool:
    """Whether the event may be one byte longer than it looks.

    A CR at the end of what has arrived is a full line ending, or the first half of CR LF. Only the
    next byte tells, and the event is not final before its last byte is known.
    """
    return end == len(window) and window.endswith(b"\r")
