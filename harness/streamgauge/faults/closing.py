"""Faults of the end: the connection goes, or the answer is cut, sooner than it should."""

from __future__ import annotations

from dataclasses import replace

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import EndRule
from streamgauge.exchange import Close, Exchange, Framing
from streamgauge.faults.edits import cut, place_to_cut, transcript
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.transcript.transcript import Transcript

_CUT = Breaks(("ending/end-is-reached",))
_UNCLEAN = Breaks(("ending/transport-closed-cleanly",))


@fault(Breaks(_CUT.rules, perhaps=("framing/last-event-is-terminated",)), also=("reset-peer",))
def reset(exchange: Exchange, _: Setting, *, after: float = 0.5) -> Exchange:
    """The connection is reset (RST) at the share `after` of the body, inside an event."""
    return cut(exchange, round(after * len(exchange.body)), Close.RESET)


@fault(_CUT)
def drop(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The connection ends (FIN) between two events; in chunks the last one is missing."""
    return _between_events(exchange, setting, after, exchange.framing)


@fault(_CUT)
def half_close(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """We send FIN and go on reading, and the body has no length: HTTP cannot tell that it was cut.

    In an exchange this is `Framing.UNTIL_CLOSE` with `Close.EOF`.
    """
    return _between_events(exchange, setting, after, Framing.UNTIL_CLOSE)


@fault(_CUT)
def short_body(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The head states a length, and the connection ends (FIN) before it is reached."""
    return _between_events(exchange, setting, after, Framing.LENGTH)


@fault(_UNCLEAN)
def no_last_chunk(exchange: Exchange, _: Setting) -> Exchange:
    """The whole body comes in chunks, the last one, of no bytes, does not."""
    return replace(exchange, framing=Framing.CHUNKED, close=Close.EOF)


@fault(_UNCLEAN, also=("slow-close",))
def stays_open(exchange: Exchange, _: Setting) -> Exchange:
    """The whole body comes, and then nothing: no last chunk, no FIN.

    An exchange does not hold the time of its close; a slow one is one that the reader never saw.
    """
    return replace(exchange, framing=Framing.CHUNKED, close=Close.TIMEOUT)


@fault(_CUT)
def cut_in_text(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The body ends in good order in the middle of the text, between two of its pieces."""
    return _cut_inside(exchange, setting, after, Kind.TEXT)


@fault(chat=_CUT, responses=_CUT, messages=_CUT)
def cut_in_arguments(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The body ends in good order in the middle of a tool call's arguments.

    Gemini sends arguments whole, or as paths and values and no text that could be cut.
    """
    return _cut_inside(exchange, setting, after, Kind.TOOL_CALL)


def _cut_inside(exchange: Exchange, setting: Setting, after: float, kind: Kind) -> Exchange:
    found = transcript(exchange, setting)
    for *_, trace in found.parts(kind):
        said = [event for event, _, text in trace.each() if text]
        if len(said) > 1:
            last = said[min(len(said) - 2, int(after * len(said)))]
            return cut(exchange, found.span(last)[1], Close.CLEAN)
    return exchange


def _between_events(
    exchange: Exchange, setting: Setting, after: float, framing: Framing
) -> Exchange:
    """A body of one event cannot be cut between two and stays whole."""
    end = place_to_cut(exchange, setting, after)
    if end == len(exchange.body):
        return exchange
    return replace(cut(exchange, end, Close.EOF), framing=framing)


@fault(_CUT, also=("drop-end-marker",), chat=Breaks(("ending/sentinel-is-sent",)))
def no_end_marker(exchange: Exchange, setting: Setting) -> Exchange:
    """What marks the end, and all behind it, is missing: `[DONE]`, `message_stop`,
    `response.completed`, the chunk with the `finishReason`."""
    found = transcript(exchange, setting)
    first = _end_marker(found)
    start = 0 if first is None else found.span(first)[0]
    return cut(exchange, start, exchange.close) if start else exchange


def _end_marker(found: Transcript) -> int | None:
    folded = found.folded
    if found.dialect.end is EndRule.STOPS:
        return max((stop.event for stop in folded.stops), default=None)
    return min((event for _, event in folded.ended), default=None)
