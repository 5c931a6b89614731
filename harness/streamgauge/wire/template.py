"""Reads look-alike events by template: one regular expression instead of one parse each.

Most events of a stream repeat the one before but for one string. A template is cut from an event
that was read exactly: its bytes become literals, the members that may vary become holes. Events
that follow and match are the same event with other strings in the holes, so one exact reading
stands for all of them. Whatever does not match, to the byte, is read exactly again (law 9).

A hole takes a non-empty JSON string without raw control characters and without surrogate escapes
(a pair may be split over two events), or a short non-negative integer. The body must be valid
UTF-8; the caller sees to it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

from streamgauge.wire.event import Event
from streamgauge.wire.json_spans import locate

_STRING = rb'"((?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}))++)"'
_INTEGER = rb"((?>0|[1-9][0-9]{0,14}))(?![0-9.eE])"
# White space before the last brace is padding without meaning; some vendors vary its length.
_PADDING = re.compile(rb"[ ]*\}\s*\Z")

_BATCH = 512
"""Events that are matched before their holes are taken; it bounds the memory of the matches."""


class Template(NamedTuple):
    """A pattern for whole events; group n is the text of `holes[n - 1]`, a JSON pointer."""

    pattern: re.Pattern[bytes]
    holes: tuple[str, ...]


class Run(NamedTuple):
    """Events that follow an exactly read one and differ from it only in the holes.

    `first` is the index of the first of them; `bounds` holds their start offsets and, last, the
    end of the last one; `columns` holds, for each hole, the raw JSON text of each event (without
    quotes where it is a string).
    """

    first: int
    bounds: array[int]
    holes: tuple[str, ...]
    columns: tuple[list[bytes], ...]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def column(self, pointer: str) -> list[bytes] | None:
        """The raw texts of one hole, or None where that member does not vary."""
        return self.columns[self.holes.index(pointer)] if pointer in self.holes else None


def cut(body: bytes, event: Event, holes: Sequence[str]) -> Template | None:
    """A template from an exactly read event, or None where it cannot serve."""
    if event.data_start < 0 or event.data is None:
        return None
    spans = locate(event.data, holes)
    if holes[0] not in spans:
        return None
    pieces: list[bytes] = []
    names: list[str] = []
    at = 0
    block = body[event.start : event.end]
    shift = event.data_start - event.start
    payload_end = shift + len(event.data)
    for pointer, (start, end) in sorted(spans.items(), key=lambda item: item[1]):
        hole = _hole(event.data[start:end])
        if hole is None:
            continue
        pieces += [re.escape(block[at : shift + start]), hole]
        names.append(pointer)
        at = shift + end
    if holes[0] not in names:
        return None
    pieces += [_escape_tail(block[at:payload_end]), _escape_ending(block[payload_end:])]
    return Template(re.compile(b"".join(pieces)), tuple(names))


def _hole(text: bytes) -> bytes | None:
    if re.fullmatch(_STRING, text):
        return _STRING
    return _INTEGER if re.fullmatch(_INTEGER, text) else None


def _escape_tail(tail: bytes) -> bytes:
    padding = _PADDING.search(tail)
    if padding is None or padding.group() != padding.group().rstrip():
        return re.escape(tail)
    return re.escape(tail[: padding.start()]) + rb"[ ]*+\}"


def _escape_ending(ending: bytes) -> bytes:
    """A CR with an LF behind it is half of a line ending: then the event is not over."""
    return re.escape(ending) + (rb"(?!\n)" if ending.endswith(b"\r") else b"")


def follow(body: bytes, start: int, first: int, template: Template) -> Run | None:
    """The run of events from `start` on that match, or None where not even the first does."""
    # A scanner matches behind its last match, so that the events of a batch are found, and their
    # holes and ends taken, without a step of Python for each. Type stubs do not know of it.
    pattern: Any = template.pattern
    found = iter(pattern.scanner(body, start).match, None)
    bounds = array("q", [start])
    columns: tuple[list[bytes], ...] = tuple([] for _ in template.holes)
    while batch := list(islice(found, _BATCH)):
        for group, column in enumerate(columns, start=1):
            column += [match[group] for match in batch]
        bounds.extend([match.end() for match in batch])
    return Run(first, bounds, template.holes, columns) if len(bounds) > 1 else None
