"""Faults of what the body holds at its end, or holds at all: nothing, another end, a second one.

How the transport closes is a matter of `closing`.
"""

from __future__ import annotations

from dataclasses import replace

from streamgauge.delta import Append, Ended, Kind
from streamgauge.dialects.dialect import EndRule
from streamgauge.exchange import Exchange
from streamgauge.faults.edits import extended, newline, spliced, sse_events
from streamgauge.faults.events import inserted, moved, repeated, said
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault
from streamgauge.faults.spoken import each, speaks
from streamgauge.wire.event import Event

_EMPTY = Breaks(("ending/answer-is-not-empty",))
_DONE = b"[DONE]"
_INEXACT = Breaks(("ending/sentinel-is-exact",))


@fault(_EMPTY)
def empty_body(exchange: Exchange, _: Setting, *, blank: int = 0) -> Exchange:
    """The body has no byte under a good status, as from a gateway whose attempts all failed.

    Or it has `blank` line feeds and nothing else.
    """
    return _instead(exchange, b"\n" * max(0, blank))


@fault(_EMPTY, chat=Breaks(_EMPTY.rules, perhaps=("framing/only-data-lines",)))
def comments_alone(exchange: Exchange, _: Setting, *, text: str = "keep-alive") -> Exchange:
    """Comments come and nothing else, and then the body ends in good order."""
    return _instead(exchange, b": %b\n\n" % text.encode() * 3) if sse_events(exchange) else exchange


@fault(
    chat=Breaks(
        _EMPTY.rules,
        perhaps=("content/answer-is-not-empty", "usage/is-sent", "usage/own-chunk-when-asked"),
    )
)
def sentinel_alone(exchange: Exchange, setting: Setting) -> Exchange:
    """`[DONE]` is all that comes, as some local servers answer an overflow of the context."""
    ended = _sentinels(exchange) if speaks(setting, "chat") else []
    return _instead(exchange, b"data: [DONE]\n\n") if ended else exchange


@fault(
    Breaks(
        (
            "ending/answer-is-not-empty",
            "framing/every-line-is-a-field",
            "framing/last-event-is-terminated",
        )
    )
)
def text_instead(exchange: Exchange, _: Setting, *, text: str = "Try again later.") -> Exchange:
    """Plain text comes under the type of a stream, with no event in it."""
    return _instead(exchange, text.encode() + b"\n") if sse_events(exchange) else exchange


def _instead(exchange: Exchange, body: bytes) -> Exchange:
    first = exchange.arrivals[0][1] if exchange.arrivals else 0.0
    return replace(exchange, body=body, arrivals=((0, first),))


def _sentinels(exchange: Exchange) -> list[Event]:
    return [event for event in sse_events(exchange) if event.data == _DONE]


@fault(chat=Breaks(("ending/sentinel-once",)), responses=Breaks(("ending/sentinel-once",)))
def second_sentinel(exchange: Exchange, _: Setting) -> Exchange:
    """`[DONE]` comes twice, from an engine and from the server around it."""
    found = _sentinels(exchange)
    return repeated(exchange, found[-1].index) if found else exchange


@fault(chat=_INEXACT, responses=_INEXACT)
def blank_after_sentinel(exchange: Exchange, _: Setting) -> Exchange:
    """A blank follows `[DONE]`, and who compares the data takes it for broken JSON."""
    return _written(exchange, _DONE + b" ")


_AS_JSON = (*_INEXACT.rules, "schema/chunk-matches-schema")
_AFTER = "ending/nothing-after-end"
_NUMBERS = "order/sequence-numbers-count"
_SAID = "order/nothing-said-after-finish"
_JSON = ("content/json-output-is-json",)


@fault(
    chat=Breaks(_AS_JSON),
    responses=Breaks((*_AS_JSON, _AFTER, "framing/event-is-named")),
)
def quoted_sentinel(exchange: Exchange, _: Setting) -> Exchange:
    """`[DONE]` comes as a JSON string, from a framework that serialises every event."""
    return _written(exchange, b'"[DONE]"')


@fault(chat=_INEXACT, responses=Breaks((*_INEXACT.rules, _AFTER)))
def small_sentinel(exchange: Exchange, _: Setting) -> Exchange:
    """`[done]` comes, in small letters."""
    return _written(exchange, b"[done]")


def _written(exchange: Exchange, data: bytes) -> Exchange:
    """The sentinels with other data."""
    return spliced(
        exchange,
        [(event.data_start, event.data_start + len(_DONE), data) for event in _sentinels(exchange)],
    )


_FOREIGN = Breaks(("ending/no-foreign-sentinel",))


@fault(
    messages=_FOREIGN,
    gemini=_FOREIGN,
    responses=Invisible("OpenAI sends none, Open Responses demands it"),
)
def foreign_sentinel(exchange: Exchange, setting: Setting) -> Exchange:
    """A gateway appends `[DONE]` to a stream whose dialect has no such thing."""
    if speaks(setting, "chat") or not sse_events(exchange) or _sentinels(exchange):
        return exchange
    return extended(exchange, b"data: [DONE]" + newline(exchange) * 2)


@fault(
    messages=Breaks(("ending/one-terminal-event",)),
    responses=Breaks(("ending/one-terminal-event", _NUMBERS)),
)
def second_end(exchange: Exchange, setting: Setting) -> Exchange:
    """The terminal event comes twice, at the finish reason and at the end of the upstream."""
    end = _terminal(exchange, setting)
    return exchange if end is None else repeated(exchange, end)


@fault(
    messages=Breaks((_AFTER, "order/stream-follows-grammar")),
    responses=Breaks((_AFTER, _NUMBERS)),
)
def early_end(exchange: Exchange, setting: Setting) -> Exchange:
    """The terminal event comes before the one that should stand in front of it."""
    end = _terminal(exchange, setting)
    before = [event.index for event in sse_events(exchange) if event.index < (end or 0)]
    return moved(exchange, end, before[-1]) if end is not None and before else exchange


def _terminal(exchange: Exchange, setting: Setting) -> int | None:
    """The event that ends the answer, in a dialect where one event does."""
    if setting.dialect.end is EndRule.STOPS:
        return None
    ends = [event.index for event, delta in each(exchange, setting, Ended) if not delta.sentinel]
    return ends[-1] if ends else None


@fault(
    chat=Breaks(
        (_AFTER, _SAID),
        perhaps=(
            *_JSON,
            "stop/finish-reason-once",
            "usage/copies-agree",
            "usage/counts-do-not-fall",
            "usage/place-is-standard",
        ),
    ),
    messages=Breaks((_AFTER, "order/pieces-belong-to-a-part"), perhaps=_JSON),
    responses=Breaks(
        (_AFTER, _NUMBERS, "order/pieces-belong-to-a-part", "content/copies-agree"),
        perhaps=(*_JSON, "content/logprobs-align"),
    ),
)
def text_after_end(exchange: Exchange, setting: Setting) -> Exchange:
    """The last piece of text comes again behind the end; the official client still reads it."""
    texts = [
        event
        for event, delta in each(exchange, setting, Append)
        if delta.kind is Kind.TEXT and delta.text
    ]
    if not texts or not _ended(exchange, setting):
        return exchange
    last = said(exchange)[-1]
    return inserted(exchange, last.index + 1, texts[-1].name, texts[-1].json)


def _ended(exchange: Exchange, setting: Setting) -> bool:
    """Whether something marks the end."""
    return bool(_sentinels(exchange)) or _terminal(exchange, setting) is not None


_AGAIN = ("stop/finish-reason-once", _SAID)
_TWICE = ("tools/id-is-unique",)


@fault(
    chat=Breaks(
        _AGAIN,
        perhaps=(
            *_JSON,
            _AFTER,
            "ending/sentinel-once",
            "order/role-once",
            "reasoning/thinking-is-closed",
            "tools/arguments-are-json",
            "tools/calls-not-interleaved",
            "tools/continuations-are-bare",
            "tools/id-sent-once",
            "tools/name-sent-once",
            "usage/copies-agree",
            "usage/counts-do-not-fall",
            "usage/place-is-standard",
        ),
    ),
    responses=Breaks(("order/one-answer-per-stream",), perhaps=(*_TWICE, "ending/sentinel-once")),
    messages=Breaks(
        ("order/one-answer-per-stream",), perhaps=(*_TWICE, "usage/counts-do-not-fall")
    ),
    gemini=Breaks(
        _AGAIN,
        perhaps=(*_JSON, *_TWICE, "usage/counts-do-not-fall", "content/not-duplicated"),
    ),
)
def glued_answers(exchange: Exchange, _: Setting) -> Exchange:
    """The whole stream comes twice in one body, as after a retry that nobody sees."""
    return extended(exchange, exchange.body) if sse_events(exchange) else exchange
