"""Makes a transcript of an exchange: floors 1 to 3 strung together."""

from __future__ import annotations

from streamgauge.delta import Delta
from streamgauge.dialects.dialect import Dialect, Facts
from streamgauge.exchange import Exchange
from streamgauge.message import Ending
from streamgauge.prompt import Asked
from streamgauge.transcript.aggregate import Aggregator
from streamgauge.transcript.chunk import Chunk, State
from streamgauge.transcript.ending import ending
from streamgauge.transcript.reading import Reading, read_events, read_sse
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire import json_array, json_lines
from streamgauge.wire.event import DEFAULT_LIMITS, Event, Limits
from streamgauge.wire.framing import Framing
from streamgauge.wire.payload import parse

_STREAMS = frozenset((Framing.SSE, Framing.JSON_ARRAY, Framing.JSON_LINES))


def transcribe(
    exchange: Exchange,
    dialect: Dialect,
    facts: Facts,
    framing: Framing,
    *,
    asked: Asked | None = None,
    exact: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Transcript:
    """Read one exchange; any bytes give a transcript."""
    refused = (exchange.head.status or 0) >= 400
    # Nothing may be the rest of a stream, but under a failing status it is an answer without words.
    streamed = framing in _STREAMS or (framing is Framing.EMPTY and not refused)
    reading = _read(exchange.body, dialect, framing, exact=exact, limits=limits)
    aggregator = Aggregator(dialect, facts)
    for chunk in reading.chunks:
        aggregator.fold(chunk)
    folded = aggregator.finish()
    if streamed:
        ended = ending(folded, reading.chunks, dialect)
    elif asked is not None and asked.stream is False:
        failed = refused or folded.failures
        ended = Ending.ERROR_TERMINATED if failed else _document_ending(reading)
    else:
        ended = Ending.NOT_A_STREAM
    return Transcript(
        exchange=exchange,
        dialect=dialect,
        facts=facts,
        framing=framing,
        streamed=streamed,
        asked=asked,
        chunks=reading.chunks,
        silent=reading.silent,
        events=reading.events,
        folded=folded,
        ending=ended,
    )


def _document_ending(reading: Reading) -> Ending:
    readable = all(chunk.state is State.JSON for chunk in reading.chunks)
    return Ending.COMPLETE if readable else Ending.MALFORMED


def _read(
    body: bytes, dialect: Dialect, framing: Framing, *, exact: bool, limits: Limits
) -> Reading:
    match framing:
        case Framing.SSE | Framing.EMPTY:
            return read_sse(body, dialect, exact=exact, limits=limits)
        case Framing.JSON_ARRAY:
            return read_events(json_array.events(body, limits), dialect)
        case Framing.JSON_LINES:
            return read_events(json_lines.events(body, limits), dialect)
        case _:
            return _read_document(body, dialect)


def _read_document(body: bytes, dialect: Dialect) -> Reading:
    """A body that is one document: one event, one chunk."""
    event = Event(0, 0, len(body), None, body, True, 0)
    payload = parse(body)
    deltas: tuple[Delta, ...] = ()
    state = State.JSON if payload.readable else State.UNREADABLE
    if payload.readable:
        deltas = tuple(dialect.document(payload.value))
    chunk = Chunk(event, state, payload.value, deltas, payload.flaws, None)
    return Reading((chunk,), (), 1)
