"""The legal order of a Messages stream, as machines.

    stream := message_start block* message_delta+ message_stop
    block  := content_block_start content_block_delta* content_block_stop

`ping` may stand anywhere and is no symbol; an `error` may replace any rest of the stream. Sources:
platform.claude.com, "Streaming messages". One form is known from recordings only: a
`message_start` that holds finished blocks and is followed by `message_stop` at once (the
continuation of programmatic tool calling).

Four scopes, so that one fault breaks one of them where it can:
`stream` the events of the whole; `blocks` no two blocks open at once; `part` each block by its
index: started, then deltas, then stopped, and never again; `block-type` the deltas that the type
of a block takes.

What the table cannot say: that indexes count from 0 without a gap; that a block which an error
cut off may stay open (so ask for the end of a `part` only where the stream came to its end); and
that nothing at all follows an error in practice (nobody has recorded one).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from streamgauge.dialects.anthropic_messages.blocks import key_of
from streamgauge.dialects.anthropic_messages.words import kind_of
from streamgauge.dialects.dialect import Machine, Symbol

_BLOCK_EVENTS = ("block_start", "block_delta", "block_stop")

STREAM = Machine(
    scope="stream",
    start="start",
    edges={
        ("start", "message_start"): "body",
        ("start", "prefilled_message_start"): "prefilled",
        ("start", "error"): "failed",
        **{("body", event): "body" for event in _BLOCK_EVENTS},
        ("body", "message_delta"): "closing",
        ("body", "error"): "failed",
        ("prefilled", "message_stop"): "ended",
        ("prefilled", "error"): "failed",
        ("closing", "message_delta"): "closing",
        ("closing", "message_stop"): "ended",
        ("closing", "error"): "failed",
    },
    accepts=frozenset({"ended", "failed"}),
)

BLOCKS = Machine(
    scope="blocks",
    start="between",
    edges={
        ("between", "block_start"): "inside",
        ("inside", "block_stop"): "between",
        ("between", "block_stop"): "between",
    },
    accepts=frozenset({"between", "inside"}),
)

PART = Machine(
    scope="part",
    start="new",
    edges={
        ("new", "start"): "open",
        ("open", "delta"): "open",
        ("open", "stop"): "shut",
    },
    accepts=frozenset({"new", "shut"}),
)

_TAKES: dict[str, tuple[str, ...]] = {
    "text": ("text_delta", "citations_delta"),
    "thinking": ("thinking_delta", "signature_delta"),
    "call": ("input_json_delta",),
    "compaction": ("compaction_delta",),
    "whole": (),
}
_DELTAS = tuple(delta for deltas in _TAKES.values() for delta in deltas)

BLOCK_TYPE = Machine(
    scope="block-type",
    start="untyped",
    edges={
        **{("untyped", kind): kind for kind in _TAKES},
        **{("untyped", delta): "untyped" for delta in _DELTAS},
        **{(kind, delta): kind for kind, deltas in _TAKES.items() for delta in deltas},
        **{(kind, again): again for kind in _TAKES for again in _TAKES},
    },
    accepts=frozenset({"untyped", *_TAKES}),
)

MACHINES = (STREAM, BLOCKS, PART, BLOCK_TYPE)

_TYPES: dict[str, str] = {
    "text": "text",
    "thinking": "thinking",
    "tool_use": "call",
    "server_tool_use": "call",
    "mcp_tool_use": "call",
    "compaction": "compaction",
    "redacted_thinking": "whole",
    "fallback": "whole",
}


def symbols(name: str | None, value: object) -> Sequence[Symbol]:
    """The steps of one event; none for pings and for events that nobody knows."""
    if not isinstance(value, dict):
        return ()
    kind = value.get("type", "error" if name is None and "error" in value else name)
    match kind:
        case "message_start":
            return (Symbol("stream", None, _start_symbol(value), "/type"),)
        case "message_delta" | "message_stop" | "error":
            return (Symbol("stream", None, str(kind), "/type"),)
        case "content_block_start":
            return _block_start(value)
        case "content_block_delta":
            return _block_delta(value)
        case "content_block_stop":
            return (
                Symbol("stream", None, "block_stop", "/type"),
                Symbol("blocks", None, "block_stop", "/index"),
                Symbol("part", key_of(value.get("index")), "stop", "/index"),
            )
        case _:
            return ()


def _start_symbol(value: Mapping[str, object]) -> str:
    message = value.get("message")
    filled = isinstance(message, dict) and bool(message.get("content"))
    return "prefilled_message_start" if filled else "message_start"


def _block_start(value: Mapping[str, object]) -> Sequence[Symbol]:
    key = key_of(value.get("index"))
    steps = [
        Symbol("stream", None, "block_start", "/type"),
        Symbol("blocks", None, "block_start", "/index"),
        Symbol("part", key, "start", "/index"),
    ]
    kind = _type_of(value.get("content_block"))
    if kind is not None:
        steps.append(Symbol("block-type", key, kind, "/content_block/type"))
    return steps


def _type_of(block: object) -> str | None:
    """How a block takes deltas; None where nobody knows."""
    block_type = block.get("type") if isinstance(block, dict) else None
    if not isinstance(block_type, str):
        return None
    if kind_of(block_type).value == "server_tool_call_response":
        return "whole"
    return _TYPES.get(block_type)


_STREAM_DELTA = Symbol("stream", None, "block_delta", "/type")


def _block_delta(value: Mapping[str, object]) -> Sequence[Symbol]:
    key = key_of(value.get("index"))
    steps = [_STREAM_DELTA, Symbol("part", key, "delta", "/index")]
    delta = value.get("delta")
    kind = delta.get("type") if isinstance(delta, dict) else None
    if kind in _DELTAS:
        steps.append(Symbol("block-type", key, str(kind), "/delta/type"))
    return steps


_UNMISTAKABLE = {
    "message_start": "message",
    "content_block_start": "content_block",
    "content_block_delta": "delta",
    "message_delta": "delta",
}


def likeness(name: str | None, value: object) -> int:
    """How much an event looks like this API: 3 for its own events with their own members."""
    if not isinstance(value, dict):
        return 0
    kind = value.get("type", name)
    if not isinstance(kind, str):
        return 0
    if kind in _UNMISTAKABLE:
        return 3 if isinstance(value.get(_UNMISTAKABLE[kind]), dict) else 1
    if kind == "content_block_stop":
        return 3
    if kind == "message":
        return 2 if isinstance(value.get("content"), list) else 0
    if kind == "error":
        return 2 if isinstance(value.get("error"), dict) else 1
    return {"message_stop": 2, "ping": 1}.get(kind, 0)
