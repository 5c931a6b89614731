"""The usual shapes of an SSE event, read in a few steps: what nearly every stream is made of.

These readers are an optimisation of `block` and must never answer differently: what they are not
sure of is None, and `block` reads it. They take closed events alone, so what follows the event
cannot change the answer. The steps are those that measured fastest.
"""

from __future__ import annotations

import re

from streamgauge.wire.event import Event, Limits, Oddity

# No line ending is looked for further away than this, else a body that has none of the kind would
# be searched to its end once per event.
_REACH = 16 * 1024
_NAME_REACH = 256
_USUAL = re.compile(rb"(?:event: (.++)\n)?data:( ?+)(.++)\n(\r?)\n")
_EVENT = re.compile(rb"event: [!-~]+\Z")
_NAME = re.compile(rb"[!-~]+\Z")
_CR = 13
_new = tuple.__new__


def plain(body: bytes, start: int, index: int, limits: Limits, base: int) -> Event | None:
    """An event that is `data: …`, or `event: …` and `data: …`, with LF and no oddity; else None."""
    name = None
    at = start + 6
    if body[start:at] != b"data: ":
        line = body.find(b"\n", at, at + _NAME_REACH)
        at = line + 7
        if line < 0 or body[line + 1 : at] != b"data: " or not _EVENT.match(body, start, line):
            return None
        name = body[start + 7 : line].decode()
    stop = body.find(b"\n", at, at + _REACH)
    end = stop + 2
    if body[stop:end] != b"\n\n":
        return None
    data = body[at:stop]
    if not data or _CR in data:
        return None
    if stop - start > limits.line or end - start > limits.event or base + end > limits.stream:
        return None
    if not data.isascii() and not _is_utf8(data):
        return None
    fields = (index, base + start, base + end, name, data, True, base + at, (), None, None)
    return _new(Event, fields)


def usual(body: bytes, start: int, index: int, limits: Limits, base: int) -> Event | None:
    """The same shapes with CR LF, or without the space after `data:`; else None."""
    if body.find(b"\n", start, start + _REACH) < 0:
        return None
    match = _USUAL.match(body, start, start + _REACH)
    if match is None:
        return None
    head, space, data, cr = match.groups()
    if cr:
        head, data = _without_cr(head), _without_cr(data)
    if not data or _CR in data or not _is_utf8(data):
        return None
    if head is not None and not _NAME.match(head):
        return None
    name = head.decode() if head else None
    end = match.end()
    if end - start > min(limits.line, limits.event) or base + end > limits.stream:
        return None
    at = base + match.start(3)
    oddities = () if space else ((Oddity.NO_SPACE, at - 5),)
    if cr and name is None:
        oddities = (*oddities, (Oddity.CRLF, at + len(data)))
    elif cr:
        oddities = ((Oddity.CRLF, base + match.end(1) - 1), *oddities)
    fields = (index, base + start, base + end, name, data, True, at, oddities, None, None)
    return _new(Event, fields)


def _without_cr(line: bytes | None) -> bytes | None:
    """The line without its CR; empty, which no reader here takes, where it has none."""
    if line is None:
        return None
    return line[:-1] if line.endswith(b"\r") else b""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
