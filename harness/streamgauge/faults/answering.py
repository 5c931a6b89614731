"""Faults of the answer: another head, another body, an error before the stream or within it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from streamgauge.delta import Failure
from streamgauge.dialects.dialect import Refusal, Voice, WireEvent
from streamgauge.exchange import Close, Exchange, Framing, Head, Headers
from streamgauge.faults.edits import cut, extended, place_to_cut, transcript
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault
from streamgauge.message import Fault as Stated
from streamgauge.prompt import Asked
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.encode import Style, encode
from streamgauge.wire.framing import Framing as Kind

_NO_STREAM = Breaks(("ending/body-is-a-stream",))
_STATED = ("errors/no-error-in-stream",)
_FIRST = "errors/status-tells-failure"
_JSON = "application/json"
_PAGE = b"<!DOCTYPE html>\n<html><head><title>%d</title></head><body>Bad gateway</body></html>\n"
_SAYS = "The service is busy; try again later."


@fault(Invisible("HTTP takes the coding off before anybody reads"))
def gzip(exchange: Exchange, _: Setting) -> Exchange:
    """The body is compressed, flushed after each segment."""
    return _stating(exchange, ("content-encoding", "gzip"))


@fault(Breaks(("framing/content-type-is-event-stream",)))
def wrong_type(exchange: Exchange, _: Setting, *, type: str = "text/plain") -> Exchange:
    """The content type names something else than a stream of events."""
    return replace(exchange, head=_with(exchange.head, ("content-type", type)))


@fault(Invisible("a server may close a connection or keep it, and need not say so"))
def connection_header(exchange: Exchange, _: Setting, *, value: str = "close") -> Exchange:
    """The head states this `Connection`; with `close` some clients take a cut body for a whole one.

    Node's fetch (undici 6) does, so a fault of the end is tried with and without.
    """
    return _stating(exchange, ("connection", value))


@fault(_NO_STREAM)
def json_instead(exchange: Exchange, setting: Setting, *, blank: int = 0) -> Exchange:
    """The same answer comes as one JSON document, as if no stream had been asked for.

    Behind `blank` line feeds, as DeepSeek sends them while a request waits.
    """
    found = transcript(exchange, setting)
    told = setting.dialect.tell(found.folded.message, _voice(found, setting))
    return document(exchange, 200, _JSON, b"\n" * max(0, blank) + _as_json(told))


@fault(_NO_STREAM)
def html_instead(exchange: Exchange, _: Setting, *, status: int = 200) -> Exchange:
    """A page comes instead, as from a proxy or a login."""
    return document(exchange, status, "text/html; charset=utf-8", _PAGE % status)


@fault(Invisible("an error document under its own status is the right way to say no"))
def error_status(
    exchange: Exchange,
    setting: Setting,
    *,
    status: int = 529,
    type: str = "",
    message: str = _SAYS,
    retry_after: float = 1.0,
) -> Exchange:
    """An error comes before any stream, in the vendor's shape, with `Retry-After` in seconds.

    Below 0 no `Retry-After` is sent.
    """
    known = retry_after if retry_after >= 0 else None
    refusal = Refusal(status=status, type=type, message=message, retry_after=known)
    body = _as_json(_refused(refusal, setting))
    wait: Headers = (("retry-after", f"{retry_after:g}"),) if retry_after >= 0 else ()
    return document(exchange, status, _JSON, body, wait)


@fault(
    Breaks(_STATED, perhaps=(_FIRST,)),
    chat=Breaks(
        _STATED,
        perhaps=(
            _FIRST,
            "errors/error-has-standard-shape",
            "errors/no-error-only-chunk",
            "schema/chunk-matches-schema",
        ),
    ),
)
def error_in_stream(
    exchange: Exchange,
    setting: Setting,
    *,
    after: float = 0.5,
    status: int = 503,
    type: str = "",
    message: str = _SAYS,
) -> Exchange:
    """The stream ends with an error event at the share `after` of the body, in good order."""
    end = place_to_cut(exchange, setting, after)
    if end == len(exchange.body):
        return exchange
    begun = cut(exchange, end, Close.CLEAN)
    refusal = Refusal(status=status, type=type, message=message)
    return extended(begun, _failing(transcript(begun, setting), setting, refusal))


def _refused(refusal: Refusal, setting: Setting) -> object:
    """The vendor's JSON of an error; where it has no type of its own for the status, ours."""
    told = setting.dialect.refuse(refusal, setting.facts)
    if any(isinstance(one, Failure) and one.type for one in setting.dialect.document(told)):
        return told
    named = replace(refusal, type=_type(refusal.status))
    return setting.dialect.refuse(named, setting.facts)


def _type(status: int) -> str:
    known = {401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}
    return known.get(status, "invalid_request_error" if status < 500 else "server_error")


def _failing(found: Transcript, setting: Setting, refusal: Refusal) -> bytes:
    """The events with which the dialect ends with an error what was said so far."""
    told = setting.dialect.document(_refused(refusal, setting))
    stated = next(delta for delta in told if isinstance(delta, Failure))
    error = Stated(type=stated.type, code=stated.code, message=stated.message, raw=stated.raw)
    message = replace(found.folded.message, error=error, usage=None)
    # Some vendors tell of failure by a finish reason alone; the fault is an event of its own.
    facts = {name: fact for name, fact in setting.facts.items() if name != "stream-error"}
    voice = replace(_voice(found, setting), facts=facts)
    whole = tuple(setting.dialect.speak(message, voice))
    first = next((at for at, event in enumerate(whole) if _fails(event, setting)), len(whole))
    return _written(found, tuple(_renumbered(whole[first:], found)))


def _voice(found: Transcript, setting: Setting) -> Voice:
    """A voice that speaks on: the same model, ids that count."""
    model, numbers = found.folded.message.model, count()
    return Voice(
        facts=setting.facts,
        asked=Asked(model=model, stream=True),
        created=0,
        pieces=lambda text: [text],
        ids=lambda kind: f"{kind}_{next(numbers)}",
    )


def _fails(event: WireEvent, setting: Setting) -> bool:
    try:
        value = json.loads(event.data)
    except ValueError:
        return False
    return any(isinstance(delta, Failure) for delta in setting.dialect.read(event.name, value))


def _renumbered(events: Sequence[WireEvent], found: Transcript) -> Iterator[WireEvent]:
    """Events that count themselves go on counting where the stream was cut."""
    number = found.events
    for event in events:
        if '"sequence_number"' not in event.data:
            yield event
            continue
        value = json.loads(event.data) | {"sequence_number": number}
        yield event._replace(data=_as_json(value).decode())
        number += 1


def _written(found: Transcript, events: Sequence[WireEvent]) -> bytes:
    if found.framing is Kind.JSON_ARRAY:
        separator = b",\n" if found.chunks else b"["
        return separator + b",\n".join(event.data.encode() for event in events) + b"]"
    style = Style(newline="\r\n" if found.exchange.body.endswith(b"\r\n") else "\n")
    return b"".join(encode(name, data, style=style) for name, data in events)


def document(
    exchange: Exchange, status: int, type: str, body: bytes, more: Headers = ()
) -> Exchange:
    """Another answer at the time of the first byte, whole and in good order."""
    first = exchange.arrivals[0][1] if exchange.arrivals else 0.0
    head = replace(_with(exchange.head, ("content-type", type), *more), status=status)
    return replace(
        exchange,
        head=head,
        body=body,
        arrivals=((0, first),),
        framing=Framing.LENGTH,
        close=Close.CLEAN,
    )


def _stating(exchange: Exchange, field: tuple[str, str]) -> Exchange:
    """With this field in the head; where no head was recorded, none is made up."""
    head = exchange.head
    return replace(exchange, head=_with(head, field)) if head.headers else exchange


def _with(head: Head, *fields: tuple[str, str]) -> Head:
    """The head with these fields in the place of others of their name."""
    named = {name for name, _ in fields}
    kept = tuple(field for field in head.headers if field[0].lower() not in named)
    return replace(head, headers=(*kept, *fields))


def _as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
