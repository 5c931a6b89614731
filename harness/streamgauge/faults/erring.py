"""Faults of errors: each shape in which a failure was seen in the middle of a stream.

`error-in-stream` of `answering` ends a stream as its dialect documents it. These end it as servers
and gateways do in the world, where clients pass over what they do not expect.
"""

from __future__ import annotations

from streamgauge.exchange import Close, Exchange
from streamgauge.faults.edits import cut, extended, newline, place_to_cut, sse_events
from streamgauge.faults.events import Said, as_json, said
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.faults.spoken import speaks

_SAYS = "The engine is overloaded."
_STATED = "errors/no-error-in-stream"
_SHAPE = "errors/error-has-standard-shape"
_FIRST = "errors/status-tells-failure"
_HEALED = "errors/error-is-not-healed"
_CUT = "ending/end-is-reached"
_ALONE = "errors/no-error-only-chunk"
_SCHEMA = "schema/chunk-matches-schema"


def _told(*rules: str, perhaps: tuple[str, ...] = ()) -> Breaks:
    """An error that a reader sees: it is stated, and may be the first thing said."""
    return Breaks((_STATED, *rules), perhaps=(_FIRST, *perhaps))


def ended(exchange: Exchange, setting: Setting, after: float, *events: bytes) -> Exchange:
    """The body up to a share of it, and then these events as they stand."""
    end = place_to_cut(exchange, setting, after)
    if end == len(exchange.body) or not sse_events(exchange):
        return exchange
    blank = newline(exchange) * 2
    return extended(cut(exchange, end, Close.CLEAN), b"".join(one + blank for one in events))


def _data(value: object) -> bytes:
    return b"data: " + as_json(value)


_OPENAI = {"error": {"message": _SAYS, "type": "server_error", "param": None, "code": None}}
_CHAT = (_ALONE,)


@fault(chat=_told(perhaps=(*_CHAT, _HEALED)))
def error_then_sentinel(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """An error and then `[DONE]`, as from vLLM, SGLang, LiteLLM and OpenRouter."""
    if not speaks(setting, "chat"):
        return exchange
    return ended(exchange, setting, after, _data(_OPENAI), b"data: [DONE]")


@fault(chat=_told(_SHAPE, perhaps=_CHAT))
def error_as_text(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The error is a text: `{"error":"…"}`, as from mlx-vlm and old text-generation-inference."""
    if not speaks(setting, "chat"):
        return exchange
    return ended(exchange, setting, after, _data({"error": _SAYS}))


@fault(chat=_told(_SHAPE, perhaps=_CHAT))
def error_in_error(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The text stands one deeper: `{"error":{"error":"…"}}`, as from bridges to Bedrock."""
    if not speaks(setting, "chat"):
        return exchange
    told = {"object": "chat.completion", "error": {"error": _SAYS, "error_code": 503}}
    return ended(exchange, setting, after, _data(told))


@fault(chat=_told(_SHAPE, perhaps=(*_CHAT, "schema/id-has-vendor-form")))
def error_in_members(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """No choices, and `error_type` and `error_message` beside them: DeepInfra and Venice."""
    if not speaks(setting, "chat"):
        return exchange
    told = {"id": "x", "choices": None, "error_type": "Overloaded", "error_message": _SAYS}
    return ended(exchange, setting, after, _data(told))


@fault(
    chat=_told(
        "framing/no-reconnect-fields",
        "framing/data-has-space",
        perhaps=(*_CHAT, _SHAPE, _SCHEMA, "framing/only-data-lines"),
    )
)
def error_of_another_protocol(
    exchange: Exchange, setting: Setting, *, after: float = 0.5
) -> Exchange:
    """DashScope's own protocol leaks: id, `event:error`, the status in a comment, a flat error."""
    if not speaks(setting, "chat"):
        return exchange
    end = newline(exchange)
    told = {"code": "Throttling.AllocationQuota", "message": _SAYS, "request_id": "r-1"}
    lines = (b"id:1", b"event:error", b":HTTP_STATUS/429", b"data:" + as_json(told))
    return ended(exchange, setting, after, end.join(lines))


@fault(chat=_told(perhaps=(*_CHAT, "framing/only-data-lines")))
def error_under_a_name(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """`event: error` stands above the error, as from Groq; chat streams have no names else."""
    if not speaks(setting, "chat"):
        return exchange
    lines = (b"event: error", _data(_OPENAI))
    return ended(exchange, setting, after, newline(exchange).join(lines))


@fault(chat=_told(perhaps=(_HEALED, "usage/counts-do-not-fall")))
def error_beside_choices(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """A chunk holds an error beside its choices, and `[DONE]` follows, as from OpenRouter."""
    chunk = _chunk(exchange, setting)
    if chunk is None:
        return exchange
    choice = {"index": 0, "delta": {"content": ""}, "finish_reason": None}
    told = {**chunk.json, "choices": [choice], "error": {"code": 502, "message": _SAYS}}
    return ended(exchange, setting, after, _data(told), b"data: [DONE]")


@fault(
    chat=_told(
        perhaps=(
            _SCHEMA,
            "stop/finish-chunk-is-bare",
            "usage/counts-do-not-fall",
            "usage/in-finish-choice",
        )
    )
)
def error_in_last_choice(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """An error beside a choice whose finish reason is `error`, as OpenRouter documents it."""
    chunk = _chunk(exchange, setting)
    if chunk is None:
        return exchange
    choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
    told = {**chunk.json, "choices": [choice], "error": {"code": 502, "message": _SAYS}}
    return ended(exchange, setting, after, _data(told))


def _chunk(exchange: Exchange, setting: Setting) -> Said | None:
    """The first chunk of a chat stream; what it says beside choices holds for all."""
    chunks = said(exchange) if speaks(setting, "chat") else ()
    return next((one for one in chunks if one.json.get("choices")), None)


@fault(
    chat=Breaks(("schema/chunk-is-json", _CUT)),
)
def error_in_words(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The data is plain text, and then nothing more comes, as from mistral.rs."""
    if not speaks(setting, "chat"):
        return exchange
    spoiled = ended(exchange, setting, after, b"data: " + _SAYS.encode())
    return exchange if spoiled is exchange else cut(spoiled, len(spoiled.body), Close.TIMEOUT)


_BARE = Breaks(("errors/error-is-framed", _CUT))


@fault(_BARE)
def bare_error(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """A proxy writes the error as JSON without `data:`, and every right reader drops it."""
    return ended(exchange, setting, after, as_json(_OPENAI))


@fault(_BARE)
def bare_error_over_lines(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """The error is printed over several lines without `data:`, as Gemini was seen to do."""
    lines = (b"{", b'  "error": {', b'    "code": 503,', b'    "message": "Busy."', b"  }", b"}")
    return ended(exchange, setting, after, newline(exchange).join(lines))


@fault(
    chat=Breaks(
        ("errors/error-is-framed", "stop/finish-reason-comes"),
        perhaps=(
            "content/answer-is-not-empty",
            "reasoning/thinking-is-closed",
            "tools/arguments-are-whole",
            "tools/arguments-fit-schema",
            "tools/arguments-not-blank",
            "usage/copies-agree",
            "usage/is-sent",
            "usage/not-zero",
            "usage/own-chunk-when-asked",
        ),
    )
)
def error_field(exchange: Exchange, setting: Setting, *, after: float = 0.5) -> Exchange:
    """A line `error: {…}` and then `[DONE]`, as llama.cpp's server did until 2025."""
    if not speaks(setting, "chat"):
        return exchange
    line = b"error: " + as_json(_OPENAI["error"])
    return ended(exchange, setting, after, line, b"data: [DONE]")
