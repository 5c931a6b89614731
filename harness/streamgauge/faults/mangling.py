"""Faults of framing that lose or hide what was said: cut bytes, glued events, lines too long.

Unlike those of `framing`, they leave payloads that nobody can read as they were meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.faults.edits import newline, spliced, sse_events, time_at, transcript
from streamgauge.faults.events import said
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault
from streamgauge.faults.seeding import pick
from streamgauge.transcript.building import Trace
from streamgauge.wire import json_lines
from streamgauge.wire.event import Event
from streamgauge.wire.framing import Framing, detect

_CUT = "ending/end-is-reached"
_UNREAD = "schema/chunk-is-json"
_CHARACTER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")


@fault(
    Breaks(("framing/last-event-is-terminated",), perhaps=(_CUT,)),
    chat=Breaks(("framing/last-event-is-terminated",), perhaps=(_CUT, "usage/is-sent")),
)
def unterminated(exchange: Exchange, _: Setting) -> Exchange:
    """The blank line behind the last event is missing, so that the standard throws it away."""
    events = sse_events(exchange)
    if not events or events[-1].end != len(exchange.body):
        return exchange
    kept = len(exchange.body.rstrip(b"\r\n"))
    return spliced(exchange, [(kept, len(exchange.body), newline(exchange))])


_UNREAD_TWO = (_UNREAD, "framing/one-data-line-per-event")
_COUNTED = ("order/sequence-numbers-count", "content/copies-agree")


@fault(
    Breaks(_UNREAD_TWO),
    responses=Breaks((*_UNREAD_TWO, *_COUNTED)),
)
def lost_blank_line(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The blank line between two pieces of text is missing: one event, and no JSON."""
    pairs = [pair for pair in pairwise(_texts(exchange, setting)) if pair[0].end == pair[1].start]
    if not pairs:
        return exchange
    first, _ = pick(exchange, seed, pairs)
    kept = len(exchange.body[: first.end].rstrip(b"\r\n")) + len(newline(exchange))
    return spliced(exchange, [(kept, first.end, b"")])


def _texts(exchange: Exchange, setting: Setting) -> list[Event]:
    """The events that go on with a text: neither the first nor the last of its pieces.

    What is lost with them is text and no more.
    """
    found = transcript(exchange, setting)
    inner = {
        event
        for *_, trace in found.parts(Kind.TEXT)
        for event in sorted({event for event, _, text in trace.each() if text})[1:-1]
    }
    others = {event for *_, trace in found.parts() for event in _ends(trace)}
    return [
        event
        for event in sse_events(exchange)
        if event.index in inner - others and event.data_start >= 0
    ]


def _ends(trace: Trace) -> Iterator[int]:
    """The first and the last event of a part."""
    events = sorted({event for event, _, text in trace.each() if text})
    yield from (*events[:1], *events[-1:])


@fault(
    Breaks(("framing/body-is-utf8",)),
    responses=Breaks(("framing/body-is-utf8",), perhaps=("content/copies-agree",)),
)
def half_character(exchange: Exchange, _: Setting) -> Exchange:
    """A character of several bytes has lost its last, as where pieces are decoded one by one."""
    found = _CHARACTER.search(exchange.body)
    return exchange if found is None else spliced(exchange, [(found.end() - 1, found.end(), b"")])


@fault(
    Breaks((_UNREAD, "framing/every-line-is-a-field", _CUT)),
    chat=Breaks((_UNREAD, "framing/every-line-is-a-field"), perhaps=(_CUT,)),
)
def json_over_lines(exchange: Exchange, _: Setting) -> Exchange:
    """The JSON is written over several lines behind one `data:`; all but its first are lost."""
    lines = newline(exchange)
    return spliced(
        exchange,
        [
            (event.data_start, event.data_start + len(event.data or b""), _pretty(event, lines))
            for event in sse_events(exchange)
            if event.data_start >= 0 and (event.data or b"").startswith(b"{")
        ],
    )


def _pretty(event: Event, newline: bytes) -> bytes:
    text = json.dumps(json.loads(event.data or b""), ensure_ascii=False, indent=2)
    return newline.join(text.encode().split(b"\n"))


@fault(Invisible("the standard sets no limit, and spaces in JSON mean nothing"))
def huge_line(exchange: Exchange, _: Setting, *, size: int = 100_000) -> Exchange:
    """One data line is longer than 64 KiB, where readers in Go give up; spaces fill it."""
    objects = [one for one in said(exchange) if one.json and one.data.startswith(b"{")]
    if not objects:
        return exchange
    one = objects[len(objects) // 2]
    at = exchange.body.index(b"{", one.start)
    return spliced(exchange, [(at + 1, at + 1, b" " * size)])


@fault(Breaks(("framing/within-limits",)))
def over_limit(exchange: Exchange, _: Setting, *, size: int = 17 << 20) -> Exchange:
    """A comment line is longer than 16 MiB, more than anybody can be asked to read."""
    events = sse_events(exchange)
    if len(events) < 2:
        return exchange
    at, end = events[len(events) // 2].start, newline(exchange)
    return spliced(exchange, [(at, at, b": " + b"x" * size + end + end)])


@fault(Breaks(("framing/status-is-ok",)))
def failing_status(exchange: Exchange, _: Setting, *, status: int = 500) -> Exchange:
    """The whole stream comes under a status that says it failed."""
    return replace(exchange, head=replace(exchange.head, status=status))


@fault(Breaks(("framing/content-type-is-event-stream",)))
def lines_instead(exchange: Exchange, _: Setting) -> Exchange:
    """JSON lines come under the type of an event stream: the payloads, without `data:`."""
    events = [one.data.decode() for one in said(exchange) if one.json and b"\n" not in one.data]
    if not sse_events(exchange) or len(events) < 2:
        return exchange
    return replace(exchange, body=json_lines.encode(events), arrivals=((0, time_at(exchange, 0)),))


@fault(gemini=Breaks(("framing/array-is-closed",)))
def open_array(exchange: Exchange, _: Setting) -> Exchange:
    """The last bracket of a streamed array is missing; who reads it whole gets nothing."""
    end = exchange.body.rfind(b"]")
    return spliced(exchange, [(end, end + 1, b"")]) if _is_array(exchange) and end > 0 else exchange


@fault(gemini=Breaks(("framing/array-is-closed",)))
def no_comma(exchange: Exchange, _: Setting) -> Exchange:
    """A line end alone parts two elements of a streamed array."""
    events = said(exchange) if _is_array(exchange) else ()
    if len(events) < 2:
        return exchange
    at = exchange.body.index(b",", events[0].end)
    return spliced(exchange, [(at, at + 1, b"")])


def _is_array(exchange: Exchange) -> bool:
    return detect(exchange.body, exchange.head.content_type) is Framing.JSON_ARRAY
