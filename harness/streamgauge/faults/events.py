"""The exchange as events that can be edited: rewritten, dropped, repeated, swapped, added.

Server-sent events, a streamed JSON array and JSON lines are edited alike. What is not touched
stays to the byte, commas and closing bracket of an array stay legal, and arrivals move along: an
event in the place of another comes at the other's time. Nothing here knows a dialect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from streamgauge.exchange import Exchange
from streamgauge.faults.edits import Arrivals, arrivals
from streamgauge.wire import json_array, json_lines, sse
from streamgauge.wire.block import BOM
from streamgauge.wire.encode import Style, encode
from streamgauge.wire.event import Event
from streamgauge.wire.framing import Framing, detect
from streamgauge.wire.payload import parse


class Said(NamedTuple):
    """One event that a reader gets. `index` counts as in a transcript, also what says nothing.

    `name` is the value of its `event:` line, if any; `start` and `end` are its span in the body;
    `json` is the object of its payload, empty where the payload is none; `data` is the payload.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody calls here
    name: str | None
    start: int
    end: int
    json: dict[str, object]
    data: bytes


Changes = Mapping[int, Sequence[bytes]]
"""By index of an event: what stands in its place now, one `core` each."""

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)")
_ENDING = re.compile(rb"\r\n|\r|\n")
_DATA = re.compile(rb"data(?::|$)")
_NAME = re.compile(rb"event(?::|$)")
_READ = {
    Framing.SSE: sse.events,
    Framing.JSON_ARRAY: json_array.events,
    Framing.JSON_LINES: json_lines.events,
}


def said(exchange: Exchange) -> tuple[Said, ...]:
    """Every event that a reader gets, in order; none where the body is no stream."""
    return tuple(
        Said(event.index, event.name, event.start, event.end, _object(event.data), event.data)
        for event in _events(exchange)
        if event.dispatched and event.data is not None
    )


def with_json(exchange: Exchange, new: Mapping[int, object]) -> Exchange:
    """Some events with another JSON value, by index; the rest of each stays as it was."""
    return with_data(exchange, {index: as_json(value) for index, value in new.items()})


def with_data(exchange: Exchange, new: Mapping[int, bytes]) -> Exchange:
    """Some events with another payload, by index; in server-sent events its name and id stay."""
    framing, known = _framing(exchange), _dispatched(exchange)
    return _edited(
        exchange, {at: [_saying(exchange, framing, known[at], data)] for at, data in new.items()}
    )


def with_name(exchange: Exchange, new: Mapping[int, str | None]) -> Exchange:
    """Some events with another name, by index, or with none. Only server-sent events have names."""
    if _framing(exchange) is not Framing.SSE:
        return exchange
    known = _dispatched(exchange)
    return _edited(
        exchange, {at: [_named(_core(exchange, known[at]), name)] for at, name in new.items()}
    )


def without(exchange: Exchange, indexes: Iterable[int]) -> Exchange:
    """Some events are gone."""
    return _edited(exchange, {index: [] for index in indexes})


def repeated(exchange: Exchange, index: int, times: int = 2) -> Exchange:
    """One event comes several times in a row."""
    return _edited(exchange, {index: [_core(exchange, _dispatched(exchange)[index])] * times})


def swapped(exchange: Exchange, i: int, j: int) -> Exchange:
    """Two events change places."""
    known = _dispatched(exchange)
    return _edited(
        exchange, {i: [_core(exchange, known[j])], j: [_core(exchange, known[i])]} if i != j else {}
    )


def moved(exchange: Exchange, index: int, before: int) -> Exchange:
    """One event stands before another, or behind all where `before` is behind the last."""
    known = _dispatched(exchange)
    core = _core(exchange, known[index])
    if before == index:
        return exchange
    place, cores = _place(exchange, known, before, core)
    if place == index:
        return exchange
    return _edited(exchange, {index: [], place: cores})


def inserted(exchange: Exchange, index: int, name: str | None, value: object) -> Exchange:
    """One more event before another, or behind all where `index` is behind the last."""
    known = _dispatched(exchange)
    if not known:
        return exchange
    core = _fresh(exchange, name, as_json(value))
    place, cores = _place(exchange, known, index, core)
    return _edited(exchange, {place: cores})


def as_json(value: object) -> bytes:
    """A value as compact JSON; half of a surrogate pair is written as its escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def _object(data: bytes) -> dict[str, object]:
    value = parse(data).value
    return value if isinstance(value, dict) else {}


def _framing(exchange: Exchange) -> Framing:
    return detect(exchange.body, exchange.head.content_type)


def _events(exchange: Exchange) -> Iterator[Event]:
    read = _READ.get(_framing(exchange))
    return iter(()) if read is None else read(exchange.body)


def _dispatched(exchange: Exchange) -> dict[int, Event]:
    return {event.index: event for event in _events(exchange) if event.dispatched}


def _place(
    exchange: Exchange, known: Mapping[int, Event], before: int, core: bytes
) -> tuple[int, list[bytes]]:
    """The event whose place takes one more core, and what then stands there."""
    at = min((index for index in known if index >= before), default=None)
    if at is not None:
        return at, [core, _core(exchange, known[at])]
    last = max(known)
    return last, [_core(exchange, known[last]), core]


def _core(exchange: Exchange, event: Event) -> bytes:
    """What moves when an event does; a byte-order mark and the commas of an array do not."""
    framing = _framing(exchange)
    raw = exchange.body[event.start : event.end]
    if framing is Framing.JSON_ARRAY:
        return event.data or b""
    core = raw.removeprefix(BOM) if event.start == 0 else raw
    return core + b"\n" if framing is Framing.JSON_LINES and not core.endswith(b"\n") else core


def _lead(exchange: Exchange, event: Event) -> bytes:
    """What stands before a core and belongs to its place."""
    if _framing(exchange) is Framing.JSON_ARRAY:
        return exchange.body[event.start : event.data_start]
    return BOM if event.start == 0 and exchange.body.startswith(BOM) else b""


def _fresh(exchange: Exchange, name: str | None, data: bytes) -> bytes:
    """A new event as the stream writes its others."""
    framing = _framing(exchange)
    if framing is Framing.SSE:
        ending = _ENDING.search(exchange.body)
        style = Style(newline=ending.group().decode() if ending else "\n")
        return encode(name, data.decode(), style=style)
    return data if framing is Framing.JSON_ARRAY else data + b"\n"


def _saying(exchange: Exchange, framing: Framing, event: Event, data: bytes) -> bytes:
    """The core of an event with another payload."""
    core = _core(exchange, event)
    if framing is Framing.JSON_ARRAY:
        return data
    if framing is Framing.JSON_LINES:
        return data + b"\n"
    lines = _LINE.findall(core)
    first = next(at for at, line in enumerate(lines) if _is(_DATA, line))
    line = lines[first]
    space = b" " if line.startswith(b"data: ") else b""
    ending = line[len(line.rstrip(b"\r\n")) :]
    lines[first] = b"".join(b"data:" + space + one + ending for one in data.split(b"\n"))
    return b"".join(line for at, line in enumerate(lines) if at <= first or not _is(_DATA, line))


def _named(core: bytes, name: str | None) -> bytes:
    """The core of a server-sent event with another name, in the place of the old."""
    lines = _LINE.findall(core)
    found = [at for at, line in enumerate(lines) if _is(_NAME, line)]
    kept = [line for line in lines if not _is(_NAME, line)]
    if name is not None:
        place = found[0] if found else next(n for n, x in enumerate(kept) if _is(_DATA, x))
        ending = lines[place][len(lines[place].rstrip(b"\r\n")) :]
        kept.insert(place, b"event: " + name.encode() + ending)
    return b"".join(kept)


def _is(field: re.Pattern[bytes], line: bytes) -> bool:
    return field.match(line.rstrip(b"\r\n")) is not None


def _edited(exchange: Exchange, changes: Changes) -> Exchange:
    """The exchange with other cores in some places."""
    if not changes:
        return exchange
    events = tuple(_events(exchange))
    pieces = tuple(_pieces(exchange, events, changes))
    starts = [0, *accumulate(map(len, pieces))]
    body = b"".join(pieces)
    known = [(event.start, start, len(piece)) for event, start, piece in
             zip(events, starts, pieces, strict=False)]  # fmt: skip
    return replace(exchange, body=body, arrivals=_arrivals(exchange, known, len(body)))


def _pieces(exchange: Exchange, events: Sequence[Event], changes: Changes) -> Iterator[bytes]:
    """The new bytes in the place of each event; what begins the body stays where it was."""
    first, between = _lead(exchange, events[0]), _between(exchange, events)
    begun = False
    for event in events:
        if not event.dispatched:
            raw = exchange.body[event.start : event.end]
            yield raw if begun or event.start == 0 else first + raw
            begun = True
            continue
        piece = b""
        for n, core in enumerate(changes.get(event.index, [_core(exchange, event)])):
            own = _lead(exchange, event) if n == 0 and event.start else between
            piece += (own if begun else first) + core
            begun = True
        yield piece


def _between(exchange: Exchange, events: Sequence[Event]) -> bytes:
    """What stands between two cores: in an array the comma, as this one writes it."""
    if _framing(exchange) is not Framing.JSON_ARRAY:
        return b""
    second = next((event for event in events[1:] if event.dispatched), None)
    return b",\n" if second is None else _lead(exchange, second)


def _arrivals(
    exchange: Exchange, known: Sequence[tuple[int, int, int]], size: int
) -> Arrivals | None:
    """Where each segment begins now. Of several that begin at one place the last one counts.

    `known` has for each event its old start, its new start and its new length.
    """
    if exchange.arrivals is None:
        return None
    moved: dict[int, float] = {}
    at = 0
    for offset, ms in arrivals(exchange):
        while at + 1 < len(known) and known[at + 1][0] <= offset:
            at += 1
        old, new, length = known[at]
        moved[new + min(offset - old, length)] = ms
    return tuple((start, ms) for start, ms in moved.items() if start < max(size, 1))
