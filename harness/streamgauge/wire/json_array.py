"""A JSON array that is streamed element by element: bytes to events and back.

Each element is an event. Its span begins with the separators before it (for the first one the
opening bracket) and ends with the element, so an event is known as soon as its last byte is. The
closing bracket and the white space around it are a last event without data; that event is marked
UNTERMINATED where the bracket is missing. A body that is one JSON object is one event, with a last
one for white space behind it. Elements are told apart by brackets and strings alone, so a broken
one spoils no other. Bytes out of place are marked NOT_FRAMED.

It must never do I/O, never raise on bad input, never recurse and never lose a byte: the events
tile the body. JSON is RFC 8259. The shape of such a stream is that of Gemini without `alt=sse`
<https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent>.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator

from streamgauge.wire.block import BOM
from streamgauge.wire.event import DEFAULT_LIMITS, Event, Limits, Oddity
from streamgauge.wire.held import Held, bad_utf8

_BEFORE_ALL = re.compile(rb"[\xef\xbb\xbf \t\r\n]*+")
_BEFORE_ELEMENT = re.compile(rb"[ \t\r\n,:}]*+")
_BARE = re.compile(rb'[^ \t\r\n,:"{}\[\]]*+')
_TO_BRACKET = re.compile(rb'[^"{}\[\]]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"{}\[\]]*+)*+', re.DOTALL)
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_WHITE = b" \t\r\n"


class _Place(enum.Enum):
    """Where in the body the decoder is."""

    START = enum.auto()
    BETWEEN = enum.auto()
    NESTED = enum.auto()  # in an element with brackets or quotes
    BARE = enum.auto()  # in a number, a word, or what is none
    AFTER = enum.auto()
    NO_JSON = enum.auto()


_BOM = rb"(?:\xef\xbb\xbf)?"
_WS = rb"[ \t\r\n]*+"
# What may stand before an element, or at the end of the body.
_LEAD_OF_FIRST = re.compile(_BOM + _WS + rb"(?:\[" + _WS + rb")?")
_LEAD_OF_NEXT = re.compile(_WS + rb"(?:," + _WS + rb")?")
_END_OF_EMPTY = re.compile(_BOM + _WS + rb"\[" + _WS + rb"\]" + _WS)
_END = re.compile(_WS + rb"\]" + _WS)


def events(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Event]:
    """All events of a whole body, in order; they tile it."""
    decoder = Decoder(limits)
    yield from decoder.feed(body)
    yield from decoder.close()


def encode(elements: Iterable[str], *, between: str = "\n,\r\n") -> bytes:
    """A body with these elements; `between` holds the comma, as the stream's owner sends it."""
    return f"[{between.join(elements)}\n]\n".encode()


class Decoder:
    """The same events from a body that arrives in pieces, however it is cut. Work is linear."""

    __slots__ = ("_array", "_depth", "_element", "_escaped", "_held", "_place", "_string")

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._held = Held(limits)
        self._place = _Place.START
        self._array = False  # whether there was an opening bracket
        self._element = 0  # where in the open event its element begins
        self._depth = 0  # brackets open in the element
        self._string = False  # whether a string of the element is open
        self._escaped = False  # whether the next byte of the string is escaped

    def feed(self, piece: bytes) -> list[Event]:
        """Take the next bytes of the body; the events that they close."""
        found: list[Event] = []
        at = 0
        while at < len(piece):
            end, done = self._take(piece, at)
            self._held.add(piece[at:end])
            at = end
            if done:
                found += self._close_element()
        return found

    def close(self) -> list[Event]:
        """The body has ended: the last event, if there is one."""
        held = self._held
        if not held.size:
            return []
        event = held.over()
        if event is None and self._place in (_Place.NESTED, _Place.BARE):
            event = self._read_element(held.take(), closed=False)
        elif event is None and self._place is _Place.NO_JSON:
            event = self._read_other(held.take())
        elif event is None:
            event = self._read_end(held.take())
        held.next()
        return [event]

    def _take(self, piece: bytes, at: int) -> tuple[int, bool]:
        """Go on from `at`: how far, and whether the element ends there."""
        match self._place:
            case _Place.START:
                return self._begin(piece, at), False
            case _Place.BETWEEN:
                return self._separate(piece, at), False
            case _Place.NESTED:
                return self._nest(piece, at)
            case _Place.BARE:
                end = _stop(_BARE, piece, at)
                return end, end < len(piece)
            case _Place.AFTER | _Place.NO_JSON:
                return len(piece), False

    def _begin(self, piece: bytes, at: int) -> int:
        begun, at = at, _stop(_BEFORE_ALL, piece, at)
        first = piece[at : at + 1]
        if first == b"[":
            self._array = True
            self._place = _Place.BETWEEN
            return at + 1
        if first == b"{":
            self._enter(at - begun)
        elif first:
            self._place = _Place.NO_JSON
        return at

    def _separate(self, piece: bytes, at: int) -> int:
        end = _stop(_BEFORE_ELEMENT, piece, at)
        first = piece[end : end + 1]
        if first == b"]":
            self._place = _Place.AFTER if self._array else _Place.BETWEEN
            return end + 1
        if first:
            self._enter(end - at)
            self._place = _Place.NESTED if first in b'{["' else _Place.BARE
        return end

    def _enter(self, ahead: int) -> None:
        """An element begins `ahead` bytes behind what is held."""
        self._element = self._held.size + ahead
        self._place = _Place.NESTED

    def _nest(self, piece: bytes, at: int) -> tuple[int, bool]:
        """Go on in an element, string by string and bracket by bracket, to where all are closed."""
        while at < len(piece):
            if self._string:
                at = self._in_string(piece, at)
            else:
                at = _stop(_TO_BRACKET, piece, at) if self._depth else at
                at = self._mark(piece, at)
            if not self._string and not self._depth:
                return at, True
        return at, False

    def _mark(self, piece: bytes, at: int) -> int:
        """Take the quote or bracket at `at`, if the piece goes so far."""
        mark = piece[at : at + 1]
        if mark == b'"':
            self._string = True
        elif mark:
            self._depth += 1 if mark in b"{[" else -1
        return at + len(mark)

    def _in_string(self, piece: bytes, at: int) -> int:
        if self._escaped:
            self._escaped = False
            return at + 1
        at = _stop(_IN_STRING, piece, at)
        mark = piece[at : at + 1]
        self._string = mark != b'"'
        self._escaped = mark == b"\\"
        return at + len(mark)

    def _close_element(self) -> list[Event]:
        held = self._held
        if held.past_stream:
            self._place = _Place.AFTER  # the rest is one event, whatever it holds
            return []
        event = held.over() or self._read_element(held.take(), closed=True)
        held.next()
        self._place = _Place.BETWEEN
        return [event]

    def _read_element(self, raw: bytes, *, closed: bool) -> Event:
        lead, data = raw[: self._element], raw[self._element :]
        start, end = self._held.start, self._held.end
        first = self._held.index == 0
        length = _stop(_LEAD_OF_FIRST if first else _LEAD_OF_NEXT, lead, 0)
        framed = length == len(lead) and (first or (self._array and b"," in lead))
        oddities = self._oddities(raw, -1 if framed else length)
        if not closed:
            oddities = (*oddities, (Oddity.UNTERMINATED, end))
        index = self._held.index
        return Event(index, start, end, None, data, closed, start + len(lead), oddities)

    def _read_end(self, raw: bytes) -> Event:
        """What stands behind the last element."""
        first, closed = self._held.index == 0, self._place is _Place.AFTER
        if closed:
            length = _stop(_END_OF_EMPTY if first else _END, raw, 0)
        else:
            length = _stop(_LEAD_OF_FIRST if first else _LEAD_OF_NEXT, raw, 0)
        oddities = self._oddities(raw, -1 if length == len(raw) else length)
        if self._array and not closed:
            oddities = (*oddities, (Oddity.UNTERMINATED, self._held.end))
        held = self._held
        return Event(held.index, held.start, held.end, None, None, False, -1, oddities)

    def _read_other(self, raw: bytes) -> Event:
        """A body that is neither an array nor an object: shown, and never dispatched."""
        at = _stop(_BEFORE_ALL, raw, 0)
        oddities = self._oddities(raw, at)
        return Event(0, 0, len(raw), None, raw[at:].rstrip(_WHITE), False, at, oddities)

    def _oddities(self, raw: bytes, misplaced: int) -> tuple[tuple[Oddity, int], ...]:
        start = self._held.start
        found = list(bad_utf8(raw, start))
        if start == 0 and raw.startswith(BOM):
            found.append((Oddity.BOM, 0))
        if misplaced >= 0:
            found.append((Oddity.NOT_FRAMED, start + misplaced))
        return tuple(sorted(found, key=lambda oddity: oddity[1]))


def _stop(pattern: re.Pattern[bytes], piece: bytes, at: int) -> int:
    """Where a match at `at` ends; `at` itself where there is none."""
    match = pattern.match(piece, at)
    return match.end() if match else at
