"""Where the events of a body stand, where their JSON does, and what about a body is not whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from streamgauge.wire import json_array, json_lines, sse
from streamgauge.wire.event import Event, Oddity
from streamgauge.wire.framing import Framing
from streamgauge.wire.payload import parse

Span = tuple[int, int]


class Piece(NamedTuple):
    """An event's span; `payload` spans its JSON where it is readable and stands in one piece."""

    start: int
    end: int
    payload: Span | None


class Flaws(NamedTuple):
    """How far a body is from whole: events not in JSON, bytes not in UTF-8, an end that is open."""

    unreadable: int
    not_utf8: int
    unterminated: int


def events(body: bytes, framing: Framing) -> Iterator[Event]:
    """The events of a body; one that is not framed at all is one event."""
    match framing:
        case Framing.SSE | Framing.UNKNOWN:
            return sse.events(body)
        case Framing.JSON_ARRAY:
            return json_array.events(body)
        case Framing.JSON_LINES:
            return json_lines.events(body)
        case _:
            return iter([Event(0, 0, len(body), None, body, True, 0)] if body else [])


def pieces(body: bytes, framing: Framing) -> list[Piece]:
    """The events of a body, as spans. A whole JSON array is one piece: its commas need all."""
    if framing is Framing.JSON_ARRAY and body.lstrip().startswith(b"[") and is_whole(body):
        return [Piece(0, len(body), (0, len(body)))]
    found = list(events(body, framing))
    starts = [one.start for one in found]
    if framing is Framing.JSON_ARRAY:
        # The bracket before the first element stays when that element goes.
        starts = [one.start if one.data_start < 0 else one.data_start for one in found]
    ends = [*starts, len(body)][1:]
    payloads = map(_payload, found)
    return [Piece(*one) for one in zip(starts, ends, payloads, strict=True)]


def _payload(event: Event) -> Span | None:
    if event.data_start < 0 or not event.data or not is_whole(event.data):
        return None
    return event.data_start, event.data_start + len(event.data)


def is_whole(data: bytes) -> bool:
    """Whether bytes are JSON in UTF-8."""
    return not _not_utf8(data) and parse(data).readable


def flaws(body: bytes, framing: Framing) -> Flaws:
    """What about a body is not whole, counted."""
    found = list(events(body, framing))
    return Flaws(
        unreadable=sum(1 for one in found if one.data and not parse(one.data).readable),
        not_utf8=int(_not_utf8(body)),
        unterminated=int(
            any(kind is Oddity.UNTERMINATED for one in found for kind, _ in one.oddities)
        ),
    )


def _not_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False
