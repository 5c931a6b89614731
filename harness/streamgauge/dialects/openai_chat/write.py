"""Writes a message as a legal chat/completions stream, in the base dialect's own shape."""

from __future__ import annotations

import json
from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import WireEvent
from streamgauge.message import Choice, Message, Part

_WORDS = {
    "stop": "stop",
    "length": "length",
    "tool_call": "tool_calls",
    "content_filter": "content_filter",
}


def write(message: Message) -> Iterator[WireEvent]:
    """The events of a stream that says `message`; usage, where there is any, in its own chunk."""
    for choice in message.choices:
        yield _chunk(message, choice.index, {"role": choice.role or "assistant", "content": ""})
        yield from _parts(message, choice)
        reason = choice.raw_finish_reason or _WORDS.get(choice.finish_reason or "")
        if reason is not None:
            yield _chunk(message, choice.index, {}, reason)
    if message.error is not None:
        raw = message.error.raw
        yield _event(raw if isinstance(raw, dict) else {"error": {"message": str(raw)}})
    if message.usage is not None:
        yield _event({**_head(message), "choices": [], "usage": message.usage.raw})
    yield WireEvent(None, "[DONE]")


def _parts(message: Message, choice: Choice) -> Iterator[WireEvent]:
    calls = 0
    for part in choice.parts:
        if part.kind is Kind.TOOL_CALL:
            for delta in _call(part, calls):
                yield _chunk(message, choice.index, delta)
            calls += 1
            continue
        for delta in _texts(part):
            yield _chunk(message, choice.index, delta)


def _texts(part: Part) -> Iterator[dict[str, object]]:
    member = {
        Kind.TEXT: "content",
        Kind.REFUSAL: "refusal",
        Kind.REASONING: part.field if part.field in ("reasoning", "reasoning_content") else None,
    }.get(part.kind)
    if part.kind is Kind.REASONING and member is None:
        member = "reasoning_content"
    if member is None:
        return
    for start in range(0, len(part.content), 24):
        yield {member: part.content[start : start + 24]}


def _call(part: Part, index: int) -> Iterator[dict[str, object]]:
    head = {
        "index": index,
        "id": part.id,
        "type": "function",
        "function": {"name": part.name, "arguments": ""},
        **part.extra,
    }
    yield {"tool_calls": [head]}
    text = part.arguments_json
    for start in range(0, len(text), 16):
        piece = {"index": index, "function": {"arguments": text[start : start + 16]}}
        yield {"tool_calls": [piece]}


def _head(message: Message) -> dict[str, object]:
    return {
        "id": message.id or "chatcmpl-0",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": message.model or "unknown",
    }


def _chunk(
    message: Message, index: int, delta: dict[str, object], reason: object = None
) -> WireEvent:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": reason}
    return _event({**_head(message), "choices": [choice]})


def _event(value: dict[str, object]) -> WireEvent:
    return WireEvent(None, json.dumps(value, ensure_ascii=False, separators=(",", ":")))
