"""One block of text/event-stream, read line by line after the standard: bytes in, one Event out.

This is the exact reader. It must never decide where a block ends (that is for `sse`), never raise
on what it is given, and never change a byte of the payload.

Source of every rule here: WHATWG HTML Living Standard, "Server-sent events", section
"Interpreting an event stream" <https://html.spec.whatwg.org/multipage/server-sent-events.html>.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from streamgauge.wire.event import Event, Limits, Oddity

BOM = b"\xef\xbb\xbf"

# Only CR, LF and CR LF end a line: U+2028, U+0085, VT and FF are data. The lines are taken one by
# one, because a list of all of them would cost many times the block.
_LINE = re.compile(rb"([^\r\n]*)(\r\n?|\n|\Z)")
_ENDINGS = {b"\n": Oddity.LF, b"\r\n": Oddity.CRLF, b"\r": Oddity.CR}
_DIGITS = re.compile(rb"[0-9]+")
# Python refuses to read very long numbers, and no reader waits a billion seconds.
_LONGEST_RETRY_DIGITS = 12


def read(block: bytes, start: int, index: int, limits: Limits, *, closed: bool) -> Event:
    """The Event that `block` holds; `start` is its offset in the body, `closed` by a blank line."""
    reading = _Reading(start)
    at = 0
    if start == 0 and block.startswith(BOM):
        reading.notice(Oddity.BOM, 0)
        at = len(BOM)
    for line in _LINE.finditer(block, at):
        if not line[0]:
            break
        if line.end(1) - line.start(1) > limits.line:
            oddity = (Oddity.LINE_OVER_LIMIT, start + line.start())
            return opaque(index, start, start + len(block), oddity, closed=closed)
        reading.line(line[1], line[2], start + line.start())
    reading.bytes_are_utf8(block)
    return reading.event(index, start + len(block), closed=closed)


def opaque(
    index: int, start: int, end: int, oddity: tuple[Oddity, int], *, closed: bool = True
) -> Event:
    """An event past a limit: only its span and the limit are kept, so it is never dispatched."""
    oddities = (oddity,) if closed else (oddity, (Oddity.UNTERMINATED, end))
    return Event(index, start, end, None, None, False, -1, oddities)


class _Reading:
    """What the lines of one block have said so far."""

    __slots__ = (
        "data",
        "data_start",
        "fields",
        "id",
        "name",
        "oddities",
        "retry",
        "start",
    )

    def __init__(self, start: int) -> None:
        self.start = start
        self.name: str | None = None
        self.data: list[bytes] = []
        self.data_start = -1
        self.id: str | None = None
        self.retry: int | None = None
        self.fields = False
        self.oddities: dict[Oddity, int] = {}

    def notice(self, oddity: Oddity, offset: int) -> None:
        """Keep where an oddity is first seen: one place per kind bounds what an event costs."""
        self.oddities.setdefault(oddity, offset)

    def line(self, text: bytes, ending: bytes, offset: int) -> None:
        """Take one line, without its ending, that begins at `offset` of the body."""
        if ending:
            self.notice(_ENDINGS[ending], offset + len(text))
        if not text:
            return
        if text.startswith(b":"):
            self.notice(Oddity.COMMENT, offset)
            return
        self.fields = True
        field, colon, value = text.partition(b":")
        value_at = offset + len(field) + len(colon)
        if value.startswith(b" "):
            value, value_at = value[1:], value_at + 1
        elif field == b"data" and value:
            self.notice(Oddity.NO_SPACE, offset)
        # A reader that waits for the line's ending never obeys a half line; only what can be
        # shown of it (data, name, id) is kept.
        if field == b"retry" and not ending:
            return
        take = _FIELDS.get(field)
        if take is None:
            self.notice(Oddity.UNKNOWN_FIELD, offset)
        else:
            take(self, value, offset, value_at)

    def take_data(self, value: bytes, offset: int, value_at: int) -> None:
        if self.data:
            self.notice(Oddity.SEVERAL_DATA_LINES, offset)
            self.data_start = -1
        else:
            self.data_start = value_at
        self.data.append(value)

    def take_event(self, value: bytes, _offset: int, _value_at: int) -> None:
        self.name = value.decode("utf-8", "replace")

    def take_id(self, value: bytes, offset: int, _value_at: int) -> None:
        self.notice(Oddity.ID, offset)
        if b"\0" in value:
            self.notice(Oddity.ID_WITH_NUL, offset)
        else:
            self.id = value.decode("utf-8", "replace")

    def take_retry(self, value: bytes, offset: int, _value_at: int) -> None:
        self.notice(Oddity.RETRY, offset)
        if _DIGITS.fullmatch(value):
            digits = value.lstrip(b"0") or b"0"
            longest = 10**_LONGEST_RETRY_DIGITS
            self.retry = int(digits) if len(digits) <= _LONGEST_RETRY_DIGITS else longest
        else:
            self.notice(Oddity.RETRY_IGNORED, offset)

    def bytes_are_utf8(self, block: bytes) -> None:
        """Notice the first byte that is not UTF-8, wherever in the block it stands."""
        if block.isascii():
            return
        try:
            block.decode("utf-8")
        except UnicodeDecodeError as error:
            self.notice(Oddity.BAD_UTF8, self.start + error.start)

    def event(self, index: int, end: int, *, closed: bool) -> Event:
        """The sum of the lines."""
        data = b"\n".join(self.data) if self.data else None
        dispatched = closed and data is not None
        if data == b"":
            self.notice(Oddity.EMPTY_DATA, self.data_start)
        if self.fields and not closed:
            self.notice(Oddity.UNTERMINATED, end)
        if dispatched and Oddity.CR not in self.oddities and Oddity.CRLF not in self.oddities:
            del self.oddities[Oddity.LF]  # the ordinary case says nothing: see Event
        oddities = tuple(sorted(self.oddities.items(), key=lambda pair: pair[1]))
        start = self.data_start
        return Event(
            index,
            self.start,
            end,
            self.name,
            data,
            dispatched,
            start,
            oddities,
            self.id,
            self.retry,
        )


_FIELDS: dict[bytes, Callable[[_Reading, bytes, int, int], None]] = {
    b"data": _Reading.take_data,
    b"event": _Reading.take_event,
    b"id": _Reading.take_id,
    b"retry": _Reading.take_retry,
}
