"""Find JSON members by name in bytes that need not be JSON, and overwrite their string values.

A body is a stream of events, may be cut anywhere, and holds JSON inside JSON strings (tool
arguments). So members are found by their quotes, at any depth of escaping. It must never change
a length, nor a value that is no string.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamgauge.capture.credentials import MEMBER_ENDINGS

_LONGEST_NAME, _LONGEST_VALUE = 64, 16 * 1024
_STEMS = (
    *(b"key", b"keyid", b"key_id", b"key-id", b"token", b"secret", b"password", b"passwd"),
    *(b"passphrase", b"authorization"),
)
"""How the names of credentials end; a name is looked at as a whole once its end was found."""
_MEMBERS = tuple(
    (stem, re.compile(stem + rb"(\\*)\"[ \t\r\n]*:[ \t\r\n]*(\\*)\"")) for stem in _STEMS
)
"""Each stem with the pattern from there to the quote that opens the value."""
_QUOTE = re.compile(rb"(\\*)\"|[\r\n]")
_NOT_IN_A_NAME = re.compile(rb"[^a-z0-9]")


def without_named_values(data: bytes) -> bytes:
    """The data with the string values of credential-named members overwritten."""
    starts = sorted(
        (found.end(), len(found[2]))
        for found in _members(data)
        if found[1] == found[2] and _name(found).endswith(MEMBER_ENDINGS)
    )
    if not starts:
        return data
    changed, reached = bytearray(data), 0
    for start, escapes in starts:
        # A member inside a value that is overwritten needs no look of its own.
        if start >= reached:
            reached = _end_of_value(data, start, escapes=escapes)
            changed[start:reached] = b"X" * (reached - start)
    return bytes(changed)


def open_member(data: bytes) -> int | None:
    """Where the name ends of a credential's member whose value has not been closed yet."""
    found = [one for one in _members(data) if one[1] == one[2]]
    last = max(found, key=lambda one: one.end(), default=None)
    if last is None or not _name(last).endswith(MEMBER_ENDINGS):
        return None
    end = _end_of_value(data, last.end(), escapes=len(last[2]))
    return last.start() if end == len(data) else None


def _members(data: bytes) -> Iterator[re.Match[bytes]]:
    """Matches in the data in lower case, where plain search for a stem is fast."""
    if b'"' not in data:
        return
    lower = data.lower()
    for stem, pattern in _MEMBERS:
        if stem + b'"' in lower or stem + b"\\" in lower:
            yield from pattern.finditer(lower)


def _name(found: re.Match[bytes]) -> str:
    """The name before its closing quote, in lower case and without dashes and underscores."""
    end = found.start(1)
    name = found.string[max(0, end - _LONGEST_NAME) : end].rpartition(b'"')[2]
    return _NOT_IN_A_NAME.sub(b"", name).decode("ascii")


def _end_of_value(data: bytes, start: int, *, escapes: int) -> int:
    """Where the value ends: at its closing quote, or where the text around it ends.

    Quotes of a JSON string at this depth have `escapes` backslashes before them. One inside the
    value has a run that leaves `2 * escapes + 1` when the doubled backslashes are taken off.
    """
    limit = min(len(data), start + _LONGEST_VALUE)
    for quote in _QUOTE.finditer(data, start, limit):
        if quote[1] is None:
            return quote.start()
        period = 2 * (escapes + 1)
        run = min(len(quote[1]), quote.end() - 1 - start)
        if run % period != period - 1:
            return quote.end() - 1 - run % period
    return limit
