"""A message → the events of a legal Messages stream that says it.

Every message that the dialect can express comes back when the stream is read: one choice; text,
thinking, calls, results of server tools and raw blocks. Refusals, blobs, further choices and log
probabilities have no words here and are left out. A message without a finish reason is written
with a null one; a message with an error ends with the error. It must never repair arguments.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.dialects.anthropic_messages.words import RAW_FINISH
from streamgauge.dialects.dialect import WireEvent
from streamgauge.message import Choice, Message, Part

Json = dict[str, object]

_UNSAID = frozenset({Kind.REFUSAL, Kind.BLOB})


def write(message: Message) -> Iterator[WireEvent]:
    """The events, each with its name."""
    choice = message.choices[0] if message.choices else Choice(index=0)
    yield _event({"type": "message_start", "message": _head(message, choice)})
    parts = (part for part in choice.parts if part.kind not in _UNSAID)
    for index, part in enumerate(parts):
        yield from _block(index, part)
    if message.error is not None:
        yield _event({"type": "error", "error": _error(message)})
        return
    yield _event(_tail(message, choice))
    yield _event({"type": "message_stop"})


def _event(value: Json) -> WireEvent:
    return WireEvent(str(value["type"]), json.dumps(value, separators=(",", ":")))


def _head(message: Message, choice: Choice) -> Json:
    head: Json = {
        "id": message.id,
        "type": "message",
        "role": choice.role,
        "model": message.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }
    if message.usage is not None:
        head["usage"] = message.usage.raw
    return head


def _tail(message: Message, choice: Choice) -> Json:
    raw = choice.raw_finish_reason
    if raw is None and choice.finish_reason is not None:
        raw = RAW_FINISH.get(choice.finish_reason, choice.finish_reason)
    tail: Json = {
        "type": "message_delta",
        "delta": {"stop_reason": raw, "stop_sequence": None},
    }
    if message.usage is not None:
        tail["usage"] = message.usage.raw
    return tail


def _error(message: Message) -> object:
    error = message.error
    if error is None or isinstance(error.raw, dict):
        return None if error is None else error.raw
    return {"type": error.type, "message": error.message}


def _block(index: int, part: Part) -> Iterator[WireEvent]:
    start, deltas = _SHAPES[part.kind](part)
    yield _event({"type": "content_block_start", "index": index, "content_block": start})
    for delta in deltas:
        yield _event({"type": "content_block_delta", "index": index, "delta": delta})
    yield _event({"type": "content_block_stop", "index": index})


def _text(part: Part) -> tuple[Json, list[Json]]:
    """Citations come before the text of their block."""
    deltas: list[Json] = [
        {"type": "citations_delta", "citation": citation} for citation in part.citations
    ]
    if part.content:
        deltas.append({"type": "text_delta", "text": part.content})
    return {"type": "text", "text": "", **part.extra}, deltas


def _reasoning(part: Part) -> tuple[Json, list[Json]]:
    """Thinking is text, then one signature; a redacted block has opaque members alone."""
    if part.redacted:
        return {"type": "redacted_thinking", **part.extra}, []
    deltas: list[Json] = []
    if part.content:
        deltas.append({"type": "thinking_delta", "thinking": part.content})
    if part.signature is not None:
        deltas.append({"type": "signature_delta", "signature": part.signature})
    return {"type": "thinking", "thinking": "", "signature": "", **part.extra}, deltas


def _call(part: Part) -> tuple[Json, list[Json]]:
    """Arguments are text; where only the value is known it stands whole in the start."""
    default = "tool_use" if part.kind is Kind.TOOL_CALL else "server_tool_use"
    whole = part.arguments if isinstance(part.arguments, dict) and not part.arguments_json else {}
    start: Json = {"type": default, "id": part.id, "name": part.name, "input": whole, **part.extra}
    texts = ["", part.arguments_json] if part.arguments_json else []
    return start, [{"type": "input_json_delta", "partial_json": text} for text in texts]


def _result(part: Part) -> tuple[Json, list[Json]]:
    start: Json = {
        "type": part.name,
        "tool_use_id": part.id,
        "content": part.response,
        **part.extra,
    }
    return start, []


def _other(part: Part) -> tuple[Json, list[Json]]:
    """A raw block as it was; what came after its start was a compaction."""
    raw = part.raw if isinstance(part.raw, dict) else {"type": part.name}
    deltas: list[Json] = [{"type": "compaction_delta", **part.extra}] if part.extra else []
    return raw, deltas


_SHAPES = {
    Kind.TEXT: _text,
    Kind.REASONING: _reasoning,
    Kind.TOOL_CALL: _call,
    Kind.SERVER_TOOL_CALL: _call,
    Kind.SERVER_TOOL_CALL_RESPONSE: _result,
    Kind.GENERIC: _other,
}
