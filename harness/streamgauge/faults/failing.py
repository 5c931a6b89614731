"""Faults of errors in dialects with more than one shape of event: what it lacks, what follows it.

The shapes of chat alone are in `erring`. Here an error is in the shape that its dialect documents,
but for the one thing that a fault is named for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from streamgauge.exchange import Close, Exchange
from streamgauge.faults.answering import document
from streamgauge.faults.edits import cut, extended, newline, place_to_cut, sse_events
from streamgauge.faults.erring import ended
from streamgauge.faults.events import as_json, inserted
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault
from streamgauge.faults.spoken import speaks

_SAYS = "The engine is overloaded."
_STATED = "errors/no-error-in-stream"
_FIRST = ("errors/status-tells-failure",)
_ALONE = "errors/no-error-only-chunk"
_UNFAILED = "errors/failed-follows-error"
_SCHEMA = "schema/chunk-matches-schema"
"""Whoever defines the Responses API numbers its events; these errors have no number."""


class _Event(NamedTuple):
    """How an event is written: its name, if the dialect names events, and its JSON."""

    name: str | None
    json: dict[str, object]


def _error(setting: Setting, **members: object) -> _Event:
    """The error as the dialect documents it; members of None are left out."""
    told: dict[str, object] = {"type": "server_error", "message": _SAYS} | members
    inner = {name: value for name, value in told.items() if value is not None}
    if speaks(setting, "messages"):
        return _Event("error", {"type": "error", "error": inner})
    if speaks(setting, "responses"):
        head = {"type": "error", "code": inner.pop("type", None), "param": None}
        return _Event("error", head | inner)
    if speaks(setting, "gemini"):
        named = {"code": 503, "status": "UNAVAILABLE"} | inner
        del named["type"]
        return _Event(None, {"error": named})
    return _Event(None, {"error": {"param": None, "code": None} | inner})


def _written(exchange: Exchange, event: _Event) -> bytes:
    """The lines of an event, but for the blank one."""
    name = b"" if event.name is None else b"event: " + event.name.encode() + newline(exchange)
    return name + b"data: " + as_json(event.json)


@fault(
    Breaks((_STATED, "errors/error-has-message"), perhaps=(*_FIRST, _ALONE)),
    messages=Breaks((_STATED, _SCHEMA), perhaps=_FIRST),
    responses=Breaks((_STATED, _SCHEMA, _UNFAILED), perhaps=_FIRST),
)
def error_without_words(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The error has a type or a code and no message."""
    event = _error(setting, message=None)
    return ended(exchange, setting, after, _written(exchange, event))


@fault(
    Breaks((_STATED, *_FIRST), perhaps=(_ALONE,)),
    responses=Breaks((_STATED, *_FIRST), perhaps=(_SCHEMA,)),
)
def error_first(exchange: Exchange, setting: Setting) -> Exchange:
    """An error is all that a stream under status 200 holds, where a status should have told it."""
    if not sse_events(exchange):
        return exchange
    first = exchange.arrivals[0][1] if exchange.arrivals else 0.0
    data = _written(exchange, _error(setting)) + newline(exchange) * 2
    return replace(exchange, body=data, arrivals=((0, first),), close=Close.CLEAN)


_ON = ("errors/nothing-after-error", "errors/error-is-not-healed")


@fault(
    Breaks((_STATED, *_ON), perhaps=(*_FIRST, _ALONE)),
    responses=Breaks((_STATED, *_ON), perhaps=(*_FIRST, _SCHEMA)),
)
def error_then_answer(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """An error comes in the middle, and the answer goes on to a good end, from another upstream."""
    events = sse_events(exchange)
    inner = [event.index for event in events[1:-1] if event.end <= after * len(exchange.body)]
    if not inner:
        return exchange
    event = _error(setting)
    return inserted(exchange, inner[-1], event.name, event.json)


@fault(messages=Breaks((_STATED, "errors/error-event-is-named"), perhaps=_FIRST))
def error_without_name(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The error of a gateway comes as bare data; the official client passes over it."""
    if not speaks(setting, "messages"):
        return exchange
    event = _error(setting)._replace(name=None)
    return ended(exchange, setting, after, _written(exchange, event))


@fault(messages=Breaks((_STATED, "errors/error-has-standard-shape"), perhaps=_FIRST))
def error_without_envelope(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The data is the bare error, without `type: error` around it, as from llama.cpp's server."""
    if not speaks(setting, "messages"):
        return exchange
    bare = {"code": 500, "message": _SAYS, "type": "server_error"}
    return ended(exchange, setting, after, _written(exchange, _Event("error", bare)))


@fault(responses=Breaks((_STATED, _UNFAILED), perhaps=(*_FIRST, _SCHEMA)))
def error_without_failed(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """An `error` event is the last that comes; no `response.failed` follows it."""
    if not speaks(setting, "responses"):
        return exchange
    return ended(exchange, setting, after, _written(exchange, _error(setting)))


@fault(responses=Breaks((_STATED, _SCHEMA), perhaps=_FIRST))
def error_as_of_http(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The body of an HTTP error comes as an event, with no type, as from ogx."""
    if not speaks(setting, "responses"):
        return exchange
    inner = {"message": _SAYS, "type": "server_error", "param": None, "code": None}
    told: dict[str, object] = {"error": inner}
    return ended(exchange, setting, after, _written(exchange, _Event(None, told)))


@fault(Breaks(("schema/chunk-is-json", "ending/end-is-reached")))
def error_inside_event(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """A data line breaks off, and a proxy writes its error behind it on the same line."""
    end = place_to_cut(exchange, setting, after)
    if end == len(exchange.body) or not sse_events(exchange):
        return exchange
    begun = cut(exchange, end, Close.CLEAN)
    lines = newline(exchange)
    half = extended(begun, b'data: {"type":"resp')
    return extended(half, b"data: " + as_json(_error(setting).json) + lines * 2)


_REFUSED = Breaks(("errors/refusal-has-standard-shape",))


@fault(_REFUSED)
def framework_refusal(exchange: Exchange, _: Setting, *, status: int = 422) -> Exchange:
    """The request is refused with a web framework's own document, `{"detail":…}`."""
    return document(exchange, status, "application/json", b'{"detail":"Not Found"}')


@fault(_REFUSED)
def refusal_in_words(exchange: Exchange, _: Setting, *, status: int = 500) -> Exchange:
    """The request is refused in plain text, as where nobody caught an exception."""
    return document(exchange, status, "text/plain", b"Internal Server Error")


@fault(Invisible("the status says it all"))
def empty_refusal(exchange: Exchange, _: Setting, *, status: int = 503) -> Exchange:
    """The request is refused by its status, under which there is no body."""
    return document(exchange, status, "text/plain", b"")


@fault(Breaks(("ending/body-is-a-stream",), perhaps=_FIRST))
def error_document(exchange: Exchange, setting: Setting) -> Exchange:
    """An error comes as one JSON document under status 200, as xAI was seen to do."""
    return document(exchange, 200, "application/json", as_json(_error(setting).json))
