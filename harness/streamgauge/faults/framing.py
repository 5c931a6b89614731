"""Faults of framing: other bytes around the same payloads, as servers and gateways write them.

They act on event streams, line by line; what the payloads say is changed only where the framing
loses it.
"""

from __future__ import annotations

import re

from streamgauge.exchange import Exchange
from streamgauge.faults.edits import (
    Splice,
    newline,
    spliced,
    sse_events,
    with_line_ends,
)
from streamgauge.faults.events import with_data, with_name
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault
from streamgauge.faults.seeding import pick
from streamgauge.wire.block import BOM
from streamgauge.wire.event import Event

_ONLY_DATA = ("framing/only-data-lines",)
_MIXED = ("framing/line-endings-are-consistent",)
_NO_FIELD = ("framing/every-line-is-a-field",)
_SPACE = re.compile(rb"(?:(?<=[\r\n])|\A)(?:data|event|id|retry):( )")
_COMMENTS = Invisible("comments are legal, and readers pass over them")


@fault(Breaks(("framing/no-byte-order-mark",)))
def bom(exchange: Exchange, _: Setting) -> Exchange:
    """The body begins with a byte-order mark, which most readers take for part of a field name."""
    if exchange.body.startswith(BOM) or not exchange.body:
        return exchange
    return spliced(exchange, [(0, 0, BOM)])


@fault(Invisible("a line may end in CR LF"))
def crlf(exchange: Exchange, _: Setting) -> Exchange:
    """Every line ends in CR LF, as Gemini's do."""
    return with_line_ends(exchange, b"\r\n")


@fault(Invisible("a line may end in CR alone"))
def cr(exchange: Exchange, _: Setting) -> Exchange:
    """Every line ends in CR alone; readers that look for line feeds wait for ever."""
    return with_line_ends(exchange, b"\r")


@fault(Breaks(_MIXED))
def mixed_line_ends(exchange: Exchange, _: Setting) -> Exchange:
    """The blank line of each event ends otherwise than its other lines: `data: …` LF, CR LF."""
    if _MIX.search(exchange.body) or not (events := sse_events(exchange)):
        return exchange
    blanks = [found for event in events if (found := _blank(exchange, event))]
    return spliced(exchange, [(start, end, _OTHER[old]) for start, end, old in blanks])


_OTHER = {b"\n": b"\r\n", b"\r\n": b"\n", b"\r": b"\n"}
_MIX = re.compile(rb"\r(?!\n)")


def _blank(exchange: Exchange, event: Event) -> Splice | None:
    """The span and the bytes of the blank line that closes an event."""
    for ending in (b"\r\n", b"\n", b"\r"):
        if exchange.body.endswith(ending, event.start, event.end):
            return event.end - len(ending), event.end, ending
    return None


@fault(Breaks(("framing/data-has-space",)))
def no_space(exchange: Exchange, _: Setting) -> Exchange:
    """No space follows the colon of a field: `data:{…}`, as Kimi Code's endpoint sends it."""
    if not sse_events(exchange):
        return exchange
    return spliced(exchange, [(*found.span(1), b"") for found in _SPACE.finditer(exchange.body)])


@fault(_COMMENTS, chat=Breaks((), perhaps=_ONLY_DATA))
def comments(exchange: Exchange, _: Setting, *, text: str = "keep-alive") -> Exchange:
    """A comment and a blank line stand before every event, as a keep-alive."""
    end = newline(exchange)
    line = b": " + text.encode() + end + end
    return spliced(exchange, [(at, at, line) for at in _starts(exchange)])


@fault(_COMMENTS, chat=Breaks((), perhaps=_ONLY_DATA))
def comment_lines(exchange: Exchange, _: Setting, *, text: str = "x-cost=0") -> Exchange:
    """Comments stand directly before the lines of the last event, with no blank line between."""
    line = b": " + text.encode() + newline(exchange)
    return spliced(exchange, [(at, at, line * 2) for at in _starts(exchange)[-1:]])


@fault(Invisible("blank lines between events mean nothing"))
def blank_lines(exchange: Exchange, _: Setting, *, count: int = 3) -> Exchange:
    """More blank lines stand before every event, as DeepSeek sends them while a request waits."""
    lines = newline(exchange) * max(0, count)
    return spliced(exchange, [(at, at, lines) for at in _starts(exchange)] if lines else [])


def _starts(exchange: Exchange) -> list[int]:
    """Where the first line of each event begins, behind a byte-order mark and blank lines."""
    return [_first_line(exchange.body, event) for event in sse_events(exchange)]


def _first_line(body: bytes, event: Event) -> int:
    start = len(BOM) if event.start == 0 and body.startswith(BOM) else event.start
    raw = body[start : event.end]
    return start + len(raw) - len(raw.lstrip(b"\r\n"))


@fault(Breaks(("framing/data-is-not-empty",)))
def empty_data(exchange: Exchange, _: Setting, *, after: float = 0.5) -> Exchange:
    """An event with nothing in its data comes as a keep-alive, at the share `after` of the body."""
    at, end = _start_near(exchange, after), newline(exchange)
    return exchange if at is None else spliced(exchange, [(at, at, b"data:" + end + end)])


def _start_near(exchange: Exchange, after: float) -> int | None:
    """Where the event begins that is nearest to a share of the body, the first left out."""
    wanted = after * len(exchange.body)
    return min(_starts(exchange)[1:], key=lambda at: abs(at - wanted), default=None)


@fault(Breaks(("framing/no-reconnect-fields",), perhaps=_ONLY_DATA))
def reconnect_fields(exchange: Exchange, _: Setting, *, ms: float = 3000.0) -> Exchange:
    """Events have an `id`, and a `retry` line of its own stands before the first.

    A blank line after an id makes the official OpenAI client dispatch an empty event.
    """
    end, starts = newline(exchange), _starts(exchange)
    ids = [(at, at, b"id: %d" % n + end) for n, at in enumerate(starts)]
    if not ids:
        return exchange
    at, _at, line = ids[0]
    return spliced(exchange, [(at, at, b"retry: %d" % ms + end + end + line), *ids[1:]])


@fault(
    messages=Breaks(("framing/event-is-named",)),
    responses=Breaks(("framing/event-is-named",)),
)
def nameless(exchange: Exchange, _: Setting) -> Exchange:
    """No event has its `event:` line; the types stand in the data alone."""
    named = [event.index for event in sse_events(exchange) if event.name is not None]
    return with_name(exchange, dict.fromkeys(named))


@fault(
    messages=Breaks(("framing/event-name-equals-type",)),
    responses=Breaks(("framing/event-name-equals-type",)),
)
def wrong_name(exchange: Exchange, _: Setting, *, name: str = "message", seed: int = 0) -> Exchange:
    """One event has a name that is not the `type` in its data."""
    named = [one.index for one in sse_events(exchange) if one.name is not None and one.data]
    return with_name(exchange, {pick(exchange, seed, named): name}) if named else exchange


_NAMES = Invisible("the standard allows names, though a browser hands such events to others")


@fault(chat=Breaks((), perhaps=_ONLY_DATA), gemini=_NAMES)
def named_events(exchange: Exchange, setting: Setting, *, name: str = "chunk") -> Exchange:
    """Every event has a name, in a dialect whose events have none."""
    events = sse_events(exchange) if setting.dialect.name in ("openai-chat", "gemini") else ()
    bare = [event.index for event in events if event.name is None]
    return with_name(exchange, dict.fromkeys(bare, name)) if bare else exchange


@fault(Breaks(_NO_FIELD))
def stray_line(
    exchange: Exchange, _: Setting, *, line: str = "HTTP_STATUS: 429", after: float = 0.5
) -> Exchange:
    """A line that is no field stands between two events; every right reader ignores it."""
    at = _start_near(exchange, after)
    return (
        exchange if at is None else spliced(exchange, [(at, at, line.encode() + newline(exchange))])
    )


@fault(chat=Breaks(_NO_FIELD))
def joined_list(exchange: Exchange, setting: Setting) -> Exchange:
    """A gateway joined events with a comma, which stands before the last: `,data: [DONE]`."""
    events = sse_events(exchange) if setting.dialect.name == "openai-chat" else ()
    if not events or events[-1].data != b"[DONE]":
        return exchange
    return spliced(exchange, [(at, at, b",") for at in _starts(exchange)[-1:]])


@fault(Breaks(("framing/one-data-line-per-event",)))
def data_over_lines(exchange: Exchange, _: Setting) -> Exchange:
    """The data of each event stands on several `data:` lines, which a reader joins."""
    objects = [event for event in sse_events(exchange) if (event.data or b"").startswith(b"{")]
    return with_data(exchange, {event.index: _over_lines(event) for event in objects})


def _over_lines(event: Event) -> bytes:
    return b"{\n" + (event.data or b"")[1:]
