"""Bodies with tool calls, written as short tuples so that a table shows only what matters."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.finding import Finding, Outcome
from streamgauge.rules.rule import Rule

Body = Callable[..., bytes]


@pytest.fixture
def chat() -> Body:
    """A chat body of pieces `(index, id, name, arguments)`; `...` leaves a member out.

    Each argument is one chunk: a piece, a list of pieces, or a whole delta as a dict.
    """
    return _chat


def _chat(*chunks: Any, finish: str | None = "tool_calls", end: str = "data: [DONE]\n\n") -> bytes:
    deltas = [one if isinstance(one, dict) else {"tool_calls": _entries(one)} for one in chunks]
    events = [(delta, None) for delta in deltas] + ([({}, finish)] if finish else [])
    return (
        "".join(_event(_chunk(delta, reason)) for delta, reason in events).encode() + end.encode()
    )


def _entries(one: Any) -> list[dict[str, Any]]:
    return [_entry(*piece) for piece in (one if isinstance(one, list) else [one])]


def _entry(index: Any, id: Any, name: Any, arguments: Any) -> dict[str, Any]:
    kind = ... if id is ... else "function"
    function = _given(name=name, arguments=arguments)
    return _given(index=index, id=id, type=kind, function=function or ...)


def _given(**members: Any) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value is not ...}


def _chunk(delta: dict[str, Any], reason: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    head = {"id": "chatcmpl-0", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return {**head, "choices": [choice]}


def _event(value: Any, name: str | None = None) -> str:
    line = "" if name is None else f"event: {name}\n"
    return f"{line}data: {json.dumps(value, ensure_ascii=False)}\n\n"


@pytest.fixture
def messages() -> Body:
    """A Messages body of blocks `(id, name, pieces)`."""
    return _messages


def _messages(*blocks: Any, stop: str = "tool_use") -> bytes:
    start = {"id": "msg_0", "type": "message", "role": "assistant", "model": "m", "content": []}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**start, "stop_reason": None, "usage": {}}}
    ]
    for index, (id, name, pieces) in enumerate(blocks):
        block = {"type": "tool_use", "id": id, "name": name, "input": {}}
        events.append({"type": "content_block_start", "index": index, "content_block": block})
        deltas = ({"type": "input_json_delta", "partial_json": piece} for piece in pieces)
        events += [
            {"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas
        ]
        events.append({"type": "content_block_stop", "index": index})
    events.append({"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {}})
    events.append({"type": "message_stop"})
    return "".join(_event(one, one["type"]) for one in events).encode()


@pytest.fixture
def responses() -> Body:
    """A Responses body with one function call, its pieces, and what each copy says."""
    return _responses


def _responses(
    *pieces: str, id: str = "call_a", done: str | None = None, kind: str = "function_call"
) -> bytes:
    text = "".join(pieces)
    stem, member = "response.function_call_arguments", "arguments"
    if kind == "custom_tool_call":
        stem, member = "response.custom_tool_call_input", "input"
    item = {"type": kind, "id": "item_0", "call_id": id, "name": "look"}
    events: list[dict[str, Any]] = [
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, member: ""}}
    ]
    events += [{"type": f"{stem}.delta", "output_index": 0, "delta": piece} for piece in pieces]
    said = text if done is None else done
    whole = {**item, member: text}
    events += [
        {"type": f"{stem}.done", "output_index": 0, member: said},
        {"type": "response.output_item.done", "output_index": 0, "item": whole},
        {
            "type": "response.completed",
            "response": {"id": "resp_0", "status": "completed", "output": [whole]},
        },
    ]
    return "".join(_event(one, one["type"]) for one in events).encode()


@pytest.fixture
def gemini() -> Body:
    """A Gemini body with one part in each chunk."""
    return _gemini


def _gemini(*parts: dict[str, Any], finish: str = "STOP") -> bytes:
    chunks: list[dict[str, Any]] = [{"content": {"role": "model", "parts": [p]}} for p in parts]
    chunks[-1]["finishReason"] = finish
    return "".join(_event({"candidates": [chunk]}) for chunk in chunks).encode()


@pytest.fixture
def places(court: Any) -> Callable[..., list[tuple[int | None, str | None, int]]]:
    """(event, pointer, times) of each finding of one rule."""

    def found(rule: Rule, body: bytes, *args: Any, **more: Any) -> list[Any]:
        outcome: Outcome = court(rule, body, *args, **more)
        assert not outcome.skipped, outcome.skipped
        return [_place(finding) for finding in outcome.findings]

    return found


def _place(finding: Finding) -> tuple[int | None, str | None, int]:
    assert finding.span is not None
    return finding.event, finding.pointer, finding.times
