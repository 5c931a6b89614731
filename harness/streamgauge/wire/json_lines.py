"""JSON lines: one JSON document a line, bytes to events and back.

It must never do I/O, never raise on bad input and never lose a byte: the events tile the body. A
line ends with LF, and a CR before that belongs to the ending (<https://jsonlines.org>). Blank lines
belong to the next event. What a line says is not looked at, but for one case: a last line without
an ending is a whole document or the half of one, and only its JSON tells. It is marked
UNTERMINATED, and dispatched where it is valid JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from streamgauge.wire.block import BOM
from streamgauge.wire.event import DEFAULT_LIMITS, Event, Limits, Oddity
from streamgauge.wire.held import Held, bad_utf8
from streamgauge.wire.payload import parse

_BLANK = b" \t\r\n"


def events(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Event]:
    """All events of a whole body, in order; they tile it."""
    decoder = Decoder(limits)
    yield from decoder.feed(body)
    yield from decoder.close()


def encode(documents: Iterable[str], *, newline: str = "\n") -> bytes:
    """A body with one document a line. ValueError where a document holds a line ending."""
    lines = list(documents)
    if any("\n" in line for line in lines):
        raise ValueError("a JSON document with a line ending cannot stand on one line")
    return "".join(line + newline for line in lines).encode()


class Decoder:
    """The same events from a body that arrives in pieces, however it is cut. Work is linear."""

    __slots__ = ("_content", "_held", "_limits")

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._held = Held(limits)
        self._content = False

    def feed(self, piece: bytes) -> list[Event]:
        """Take the next bytes of the body; the events that they close."""
        found: list[Event] = []
        at = 0
        while at < len(piece):
            end = piece.find(b"\n", at) + 1
            part = piece[at : end or None]
            self._content = self._content or self._says_something(part)
            self._held.add(part)
            at += len(part)
            if end and self._content and not self._held.past_stream:
                found.append(self._event(closed=True))
        return found

    def close(self) -> list[Event]:
        """The body has ended: the last event, if there is one."""
        return [self._event(closed=False)] if self._held.size else []

    def _says_something(self, part: bytes) -> bool:
        # The bytes of a byte-order mark may arrive one by one, so each of them says nothing.
        mark = max(0, len(BOM) - self._held.end)
        return bool(part[:mark].translate(None, BOM).strip(_BLANK) or part[mark:].strip(_BLANK))

    def _event(self, *, closed: bool) -> Event:
        held = self._held
        event = held.over() or self._read(held.take(), closed=closed)
        held.next()
        self._content = False
        return event

    def _read(self, raw: bytes, *, closed: bool) -> Event:
        start, index = self._held.start, self._held.index
        end = start + len(raw)
        at = raw.rfind(b"\n", 0, -1 if closed else None) + 1
        data = raw[at:].removesuffix(b"\n").removesuffix(b"\r")
        if len(data) > self._limits.line:
            over = ((Oddity.LINE_OVER_LIMIT, start + at),)
            return Event(index, start, end, None, None, False, -1, over)
        oddities = bad_utf8(raw, start)
        if start == 0 and raw.startswith(BOM):
            oddities = ((Oddity.BOM, 0), *oddities)
            if at == 0:
                at, data = len(BOM), data[len(BOM) :]
        if closed and raw.endswith(b"\r\n"):
            oddities = (*oddities, (Oddity.CRLF, end - 2))
        if not data.strip(_BLANK):
            return Event(index, start, end, None, None, False, -1, oddities)
        if not closed:
            oddities = (*oddities, (Oddity.UNTERMINATED, end))
        whole = closed or parse(data).readable
        return Event(index, start, end, None, data, whole, start + at, oddities)
