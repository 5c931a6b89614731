"""What the decoders noticed, in body order, and how to point at it. It judges nothing."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from typing import NamedTuple

from streamgauge.rules.case import Evidence, shown
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.event import Event, Oddity

_LINE_END = re.compile(rb"[\r\n]")


class Seen(NamedTuple):
    """One event, and how many events it stands for (itself and its look-alikes)."""

    event: Event
    times: int


class Found(NamedTuple):
    """One thing noticed: where in the body, in which event, for how many events."""

    oddity: Oddity
    offset: int
    event: Event
    times: int


def events(transcript: Transcript) -> Iterator[Seen]:
    """Every event in body order, dispatched or not; look-alikes are not repeated."""
    return _ordered(
        [Seen(chunk.event, chunk.count) for chunk in transcript.chunks],
        [Seen(event, 1) for event in transcript.silent],
    )


def odd(transcript: Transcript) -> Iterator[Seen]:
    """The events at which something was noticed, in body order: few, in an ordinary stream."""
    return _ordered(
        [Seen(chunk.event, chunk.count) for chunk in transcript.chunks if chunk.event.oddities],
        [Seen(event, 1) for event in transcript.silent if event.oddities],
    )


def _ordered(spoken: list[Seen], silent: list[Seen]) -> Iterator[Seen]:
    if not silent:
        return iter(spoken)
    return heapq.merge(spoken, silent, key=lambda seen: seen.event.index)


def noticed(transcript: Transcript, *wanted: Oddity) -> Iterator[Found]:
    """What was noticed of some kinds, in body order."""
    for event, times in odd(transcript):
        for oddity, offset in event.oddities:
            if oddity in wanted:
                yield Found(oddity, offset, event, times)


def line(transcript: Transcript, offset: int) -> tuple[int, int]:
    """The span of the line that begins at `offset`, without its ending."""
    body = transcript.exchange.body
    ending = _LINE_END.search(body, offset)
    return offset, ending.start() if ending else len(body)


def at_line(transcript: Transcript, found: Found, says: str, expected: str) -> Evidence:
    """Evidence that shows the line where something was noticed."""
    start, end = line(transcript, found.offset)
    text = transcript.exchange.body[start : min(end, start + 200)].decode("utf-8", "replace")
    index = found.event.index
    return Evidence(says, expected, shown(text), index, span=(start, end), times=found.times)


_ERROR_LINE = re.compile(
    rb"[ \t]*(?:error\b|(?:\{[^\r\n]*\"(?:error|error_message|detail)|\"error)\"[ \t]*:"
    rb"(?![ \t]*null))",
    re.I,
)
_FIELDS = frozenset({b"", b"data", b"event", b"id", b"retry"})


def bare_errors(body: bytes, event: Event) -> Iterator[tuple[int, bytes]]:
    """(offset, line) of the lines of an event that state an error outside of any field."""
    starts = [at for oddity, at in event.oddities if oddity is Oddity.UNKNOWN_FIELD]
    start = starts[0] if starts else event.end
    for text in re.split(rb"(\r\n|\r|\n)", body[start : event.end]):
        if text.partition(b":")[0] not in _FIELDS and _ERROR_LINE.match(text):
            yield start, text
        start += len(text)
