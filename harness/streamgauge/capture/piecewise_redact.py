"""Redact a body while it comes, the texts that its pieces add up to included.

A model that repeats a key does so a few letters an event: no event holds it, and the journal of a
killed recording would hold it whole for whoever joins the pieces. So each streamed text is
redacted in its turn, and a piece waits while its letters may begin a key. `pieces` does the same
for a body that lies there whole. Lengths never change, and it must never know a dialect.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Final, NamedTuple

from streamgauge.capture.credentials import PIECE_NAMES
from streamgauge.capture.redact import Forms
from streamgauge.capture.streaming_redact import StreamingRedaction

_OPENING: Final = re.compile(
    rb"\"(" + "|".join(PIECE_NAMES).encode() + rb")\"[ \t]*:[ \t]*\"",
)
_LONGEST_OPENING: Final = 64
_TEXT: Final = re.compile(rb"[^\"\\\r\n]*+(?:\\.[^\"\\\r\n]*+)*+")
"""What stands between the quotes; a backslash at the end waits for what it escapes."""
_LONGEST_WAIT: Final = 64 * 1024
"""A text that is not continued within so many bytes was no key."""


class _Span(NamedTuple):
    """Where in the body some letters of a text stand."""

    start: int
    end: int


class _Text:
    """One streamed text: what was fed and not yet shown stands at `waiting`, in order."""

    def __init__(self, forms: Forms) -> None:
        self.letters = StreamingRedaction(forms)
        self.waiting: deque[_Span] = deque()


class PiecewiseRedaction:
    """A body in, the same body without credentials out; as long, but perhaps later.

    >>> body = PiecewiseRedaction((b"hunter2-hunter2",))
    >>> first, second = b'{"text":"a hunter2"}', b'{"text":"-hunter2!"}'
    >>> body.feed(first), body.feed(second) + body.rest()
    (b'{"text":"a ', b'XXXXXXX"}{"text":"XXXXXXXX!"}')
    """

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._body = StreamingRedaction(forms)
        self._texts: dict[bytes, _Text] = {}
        self._kept = bytearray()
        """Bytes that wait for a text to go on, and the offset in the body of the first."""
        self._kept_from = 0
        self._unread = b""
        """The end of the body that has not been searched for pieces, and where it starts."""
        self._unread_from = 0
        self._inside: bytes | None = None
        """The name of the text whose piece is open at the end of the body."""

    def feed(self, data: bytes) -> bytes:
        """What may be shown now: of this segment and of what waited before it."""
        self._take(self._body.feed(data))
        return self._shown(self._first_that_waits())

    def rest(self) -> bytes:
        """What waits, now that nothing more comes."""
        self._take(self._body.rest())
        for text in self._texts.values():
            self._write(text, text.letters.rest())
        return self._shown(self._kept_from + len(self._kept))

    def _take(self, data: bytes) -> None:
        self._kept += data
        self._unread += data
        while self._read_on():
            pass

    def _read_on(self) -> bool:
        """One step through the body: to the next piece, or through an open one."""
        return self._to_a_piece() if self._inside is None else self._through_a_piece(self._inside)

    def _to_a_piece(self) -> bool:
        opening = _OPENING.search(self._unread)
        if opening is None:
            self._pass(max(0, len(self._unread) - _LONGEST_OPENING))
            return False
        self._inside = opening[1]
        self._pass(opening.end())
        return True

    def _through_a_piece(self, name: bytes) -> bool:
        found = _TEXT.match(self._unread)
        size = 0 if found is None else found.end()
        if size:
            self._add(name, self._unread[:size])
            self._pass(size)
        if self._unread in (b"", b"\\"):
            return False
        self._inside = None
        return True

    def _pass(self, size: int) -> None:
        self._unread = self._unread[size:]
        self._unread_from += size

    def _add(self, name: bytes, letters: bytes) -> None:
        text = self._texts.get(name)
        if text is None:
            text = self._texts[name] = _Text(self._forms)
        text.waiting.append(_Span(self._unread_from, self._unread_from + len(letters)))
        self._write(text, text.letters.feed(letters))

    def _write(self, text: _Text, shown: bytes) -> None:
        """Put the letters of a text that may be shown where they stand in the body."""
        position = 0
        while position < len(shown):
            span = text.waiting.popleft()
            size = min(span.end - span.start, len(shown) - position)
            self._overwrite(span.start, shown[position : position + size])
            position += size
            if span.start + size < span.end:
                text.waiting.appendleft(_Span(span.start + size, span.end))

    def _overwrite(self, start: int, letters: bytes) -> None:
        place = start - self._kept_from
        # Letters that waited too long were shown already.
        letters = letters[max(0, -place) :]
        place = max(0, place)
        self._kept[place : place + len(letters)] = letters

    def _first_that_waits(self) -> int:
        end = self._kept_from + len(self._kept)
        waiting = [text.waiting[0].start for text in self._texts.values() if text.waiting]
        return max(min(waiting, default=end), end - _LONGEST_WAIT)

    def _shown(self, until: int) -> bytes:
        size = max(0, until - self._kept_from)
        shown = bytes(self._kept[:size])
        del self._kept[:size]
        self._kept_from += size
        return shown
