"""Redact a text while it comes: what a segment may show goes on, what may yet be a key waits.

`redact` needs the whole body, and a journal cannot wait for it. So bytes are let through as soon
as nothing that follows can make them part of a credential: the end of a segment waits while it
is the beginning of a known key, of a key's shape or of a query field's value. Lengths never
change. It must never let a byte through that `redact` would overwrite.
"""

from __future__ import annotations

import re
from typing import Final

from streamgauge.capture.credentials import SHAPES, starts_a_word
from streamgauge.capture.members import open_member
from streamgauge.capture.redact import LONG_ENOUGH_IN_TEXT, Forms, clean_text, is_credential_field

_LOOK_BACK: Final = 128
"""How far before a value the name may stand that announces it, and what precedes a key."""
_LONGEST_WAIT: Final = 16 * 1024
"""Longer than any key; what waits longer is let through as far as it is clean."""
_KEY_BYTES: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+/=-"
"""Every byte that a shape may go on with, but for the shape of a private key."""
_VALUE_BYTES: Final = bytes(set(range(256)) - set(b"&;#\"'\\<> \t\n\r\f\v"))
"""What the value of a query field may hold."""
_MARKS: Final = tuple(mark for mark, _ in SHAPES)
_STARTS_OF_MARKS: Final = frozenset(mark[:size] for mark in _MARKS for size in range(1, len(mark)))
_A_MARK: Final = re.compile(b"|".join(re.escape(mark) for mark in _MARKS))
_BYTES_OF_MARKS: Final = frozenset(start[-1:] for start in _STARTS_OF_MARKS)
_LONGEST_MARK: Final = max(len(mark) for mark in _MARKS)
_BEARER: Final = re.compile(rb"[Bb]earer {1,9}\Z")
_PRIVATE_KEY: Final = re.compile(
    rb"-----BEGIN [A-Z ]{0,32}(?:-{1,5}(?:(?<=-----)[A-Za-z0-9+/=\r\n\\]*)?)?"
)


class StreamingRedaction:
    """A text in, the same text without credentials out; as long, but perhaps later.

    >>> text = StreamingRedaction((b"hunter2-hunter2",))
    >>> text.feed(b"say hunter2"), text.feed(b"-hunter2!"), text.rest()
    (b'say ', b'XXXXXXXXXXXXXXX!', b'')
    """

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._starts = frozenset(form[:size] for form in forms for size in range(1, len(form)))
        self._last_bytes = frozenset(start[-1] for start in self._starts)
        self._longest = max((len(form) for form in forms), default=0)
        self._seen = b""
        """The end of the text as it came: what was let through last, then what waits."""
        self._through = 0
        """How much of `_seen` was let through."""

    def feed(self, data: bytes) -> bytes:
        """What may be shown now: of this piece and of what waited before it."""
        self._seen += data
        clean = clean_text(self._seen, self._forms)
        known = self._known(clean)
        shown = clean[self._through : known]
        self._through = known
        self._forget(open_member(self._seen) if clean != self._seen else None)
        return shown

    def rest(self) -> bytes:
        """What waits, now that nothing more comes."""
        shown = clean_text(self._seen, self._forms)[self._through :]
        self._seen, self._through = b"", 0
        return shown

    def _known(self, clean: bytes) -> int:
        """Up to where nothing that follows can change what is shown."""
        seen = self._seen
        form = self._start_of_form(seen)
        waits = min(form, _start_of_shape(seen), _start_of_value(seen))
        # A key that is crossed out joins what stood apart before and after it.
        if form < len(seen):
            waits = min(waits, _start_of_shape(seen[:form]), _start_of_value(seen[:form]))
        if clean != seen:
            waits = min(waits, _start_of_shape(clean), _start_of_value(clean))
        return max(self._through, waits, len(seen) - _LONGEST_WAIT)

    def _start_of_form(self, seen: bytes) -> int:
        """Where the longest end of the text starts that is the beginning of a known key."""
        if not seen or seen[-1] not in self._last_bytes:
            return len(seen)
        for size in range(min(self._longest - 1, len(seen)), 0, -1):
            if seen[-size:] in self._starts:
                return len(seen) - size
        return len(seen)

    def _forget(self, name: int | None) -> None:
        """Keep only what can still announce a value that is to come; one may be open at `name`."""
        value = len(self._seen.rstrip(_VALUE_BYTES))
        value = value if len(self._seen) - value < _LONGEST_WAIT else self._through
        needed = min(self._through, value, self._through if name is None else name) - _LOOK_BACK
        if needed > 0:
            self._seen = self._seen[needed:]
            self._through -= needed


def _start_of_shape(seen: bytes) -> int:
    """Where something starts that has, or may yet have, the shape of a key."""
    end = len(seen)
    run = len(seen.rstrip(_KEY_BYTES))
    found = [mark.start() for mark in _A_MARK.finditer(seen, run)]
    if seen[-1:] in _BYTES_OF_MARKS:
        sizes = range(1, _LONGEST_MARK)
        found += [end - size for size in sizes if seen[-size:] in _STARTS_OF_MARKS]
    if (bearer := _BEARER.search(seen, max(0, run - 16), run)) is not None:
        found.append(bearer.start())
    if (key := seen.rfind(b"-----BEGIN ")) >= 0 and _PRIVATE_KEY.fullmatch(seen, key):
        found.append(key)
    return min((place for place in found if starts_a_word(seen, place)), default=end)


def _start_of_value(seen: bytes) -> int:
    """Where the value of a query field starts that is too short yet to be taken for a key."""
    run = len(seen.rstrip(_VALUE_BYTES))
    equals = seen.find(b"=", run)
    if equals < 0 or not is_credential_field(seen, equals):
        return len(seen)
    return equals + 1 if len(seen) - equals - 1 < LONG_ENOUGH_IN_TEXT else len(seen)
